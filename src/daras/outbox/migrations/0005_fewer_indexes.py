"""Nobody looks a notice up by its kind alone (ADR 0033)."""

from django.db import migrations, models

from daras.access.migrating import Together


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0004_digests"),
    ]

    operations = [
        Together(
            migrations.AlterField(
                model_name="notice",
                name="kind",
                field=models.SlugField(db_index=False, max_length=40),
            ),
        ),
    ]
