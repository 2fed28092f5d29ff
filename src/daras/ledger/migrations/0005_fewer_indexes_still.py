"""Facts on no matter, which is most of what an agency's list writes, are not in the index of matters (ADR 0031)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0004_fewer_indexes"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="fact",
            name="ledger_fact_matter__788337_idx",
        ),
        migrations.AddIndex(
            model_name="fact",
            index=models.Index(
                condition=models.Q(("matter_id__isnull", False)), fields=["matter_id", "kind"], name="facts_of_matter"
            ),
        ),
    ]
