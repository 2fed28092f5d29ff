"""Sealed words go under a newer key (access.reseal): what the row says otherwise is not touched."""

from __future__ import annotations

from django.db import migrations

RESEAL = r"""
CREATE OR REPLACE FUNCTION access.refuse_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    sealed text := coalesce(current_setting('daras.resealing', true), '');
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
    -- The same words under a newer key (access.reseal).
    IF TG_OP = 'UPDATE' AND sealed <> '' AND TG_TABLE_NAME NOT LIKE 'access\_%'
        AND to_jsonb(OLD) ->> sealed LIKE 'daras-sealed:%' AND to_jsonb(NEW) ->> sealed LIKE 'daras-sealed:%'
        AND to_jsonb(NEW) - sealed = to_jsonb(OLD) - sealed THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the rows of % are appended and superseded, never changed or removed', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
REVOKE EXECUTE ON FUNCTION access.refuse_change() FROM PUBLIC;

CREATE FUNCTION access.reseal(of_table text, of_column text, of_fact bigint, again text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM set_config('daras.resealing', of_column, true);
    EXECUTE format('UPDATE %I SET %I = $1 WHERE fact_id = $2', of_table, of_column) USING again, of_fact;
    PERFORM set_config('daras.resealing', '', true);
END
$$;
REVOKE EXECUTE ON FUNCTION access.reseal(text, text, bigint, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access.reseal(text, text, bigint, text) TO daras_machine;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0008_tokens")]

    operations = [
        migrations.RunSQL(RESEAL, "DROP FUNCTION access.reseal(text, text, bigint, text);"),
    ]
