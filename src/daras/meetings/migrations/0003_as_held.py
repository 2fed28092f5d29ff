"""A meeting has a reference of its own and says to everybody asked only when it is; who was left out is recorded."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from daras.access.migrating import Together
from daras.access.policies import protect


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_gate"), ("meetings", "0002_gate")]

    operations = [
        Together(
            migrations.CreateModel(
                name="AgencyLeftOut",
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
                    ("agency", models.SlugField(max_length=80)),
                    ("team", models.SlugField(blank=True, max_length=80)),
                    ("why", models.TextField()),
                    (
                        "meeting",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="meetings.meetingcalled"
                        ),
                    ),
                ],
                options={"abstract": False},
            ),
        ),
        protect("meetings_agencyleftout", append_only=True),
        migrations.RemoveField(model_name="meetingcalled", name="reason"),
        # No meeting has been recorded before this: the defaults are of no row.
        Together(
            migrations.AddField(
                model_name="meetingcalled",
                name="decisions_audience_id",
                field=models.BigIntegerField(default=0),
                preserve_default=False,
            ),
            migrations.AddField(
                model_name="meetingcalled",
                name="record_audience_id",
                field=models.BigIntegerField(default=0),
                preserve_default=False,
            ),
            migrations.AddField(
                model_name="meetingcalled",
                name="reference",
                field=models.CharField(default="", max_length=16, unique=True),
                preserve_default=False,
            ),
            migrations.AddField(model_name="contributed", name="restricted", field=models.BooleanField(default=False)),
            migrations.AddField(
                model_name="medicaldecided",
                name="referred_to",
                field=models.CharField(blank=True, default="", max_length=200),
                preserve_default=False,
            ),
            migrations.AddField(
                model_name="personconsidered", name="as_block", field=models.BooleanField(default=False)
            ),
            migrations.AddField(
                model_name="wishesweighed",
                name="next_contact",
                field=models.CharField(blank=True, default="", max_length=200),
                preserve_default=False,
            ),
            migrations.AddField(
                model_name="wishesweighed",
                name="trusted_adult",
                field=models.CharField(blank=True, default="", max_length=200),
                preserve_default=False,
            ),
        ),
    ]
