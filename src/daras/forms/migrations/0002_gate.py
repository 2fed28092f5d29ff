"""Every table of this layer behind the gate."""

from __future__ import annotations

from django.db import migrations

from daras.access.policies import protect


class Migration(migrations.Migration):
    dependencies = [("access", "0002_gate"), ("forms", "0001_initial")]

    operations = [
        protect("forms_formdraft", machine=("SELECT", "INSERT", "UPDATE")),
        protect("forms_formdraftversion", machine=("SELECT", "INSERT", "DELETE")),
        protect("forms_formbegun", append_only=True),
        protect("forms_formcompleted", append_only=True),
        protect("forms_answertext", append_only=True),
        protect("forms_answerchoice", append_only=True),
        protect("forms_answernumber", append_only=True),
        protect("forms_answerdate", append_only=True),
        protect("forms_answerperson", append_only=True),
        protect("forms_answermissing", append_only=True),
    ]
