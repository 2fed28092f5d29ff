"""What is agreed in a call for advice, and what came of it; behind the gate (A15)."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from daras.access.migrating import Together
from daras.access.policies import protect


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0014_apart_once"),
        ("frontdoor", "0009_known_and_managed_ended"),
        ("ledger", "0002_gate"),
    ]

    operations = [
        migrations.AddField(
            model_name="advicegiven",
            name="giver_team",
            field=models.SlugField(blank=True, db_default="", db_index=False, default="", max_length=80),
        ),
        Together(
            migrations.CreateModel(
                name="AdviceDayAgreed",
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
                        "advice",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="day",
                            to="frontdoor.advicegiven",
                        ),
                    ),
                    ("owed_by", models.CharField(max_length=10)),
                    ("on_day", models.DateField()),
                    ("what", models.CharField(max_length=300)),
                    ("waiting_agency", models.SlugField(db_index=False, max_length=80)),
                    ("waiting_team", models.SlugField(blank=True, db_index=False, max_length=80)),
                ],
                options={"indexes": [models.Index(fields=["waiting_agency"], name="advice_days_waited_for")]},
            ),
            migrations.CreateModel(
                name="AdviceDayAnswered",
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
                        "day",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="answer",
                            to="frontdoor.advicedayagreed",
                        ),
                    ),
                    ("outcome", models.CharField(max_length=20)),
                    ("words", models.TextField()),
                ],
                options={"abstract": False},
            ),
        ),
        protect("frontdoor_advicedayagreed", append_only=True),
        protect("frontdoor_advicedayanswered", append_only=True),
    ]
