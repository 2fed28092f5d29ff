"""The same functions again, for a database made before they left out what somebody is kept apart from (A17)."""

from __future__ import annotations

from importlib import import_module

from django.db import migrations

READING = import_module("daras.network.migrations.0001_reading")


class Migration(migrations.Migration):
    dependencies = [("network", "0001_reading"), ("access", "0014_apart_once")]

    operations = [
        migrations.RunSQL(each, migrations.RunSQL.noop)
        for each in (READING.TIES, READING.SUSPICIONS, READING.STAYS, READING.NAMES, READING.RISKS)
    ]
