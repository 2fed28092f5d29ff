"""What was known and managed ends on its day, and is looked at again; behind the gate (E2)."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from daras.access.migrating import Together
from daras.access.policies import protect


class Migration(migrations.Migration):
    dependencies = [("frontdoor", "0008_disagreeing_is_challenging"), ("ledger", "0002_gate")]

    operations = [
        Together(
            migrations.CreateModel(
                name="KnownAndManagedEnded",
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
                        "said",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="ending",
                            to="frontdoor.knownandmanaged",
                        ),
                    ),
                ],
                options={"abstract": False},
            ),
        ),
        protect("frontdoor_knownandmanagedended", append_only=True),
    ]
