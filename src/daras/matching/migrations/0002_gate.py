"""Every table of this layer behind the gate: only the machine looks here."""

from __future__ import annotations

from django.db import migrations

from daras.access.policies import protect

MACHINE = ("SELECT", "INSERT", "UPDATE", "DELETE")


class Migration(migrations.Migration):
    dependencies = [("access", "0002_gate"), ("matching", "0001_initial")]

    operations = [
        protect("matching_profile", application=(), machine=MACHINE),
        protect("matching_key", application=(), machine=MACHINE),
    ]
