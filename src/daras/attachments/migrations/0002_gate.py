"""Every table of this layer behind the gate; a file's content changes its key, and nothing else."""

from __future__ import annotations

from django.db import migrations

from daras.access.policies import protect


class Migration(migrations.Migration):
    dependencies = [("access", "0007_disposal"), ("attachments", "0001_initial")]

    operations = [
        protect("attachments_attached", append_only=True),
        protect("attachments_scanned", append_only=True),
        protect("attachments_content", machine=("SELECT", "INSERT", "UPDATE (encrypted)")),
    ]
