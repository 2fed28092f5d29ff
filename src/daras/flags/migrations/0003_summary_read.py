"""That a partner read the safeguarding summary of somebody (F10)."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from daras.access.migrating import Together
from daras.access.policies import protect


class Migration(migrations.Migration):
    dependencies = [("flags", "0002_gate"), ("ledger", "0002_gate")]

    operations = [
        Together(
            migrations.CreateModel(
                name="SummaryRead",
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
                    ("team", models.SlugField(blank=True, max_length=80)),
                    ("worker_name", models.CharField(max_length=200)),
                ],
                options={"abstract": False},
            ),
        ),
        protect("flags_summaryread", append_only=True),
    ]
