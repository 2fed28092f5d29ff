"""What an agency's list writes is written into every index: those that nobody looks up by are gone; a record is found
by its agency's number, and by an identifier, each with an index of its own (ADR 0031)."""

from django.db import migrations, models

from daras.access.migrating import Together


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0005_fewer_indexes_still"),
        ("people", "0003_corrections"),
    ]

    operations = [
        Together(
            migrations.AlterField(
                model_name="addressstay",
                name="place_key",
                field=models.CharField(max_length=120),
            ),
            migrations.AlterField(
                model_name="identifierknown",
                name="system",
                field=models.SlugField(db_index=False, max_length=40),
            ),
            migrations.AlterField(
                model_name="involvementknown",
                name="agency",
                field=models.SlugField(db_index=False, max_length=80),
            ),
            migrations.AlterField(
                model_name="involvementknown",
                name="team",
                field=models.SlugField(blank=True, db_index=False, max_length=80),
            ),
            migrations.AlterField(
                model_name="parentalresponsibilityknown",
                name="ground",
                field=models.SlugField(db_index=False, max_length=40),
            ),
            migrations.AlterField(
                model_name="personrecord",
                name="agency",
                field=models.SlugField(db_index=False, max_length=80),
            ),
            migrations.AlterField(
                model_name="posesriskknown",
                name="basis",
                field=models.SlugField(db_index=False, max_length=20),
            ),
            migrations.AlterField(
                model_name="posesriskknown",
                name="status",
                field=models.SlugField(db_index=False, max_length=60),
            ),
            migrations.AlterField(
                model_name="relationshipknown",
                name="relation",
                field=models.SlugField(db_index=False, max_length=40),
            ),
        ),
        migrations.AddIndex(
            model_name="addressstay",
            index=models.Index(fields=["place_key"], name="stays_at_place"),
        ),
        migrations.AddIndex(
            model_name="identifierknown",
            index=models.Index(fields=["value", "system"], name="records_by_identifier"),
        ),
        migrations.AddIndex(
            model_name="personrecord",
            index=models.Index(fields=["agency", "local_id"], name="records_of_agency"),
        ),
    ]
