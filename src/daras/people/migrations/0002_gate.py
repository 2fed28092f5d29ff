"""Every table of this layer behind the gate."""

from __future__ import annotations

from django.db import migrations

from daras.access.policies import open_table, protect

LINKS = """
ALTER TABLE ledger_fact ADD CONSTRAINT ledger_fact_person_record FOREIGN KEY (person_record_id)
    REFERENCES people_personrecord (id) DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0002_gate"), ("people", "0001_initial")]

    operations = [
        protect("people_personrecord", append_only=True),
        protect("people_recordperson", machine=("SELECT", "INSERT", "UPDATE")),
        protect("people_linkdecided", append_only=True),
        protect("people_nameknown", append_only=True),
        protect("people_birthknown", append_only=True),
        protect("people_identifierknown", append_only=True),
        protect("people_addressstay", append_only=True),
        protect("people_relationshipknown", append_only=True),
        protect("people_parentalresponsibilityknown", append_only=True),
        protect("people_involvementknown", append_only=True),
        protect("people_posesriskknown", append_only=True),
        protect("people_workswithchildrenknown", append_only=True),
        protect("people_disabilityknown", append_only=True),
        protect("people_namewithheld", append_only=True),
        protect("people_personinmatter", append_only=True),
        open_table("people_person", application=()),
        migrations.RunSQL(LINKS, "ALTER TABLE ledger_fact DROP CONSTRAINT ledger_fact_person_record;"),
    ]
