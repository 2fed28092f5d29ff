"""Every table of this layer behind the gate."""

from __future__ import annotations

from django.db import migrations

from daras.access.policies import protect


class Migration(migrations.Migration):
    dependencies = [("access", "0002_gate"), ("duties", "0001_initial")]

    operations = [
        protect("duties_dutyopened", append_only=True),
        protect("duties_dutymet", append_only=True),
        protect("duties_dutypaused", append_only=True),
        protect("duties_dutyresumed", append_only=True),
        protect("duties_dutyreanchored", append_only=True),
        protect("duties_dutychased", append_only=True),
        protect("duties_dutystate", machine=("SELECT", "INSERT", "UPDATE")),
    ]
