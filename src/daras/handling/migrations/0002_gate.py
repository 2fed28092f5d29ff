"""Every table of this layer behind the gate."""

from __future__ import annotations

from django.db import migrations

from daras.access.policies import protect


class Migration(migrations.Migration):
    dependencies = [("access", "0002_gate"), ("handling", "0001_initial")]

    operations = [
        protect("handling_entrygraded", append_only=True),
        protect("handling_sharingdecided", append_only=True),
    ]
