"""The daily letter."""

from __future__ import annotations

import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from daras.access.migrating import Together
from daras.access.policies import open_table


class Migration(migrations.Migration):
    dependencies = [("outbox", "0003_secrets"), ("access", "0002_gate")]

    operations = [
        Together(
            migrations.AddField("receiver", "digest_at", models.TimeField(default=datetime.time(8))),
            migrations.AddField("notice", "in_digest", models.BooleanField(default=False)),
        ),
        migrations.AddIndex(
            "notice",
            models.Index(
                fields=["receiver"],
                condition=models.Q(delivered_at__isnull=True, in_digest=True),
                name="notices_for_digests",
            ),
        ),
        Together(
            migrations.CreateModel(
                name="Digest",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("key", models.UUIDField(unique=True)),
                    ("agency", models.SlugField(max_length=80)),
                    ("address", models.CharField(max_length=300)),
                    ("day", models.DateField()),
                    ("text", models.TextField()),
                    ("made_at", models.DateTimeField()),
                    ("attempts", models.IntegerField(default=0)),
                    ("next_attempt_at", models.DateTimeField()),
                    ("sent_at", models.DateTimeField(blank=True, null=True)),
                    ("last_problem", models.CharField(blank=True, max_length=300)),
                    (
                        "worker",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=["agency", "address", "day"], name="one_digest_a_day"),
                    ],
                    "indexes": [
                        models.Index(
                            fields=["next_attempt_at"],
                            condition=models.Q(sent_at__isnull=True),
                            name="digests_waiting",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="DigestLine",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "digest",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="outbox.digest"
                        ),
                    ),
                    (
                        "notice",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="outbox.notice"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=["digest", "notice"], name="once_in_a_digest"),
                    ],
                },
            ),
        ),
        open_table("outbox_digest", application=(), machine=("SELECT", "INSERT", "UPDATE")),
        open_table("outbox_digestline", application=()),
    ]
