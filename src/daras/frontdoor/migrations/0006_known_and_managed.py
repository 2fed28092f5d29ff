"""A path that is known and managed, until a day; behind the gate (E2)."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from daras.access.migrating import Together
from daras.access.policies import protect


class Migration(migrations.Migration):
    dependencies = [("frontdoor", "0005_parts_missing"), ("ledger", "0002_gate")]

    operations = [
        Together(
            migrations.CreateModel(
                name="KnownAndManaged",
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
                    ("other_record_id", models.BigIntegerField()),
                    ("until", models.DateField()),
                    ("reason", models.TextField()),
                ],
                options={
                    "abstract": False,
                },
            ),
        ),
        protect("frontdoor_knownandmanaged", append_only=True),
    ]
