"""Referrals written on pages: drafts, advice calls, and what is said back to whoever referred; each behind the gate."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from daras.access.migrating import Together
from daras.access.policies import protect


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_gate"),
        ("frontdoor", "0002_gate"),
        ("ledger", "0002_gate"),
    ]

    operations = [
        Together(
            migrations.CreateModel(
                name="AdviceGiven",
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
                    ("reference", models.CharField(max_length=16, unique=True)),
                    ("caller_agency", models.SlugField(max_length=80)),
                    ("caller_team", models.SlugField(blank=True, max_length=80)),
                    ("caller_name", models.CharField(blank=True, max_length=200)),
                    ("caller_role", models.CharField(blank=True, max_length=100)),
                    ("question", models.TextField()),
                    ("child", models.JSONField(default=dict)),
                    ("advice", models.TextField()),
                    ("refer", models.BooleanField()),
                    ("because", models.TextField()),
                ],
                options={
                    "abstract": False,
                },
            ),
            migrations.CreateModel(
                name="FeedbackChased",
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
                    ("receipt", models.CharField(max_length=16)),
                ],
                options={
                    "abstract": False,
                },
            ),
            migrations.CreateModel(
                name="FeedbackSent",
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
                    ("receipt", models.CharField(max_length=16)),
                    ("decided", models.TextField()),
                    ("risk_lower", models.CharField(max_length=10)),
                    ("remains", models.TextField(blank=True)),
                ],
                options={
                    "abstract": False,
                },
            ),
            migrations.CreateModel(
                name="Draft",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("reference", models.CharField(max_length=16, unique=True)),
                    ("agency", models.SlugField(max_length=80)),
                    ("team", models.SlugField(blank=True, max_length=80)),
                    ("body", models.JSONField(default=dict)),
                    ("set_aside", models.JSONField(default=dict)),
                    ("version", models.IntegerField(default=1)),
                    ("saved_at", models.DateTimeField()),
                    ("saved_by", models.CharField(max_length=200)),
                    ("from_advice", models.CharField(blank=True, max_length=16)),
                    ("receipt", models.CharField(blank=True, max_length=16)),
                    ("audience_id", models.BigIntegerField()),
                ],
                options={
                    "indexes": [models.Index(fields=["agency", "team", "receipt"], name="drafts_of_team")],
                },
            ),
            migrations.CreateModel(
                name="FeedbackDelivered",
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
                    (
                        "feedback",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="delivery",
                            to="frontdoor.feedbacksent",
                        ),
                    ),
                ],
                options={
                    "abstract": False,
                },
            ),
            migrations.CreateModel(
                name="FeedbackAnswered",
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
                    ("agrees", models.BooleanField()),
                    ("reason", models.TextField(blank=True)),
                    (
                        "feedback",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="answers",
                            to="frontdoor.feedbacksent",
                        ),
                    ),
                ],
                options={
                    "abstract": False,
                },
            ),
            migrations.CreateModel(
                name="DraftVersion",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("version", models.IntegerField()),
                    ("body", models.JSONField()),
                    ("seen", models.JSONField()),
                    ("saved_at", models.DateTimeField()),
                    ("saved_by", models.CharField(max_length=200)),
                    ("audience_id", models.BigIntegerField()),
                    (
                        "draft",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="frontdoor.draft"
                        ),
                    ),
                ],
                options={
                    "constraints": [models.UniqueConstraint(fields=("draft", "version"), name="one_version_a_saving")],
                },
            ),
        ),
        protect("frontdoor_draft", machine=("SELECT", "INSERT", "UPDATE")),
        # What a draft was on the way is nobody's record: it goes when the draft is sent.
        protect("frontdoor_draftversion", machine=("SELECT", "INSERT", "DELETE")),
        protect("frontdoor_advicegiven", append_only=True),
        protect("frontdoor_feedbacksent", append_only=True),
        protect("frontdoor_feedbackdelivered", append_only=True),
        protect("frontdoor_feedbackchased", append_only=True),
        protect("frontdoor_feedbackanswered", append_only=True),
    ]
