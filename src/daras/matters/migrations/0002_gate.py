"""Every table of this layer behind the gate."""

from __future__ import annotations

from django.db import migrations

from daras.access.policies import protect

LINKS = """
ALTER TABLE ledger_fact ADD CONSTRAINT ledger_fact_matter FOREIGN KEY (matter_id)
    REFERENCES matters_matter (id) DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0002_gate"), ("matters", "0001_initial")]

    operations = [
        protect("matters_matter", machine=("SELECT", "INSERT", "UPDATE")),
        protect("matters_matteropened", append_only=True),
        protect("matters_matterclosed", append_only=True),
        protect("matters_matterdecided", append_only=True),
        protect("matters_matterstate", machine=("SELECT", "INSERT", "UPDATE")),
        migrations.RunSQL(LINKS, "ALTER TABLE ledger_fact DROP CONSTRAINT ledger_fact_matter;"),
    ]
