"""Another day that was agreed in place of one of a call for advice; behind the gate (A15)."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from daras.access.migrating import Together
from daras.access.policies import protect


class Migration(migrations.Migration):
    dependencies = [("frontdoor", "0010_agreed_in_advice"), ("ledger", "0002_gate")]

    operations = [
        Together(
            migrations.CreateModel(
                name="AdviceDayMoved",
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
                    ("on_day", models.DateField()),
                    ("words", models.TextField()),
                    (
                        "day",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="moves",
                            to="frontdoor.advicedayagreed",
                        ),
                    ),
                ],
                options={"abstract": False},
            ),
        ),
        protect("frontdoor_advicedaymoved", append_only=True),
    ]
