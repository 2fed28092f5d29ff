"""The marker of sexual abuse (I1), change proposals and recalls of wrong links (G2), each behind the gate."""

from __future__ import annotations

import django.db.models.deletion
from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

from daras.access.migrating import Together
from daras.access.policies import protect


def fact() -> tuple[str, models.Field]:  # type: ignore[type-arg]
    return (
        "fact",
        models.OneToOneField(
            on_delete=django.db.models.deletion.PROTECT,
            primary_key=True,
            related_name="+",
            serialize=False,
            to="ledger.fact",
        ),
    )


def audience() -> tuple[str, models.Field]:  # type: ignore[type-arg]
    return "audience_id", models.BigIntegerField()


class Migration(migrations.Migration):
    dependencies = [("access", "0002_gate"), ("ledger", "0001_initial"), ("people", "0002_gate")]

    operations = [
        Together(
            migrations.CreateModel(
                name="AbuseMarker",
                fields=[
                    fact(),
                    audience(),
                    ("is_set", models.BooleanField()),
                    ("by_rule", models.BooleanField()),
                    ("reason", models.TextField()),
                ],
                options={"abstract": False},
            ),
            migrations.CreateModel(
                name="ChangeProposed",
                fields=[
                    fact(),
                    audience(),
                    ("of", models.SlugField(max_length=40)),
                    ("proposed", models.TextField()),
                    ("because", models.TextField()),
                    ("was_wrong", models.BooleanField(default=True)),
                    ("since", models.DateField(blank=True, null=True)),
                    ("given_name", models.CharField(blank=True, max_length=200)),
                    ("family_name", models.CharField(blank=True, max_length=200)),
                    ("date_of_birth", models.DateField(blank=True, null=True)),
                    ("lines", ArrayField(base_field=models.CharField(max_length=200), default=list, size=None)),
                    ("town", models.CharField(blank=True, max_length=100)),
                    ("postcode", models.CharField(blank=True, max_length=10)),
                ],
                options={"abstract": False},
            ),
            migrations.CreateModel(
                name="ChangeAnswered",
                fields=[
                    fact(),
                    audience(),
                    ("accepted", models.BooleanField()),
                    ("reason", models.TextField()),
                    (
                        "proposal",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="answers",
                            to="people.changeproposed",
                        ),
                    ),
                ],
                options={"abstract": False},
            ),
            migrations.CreateModel(
                name="LinkRecalled",
                fields=[
                    fact(),
                    audience(),
                    ("reference", models.CharField(max_length=16, unique=True)),
                    ("agency", models.SlugField(max_length=80)),
                    ("what", models.TextField()),
                    (
                        "undone",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.fact"
                        ),
                    ),
                ],
                options={"abstract": False},
            ),
            migrations.CreateModel(
                name="DeletionConfirmed",
                fields=[
                    fact(),
                    audience(),
                    ("note", models.TextField(blank=True)),
                    (
                        "recall",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="confirmation",
                            to="people.linkrecalled",
                        ),
                    ),
                ],
                options={"abstract": False},
            ),
            migrations.CreateModel(
                name="BreachAssessed",
                fields=[
                    fact(),
                    audience(),
                    ("reported", models.BooleanField()),
                    ("reason", models.TextField()),
                    (
                        "undone",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="ledger.fact",
                        ),
                    ),
                ],
                options={"abstract": False},
            ),
        ),
        protect("people_breachassessed", append_only=True),
        protect("people_abusemarker", append_only=True),
        protect("people_changeproposed", append_only=True),
        protect("people_changeanswered", append_only=True),
        protect("people_linkrecalled", append_only=True),
        protect("people_deletionconfirmed", append_only=True),
    ]
