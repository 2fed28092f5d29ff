"""A chase writes a duty anew into every index of its state: those that another one covers are gone (ADR 0033)."""

from django.db import migrations, models

from daras.access.migrating import Together


class Migration(migrations.Migration):
    dependencies = [
        ("duties", "0003_answered"),
    ]

    operations = [
        Together(
            migrations.AlterField(
                model_name="dutychased",
                name="step",
                field=models.SlugField(db_index=False, max_length=40),
            ),
            migrations.AlterField(
                model_name="dutystate",
                name="owner_agency",
                field=models.SlugField(db_index=False, max_length=80),
            ),
            migrations.AlterField(
                model_name="dutystate",
                name="owner_team",
                field=models.SlugField(blank=True, db_index=False, max_length=80),
            ),
        ),
    ]
