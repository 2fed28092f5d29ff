"""Responsible authorities, transfers, and evening calls to parents; each behind the gate."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from daras.access.migrating import Together
from daras.access.policies import protect


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_gate"),
        ("frontdoor", "0003_referrals_on_pages"),
        ("ledger", "0002_gate"),
    ]

    operations = [
        Together(
            migrations.CreateModel(
                name="AuthorityStated",
                fields=[
                    (
                        "fact",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            primary_key=True,
                            related_name="+",
                            serialize=False,
                            to="ledger.fact",
                        ),
                    ),
                    ("audience_id", models.BigIntegerField()),
                    ("responsible", models.CharField(blank=True, max_length=3)),
                    ("responsible_name", models.CharField(blank=True, max_length=200)),
                    ("found_in", models.CharField(blank=True, max_length=3)),
                    ("found_at", models.CharField(blank=True, max_length=300)),
                    ("by_rule", models.BooleanField()),
                    ("because", models.TextField()),
                ],
                options={
                    "abstract": False,
                },
            ),
            migrations.CreateModel(
                name="CallBooked",
                fields=[
                    (
                        "fact",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            primary_key=True,
                            related_name="+",
                            serialize=False,
                            to="ledger.fact",
                        ),
                    ),
                    ("audience_id", models.BigIntegerField()),
                    ("at", models.DateTimeField()),
                    ("telephone", models.CharField(max_length=60)),
                    ("needs", models.CharField(blank=True, max_length=300)),
                    ("note", models.TextField(blank=True)),
                ],
                options={
                    "abstract": False,
                },
            ),
            migrations.CreateModel(
                name="TransferOffered",
                fields=[
                    (
                        "fact",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            primary_key=True,
                            related_name="+",
                            serialize=False,
                            to="ledger.fact",
                        ),
                    ),
                    ("audience_id", models.BigIntegerField()),
                    ("to_authority", models.CharField(blank=True, max_length=3)),
                    ("to_name", models.CharField(max_length=200)),
                    ("to_contact", models.CharField(blank=True, max_length=300)),
                    ("offered_by", models.CharField(max_length=200)),
                    ("because", models.TextField()),
                ],
                options={
                    "abstract": False,
                },
            ),
            migrations.CreateModel(
                name="CallEnded",
                fields=[
                    (
                        "fact",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            primary_key=True,
                            related_name="+",
                            serialize=False,
                            to="ledger.fact",
                        ),
                    ),
                    ("audience_id", models.BigIntegerField()),
                    ("outcome", models.CharField(max_length=20)),
                    ("words", models.TextField(blank=True)),
                    (
                        "call",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="ending",
                            to="frontdoor.callbooked",
                        ),
                    ),
                ],
                options={
                    "abstract": False,
                },
            ),
            migrations.CreateModel(
                name="TransferAnswered",
                fields=[
                    (
                        "fact",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            primary_key=True,
                            related_name="+",
                            serialize=False,
                            to="ledger.fact",
                        ),
                    ),
                    ("audience_id", models.BigIntegerField()),
                    ("accepted", models.BooleanField()),
                    ("answered_by", models.CharField(max_length=200)),
                    ("said_to", models.CharField(blank=True, max_length=200)),
                    ("reason", models.TextField(blank=True)),
                    (
                        "transfer",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="answer",
                            to="frontdoor.transferoffered",
                        ),
                    ),
                ],
                options={
                    "abstract": False,
                },
            ),
        ),
        protect("frontdoor_authoritystated", append_only=True),
        protect("frontdoor_transferoffered", append_only=True),
        protect("frontdoor_transferanswered", append_only=True),
        protect("frontdoor_callbooked", append_only=True),
        protect("frontdoor_callended", append_only=True),
    ]
