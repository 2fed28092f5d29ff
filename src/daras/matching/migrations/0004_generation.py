"""What is known of somebody without a date of birth: told of as a child, or as an adult, on a day."""

from __future__ import annotations

from django.db import migrations, models

from daras.access.migrating import Together


class Migration(migrations.Migration):
    dependencies = [("matching", "0003_finding")]

    operations = [
        Together(
            migrations.AddField("profile", "born_from", models.DateField(blank=True, null=True)),
            migrations.AddField("profile", "born_to", models.DateField(blank=True, null=True)),
        ),
    ]
