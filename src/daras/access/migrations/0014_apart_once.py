"""From what somebody is kept apart is found with the rest of what they see, once a look, and for the machine never; and
what keeps apart goes with the matter when it is disposed of (A17, G4)."""

from __future__ import annotations

from django.db import migrations

APART_ONCE = r"""
ALTER FUNCTION access.look() RENAME TO look_up;
-- All of it belongs to one look: whoever forgets it (`daras.looked`) forgets all.
CREATE FUNCTION access.look() RETURNS void LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM access.look_up();
    PERFORM set_config('daras.apart', CASE WHEN coalesce(current_setting('daras.worker', true), '') = '' THEN ''
        ELSE access.apart_of(current_setting('daras.worker')::bigint) END, true);
END $$;

-- From what the worker who looks is kept apart; nobody, and so the machine, is kept from nothing.
CREATE FUNCTION access.apart() RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF coalesce(current_setting('daras.worker', true), '') = '' THEN
        RETURN '';
    END IF;
    IF current_setting('daras.looked', true) IS DISTINCT FROM access.looking() THEN
        PERFORM access.look();
    END IF;
    RETURN current_setting('daras.apart');
END $$;

-- It looks for itself: what a policy has not asked first may ask it.
CREATE OR REPLACE FUNCTION access.hidden_apart(of_matter bigint, for_audience bigint) RETURNS integer LANGUAGE plpgsql
STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE lists text[] := string_to_array(access.apart(), '|');
BEGIN
    RETURN (coalesce(of_matter = ANY (lists[1]::bigint[]), false)
        OR coalesce(for_audience = ANY (lists[4]::bigint[]), false)
        OR coalesce(of_matter = ANY (lists[2]::bigint[]) AND for_audience <> ALL (lists[3]::bigint[]), false))::integer;
END
$$;

CREATE OR REPLACE FUNCTION access.keep_apart(of_table text) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    has text[] := ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = of_table::regclass AND attnum > 0);
    asks text := CASE
        WHEN of_table = 'matters_matter' THEN 'access.hidden_apart(id, audience_id)'
        WHEN 'matter_id' = ANY (has) THEN 'access.hidden_apart(matter_id, audience_id)'
        WHEN 'fact_id' = ANY (has) THEN 'access.hidden_fact(fact_id, audience_id)'
        ELSE 'access.hidden_apart(NULL, audience_id)' END;
BEGIN
    EXECUTE format('DROP POLICY IF EXISTS %I ON %I', of_table || '_apart', of_table);
    EXECUTE format('CREATE POLICY %I ON %I AS RESTRICTIVE FOR SELECT TO daras_application USING ((CASE WHEN'
        ' (SELECT access.apart()) = '''' THEN 0 ELSE ' || asks || ' END) <> 1)', of_table || '_apart', of_table);
END
$$;
SELECT access.keep_apart(tablename::text) FROM pg_policies
WHERE policyname = tablename || '_sight' AND roles = '{daras_application}';

REVOKE EXECUTE ON FUNCTION access.look(), access.apart() FROM PUBLIC;
ALTER FUNCTION access.apart_of(bigint) SECURITY INVOKER;
REVOKE EXECUTE ON FUNCTION access.apart_of(bigint) FROM daras_application, daras_machine;
GRANT EXECUTE ON FUNCTION access.apart() TO daras_application, daras_machine;
"""

#: As `0009_reseal`, and who was kept apart from a matter goes with it.
REFUSE = r"""
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
    IF TG_OP = 'DELETE' AND current_setting('daras.disposing', true) = 'on' AND TG_TABLE_NAME <> 'keeping_disposed'
        AND (TG_TABLE_NAME NOT LIKE 'access\_%' OR TG_TABLE_NAME IN ('access_keptapart', 'access_keptapartend')) THEN
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
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0013_kept_apart")]

    operations = [migrations.RunSQL(APART_ONCE + REFUSE, migrations.RunSQL.noop)]
