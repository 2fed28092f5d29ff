"""Every fact is written into every index of its header: those that nobody looks up by are gone (ADR 0033)."""

from django.db import migrations, models

from daras.access.migrating import Together


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0003_processing"),
    ]

    operations = [
        Together(
            migrations.AlterField(
                model_name="fact",
                name="agency",
                field=models.SlugField(db_index=False, max_length=80),
            ),
            migrations.AlterField(
                model_name="fact",
                name="controller",
                field=models.SlugField(db_index=False, max_length=80),
            ),
            migrations.AlterField(
                model_name="fact",
                name="basis",
                field=models.SlugField(blank=True, db_default="", db_index=False, default="", max_length=20),
            ),
            migrations.AlterField(
                model_name="fact",
                name="confidentiality",
                field=models.SlugField(blank=True, db_default="", db_index=False, default="", max_length=20),
            ),
        ),
    ]
