"""An agency's own number for somebody is what its lists say, found by an index; what a referral called them is none."""

from django.db import migrations, models

from daras.access.migrating import Together

#: What is appended refuses to be changed, to its owner too. This takes nothing away that anybody recorded: the referral
#: itself stands, with what it called each person.
FORGET_WORDS_OF_REFERRALS = """
ALTER TABLE people_personrecord DISABLE TRIGGER USER;
UPDATE people_personrecord SET local_id = '' WHERE local_id <> '' AND audience_id IN
  (SELECT id FROM access_audience WHERE purpose = 'submission');
ALTER TABLE people_personrecord ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0014_apart_once"), ("people", "0003_corrections")]

    operations = [
        migrations.RunSQL(FORGET_WORDS_OF_REFERRALS, migrations.RunSQL.noop),
        Together(
            migrations.AlterField(
                model_name="personrecord", name="agency", field=models.SlugField(db_index=False, max_length=80)
            ),
            migrations.AddIndex(
                model_name="personrecord",
                index=models.Index(fields=["agency", "local_id"], name="people_record_of_agency"),
            ),
        ),
    ]
