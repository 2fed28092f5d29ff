"""Secrets of webhooks in a table of their own, which people's role may not read."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from daras.access.migrating import Together
from daras.access.policies import open_table


class Migration(migrations.Migration):
    dependencies = [("outbox", "0002_gate")]

    operations = [
        Together(
            migrations.CreateModel(
                name="WebhookSecret",
                fields=[
                    (
                        "receiver",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            primary_key=True,
                            related_name="signing",
                            serialize=False,
                            to="outbox.receiver",
                        ),
                    ),
                    ("encrypted", models.CharField(max_length=400)),
                ],
            ),
        ),
        migrations.RemoveField("receiver", "secret"),
        open_table("outbox_webhooksecret", application=(), machine=("SELECT", "INSERT", "UPDATE")),
    ]
