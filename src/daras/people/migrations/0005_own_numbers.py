"""An agency's own number for somebody is what its lists say; what a referral called them is none."""

from django.db import migrations

#: What is appended refuses to be changed, to its owner too. This takes nothing away that anybody recorded: the referral
#: itself stands, with what it called each person.
FORGET_WORDS_OF_REFERRALS = """
ALTER TABLE people_personrecord DISABLE TRIGGER USER;
UPDATE people_personrecord SET local_id = '' WHERE local_id <> '' AND audience_id IN
  (SELECT id FROM access_audience WHERE purpose = 'submission');
ALTER TABLE people_personrecord ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0014_apart_once"), ("people", "0004_fewer_indexes_still")]

    operations = [
        migrations.RunSQL(FORGET_WORDS_OF_REFERRALS, migrations.RunSQL.noop),
    ]
