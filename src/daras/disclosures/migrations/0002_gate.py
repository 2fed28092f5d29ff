"""Every table of this layer behind the gate."""

from __future__ import annotations

from django.db import migrations

from daras.access.policies import protect


class Migration(migrations.Migration):
    dependencies = [("access", "0002_gate"), ("disclosures", "0001_initial")]

    operations = [
        protect("disclosures_familyversionprepared", append_only=True),
        protect("disclosures_familyversionreviewed", append_only=True),
        protect("disclosures_familyversiongiven", append_only=True),
    ]
