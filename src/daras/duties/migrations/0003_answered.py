"""What an owner did about a duty, in their words."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from daras.access.migrating import Together
from daras.access.policies import protect


class Migration(migrations.Migration):
    dependencies = [("duties", "0002_gate"), ("ledger", "0001_initial")]

    operations = [
        Together(
            migrations.CreateModel(
                name="DutyAnswered",
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
                        "duty",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="duties.dutyopened"
                        ),
                    ),
                    ("words", models.TextField()),
                ],
                options={"abstract": False},
            ),
        ),
        protect("duties_dutyanswered", append_only=True),
    ]
