"""Every table of this layer behind the gate."""

from __future__ import annotations

from django.db import migrations

from daras.access.policies import protect

TABLES = (
    "protected", "protectionended", "protectednamed", "namingtakenin", "entryrestricted", "informationheld",
    "entryopened", "emergencyaccess", "emergencyaccessreviewed", "unusualaccess", "unusualaccessreviewed",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("access", "0005_protected"), ("custodians", "0001_initial")]

    operations = [protect(f"custodians_{table}", append_only=True) for table in TABLES]
