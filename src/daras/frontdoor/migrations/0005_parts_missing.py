"""Which parts a referral left out, by the names of the pack: what is measured for its sender (A2)."""

from __future__ import annotations

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("frontdoor", "0004_authorities_and_calls")]

    operations = [
        migrations.AddField(
            model_name="qualitychecked",
            name="parts_missing",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.SlugField(max_length=60), default=list, size=None
            ),
        ),
    ]
