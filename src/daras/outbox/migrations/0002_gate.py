"""Every table of this layer behind the gate."""

from __future__ import annotations

from django.db import migrations

from daras.access.policies import open_table, protect


class Migration(migrations.Migration):
    dependencies = [("access", "0002_gate"), ("outbox", "0001_initial")]

    operations = [
        protect("outbox_notice", machine=("SELECT", "INSERT", "UPDATE")),
        protect("outbox_noticedelivered", append_only=True),
        open_table("outbox_receiver", machine=("SELECT", "INSERT", "UPDATE")),
    ]
