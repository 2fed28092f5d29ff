"""Every table of this layer behind the gate."""

from __future__ import annotations

from django.db import migrations

from daras.access.policies import protect

TABLES = (
    "accessasked",
    "identitychecked",
    "childheard",
    "accessaskedback",
    "accesssaidmore",
    "accessextended",
    "partopened",
    "itemdecided",
    "partreviewed",
    "partgiven",
    "entrycontested",
    "contestdecided",
)


class Migration(migrations.Migration):
    dependencies = [("access", "0002_gate"), ("rights", "0001_initial")]

    operations = [protect(f"rights_{table}", append_only=True) for table in TABLES]
