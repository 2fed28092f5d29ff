"""How common names are in the index itself. Nobody but the machine reads it, and it says nothing of anybody: names that
few bear are told together."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from daras.access.migrating import Together
from daras.access.policies import open_table

MACHINE = ("SELECT", "INSERT", "DELETE")


class Migration(migrations.Migration):
    dependencies = [("matching", "0005_read_from_the_index")]

    operations = [
        Together(
            migrations.CreateModel(
                name="NamesCount",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("at", models.DateTimeField()),
                    ("records", models.BigIntegerField()),
                    ("rare_given", models.FloatField()),
                    ("rare_family", models.FloatField()),
                ],
            ),
            migrations.CreateModel(
                name="NameBorne",
                fields=[
                    (
                        "pk",
                        models.CompositePrimaryKey(
                            "count_id", "kind", "plain", blank=True, editable=False, primary_key=True, serialize=False
                        ),
                    ),
                    ("kind", models.CharField(max_length=6)),
                    ("plain", models.CharField(max_length=200)),
                    ("records", models.BigIntegerField()),
                    (
                        "count",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="+", to="matching.namescount"
                        ),
                    ),
                ],
            ),
        ),
        open_table("matching_namescount", application=(), machine=MACHINE),
        open_table("matching_nameborne", application=(), machine=MACHINE),
    ]
