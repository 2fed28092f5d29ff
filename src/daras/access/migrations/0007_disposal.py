"""What is appended may go by a disposal alone (access.dispose); an anchor may say that a backup was restored."""

from __future__ import annotations

from django.db import migrations, models

REFUSE = r"""
CREATE OR REPLACE FUNCTION access.refuse_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Who may see a row may be narrowed, or be what it was (access.move); what the row says, never.
    IF TG_OP = 'UPDATE' AND current_setting('daras.moving', true) = 'on' AND TG_TABLE_NAME NOT LIKE 'access\_%'
        AND to_jsonb(NEW) - 'audience_id' = to_jsonb(OLD) - 'audience_id' THEN
        RETURN NEW;
    END IF;
    -- Rows go whole, by a disposal that two people signed (access.dispose); the trail and a tombstone, never.
    IF TG_OP = 'DELETE' AND current_setting('daras.disposing', true) = 'on'
        AND TG_TABLE_NAME NOT LIKE 'access\_%' AND TG_TABLE_NAME <> 'keeping_disposed' THEN
        RETURN OLD;
    END IF;
    -- What stays no longer says that it superseded what went.
    IF TG_OP = 'UPDATE' AND current_setting('daras.disposing', true) = 'on' AND TG_TABLE_NAME = 'ledger_fact'
        AND to_jsonb(NEW) ->> 'supersedes_id' IS NULL
        AND to_jsonb(NEW) - 'supersedes_id' = to_jsonb(OLD) - 'supersedes_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the rows of % are appended and superseded, never changed or removed', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
REVOKE EXECUTE ON FUNCTION access.refuse_change() FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0006_second_factor")]

    operations = [
        migrations.RunSQL(REFUSE, migrations.RunSQL.noop),
        migrations.AddField("trailanchor", "restored", models.BooleanField(default=False, db_default=False)),
    ]
