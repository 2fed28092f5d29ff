"""A case that nobody answers is closed, and taken up again; both tables behind the gate."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from daras.access.migrating import Together
from daras.access.policies import protect


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0003_processing"),
        ("rights", "0002_gate"),
    ]

    operations = [
        Together(
            migrations.CreateModel(
                name="AccessClosed",
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
                        "why",
                        models.SlugField(
                            choices=[
                                ("withdrawn", "They do not want it any more"),
                                ("not-identified", "They have not shown who they are"),
                            ],
                            max_length=20,
                        ),
                    ),
                    ("reason", models.TextField()),
                    (
                        "case",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="rights.accessasked"
                        ),
                    ),
                ],
                options={
                    "abstract": False,
                },
            ),
            migrations.CreateModel(
                name="AccessTakenUp",
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
                    ("reason", models.TextField()),
                    (
                        "case",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="rights.accessasked"
                        ),
                    ),
                    (
                        "closing",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="taken_up",
                            to="rights.accessclosed",
                        ),
                    ),
                ],
                options={
                    "abstract": False,
                },
            ),
        ),
        protect("rights_accessclosed", append_only=True),
        protect("rights_accesstakenup", append_only=True),
    ]
