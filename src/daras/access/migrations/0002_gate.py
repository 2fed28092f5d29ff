"""The gate: what a row's audience is compared with, and what each role may do."""

from __future__ import annotations

from django.db import migrations

from daras.access.policies import open_table, protect

FUNCTIONS = r"""
CREATE SCHEMA access;
REVOKE ALL ON SCHEMA access FROM PUBLIC;
GRANT USAGE ON SCHEMA access TO daras_application, daras_machine;
CREATE SEQUENCE access_audience_serial MINVALUE 1 MAXVALUE 4294967295;
GRANT USAGE ON SEQUENCE access_audience_serial TO daras_machine;

CREATE FUNCTION access.present() RETURNS timestamptz LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(nullif(current_setting('daras.now', true), '')::timestamptz, now())
$$;

CREATE FUNCTION access.scopes() RETURNS bigint[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT membership.scope_id::bigint), '{}')
    FROM access_worker worker
    JOIN access_scopemembership membership ON membership.agency = worker.agency
        AND membership.team IN ('', worker.team) AND membership.role IN ('', worker.role)
    WHERE worker.id = nullif(current_setting('daras.worker', true), '')::bigint AND worker.is_active
$$;

CREATE FUNCTION access.audiences() RETURNS bigint[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT given.audience_id), '{}')
    FROM access_worker worker
    JOIN access_grant given ON given.agency = worker.agency
        AND given.team IN ('', worker.team) AND given.role IN ('', worker.role)
        AND (given.worker_id IS NULL OR given.worker_id = worker.id)
        AND (given.until IS NULL OR given.until > access.present())
    WHERE worker.id = nullif(current_setting('daras.worker', true), '')::bigint AND worker.is_active
        AND NOT EXISTS (SELECT FROM access_grantend ending WHERE ending.grant_id = given.id)
$$;

-- The protected audiences that the machine sees: none, those of the worker it acts for, or all of them in custody.
CREATE FUNCTION access.kept() RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE custody text := coalesce(current_setting('daras.custody', true), '');
BEGIN
    IF custody = '' THEN
        RETURN '{}';
    ELSIF custody = 'all' THEN
        RETURN (SELECT coalesce(array_agg(id), '{}') FROM access_audience WHERE scope_id = 32767);
    END IF;
    RETURN (
        SELECT coalesce(array_agg(DISTINCT given.audience_id), '{}')
        FROM access_worker worker
        JOIN access_grant given ON given.agency = worker.agency
            AND given.team IN ('', worker.team) AND given.role IN ('', worker.role)
            AND (given.worker_id IS NULL OR given.worker_id = worker.id)
            AND (given.until IS NULL OR given.until > access.present())
        WHERE worker.id = custody::bigint AND worker.is_active AND (given.audience_id >> 32) = 32767
            AND access.sees_children(worker.role)
            AND NOT EXISTS (SELECT FROM access_grantend ending WHERE ending.grant_id = given.id)
    );
END
$$;

-- What is written of a protected matter, record or fact has the audience of that. Only columns of these names tell.
CREATE FUNCTION access.keep_in_custody() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    held jsonb := to_jsonb(NEW);
    kept bigint;
BEGIN
    IF (NEW.audience_id >> 32) = 32767 THEN
        RETURN NEW;
    END IF;
    IF held ->> 'fact_id' IS NOT NULL THEN
        SELECT audience_id INTO kept FROM ledger_fact WHERE id = (held ->> 'fact_id')::bigint;
    ELSIF held ->> 'duty_id' IS NOT NULL THEN
        SELECT audience_id INTO kept FROM ledger_fact WHERE id = (held ->> 'duty_id')::bigint;
    END IF;
    IF kept IS NULL OR (kept >> 32) <> 32767 THEN
        SELECT audience_id INTO kept FROM people_personrecord
        WHERE id = coalesce(held ->> 'person_record_id', held ->> 'record_id')::bigint;
    END IF;
    IF kept IS NULL OR (kept >> 32) <> 32767 THEN
        SELECT audience_id INTO kept FROM matters_matter WHERE id = (held ->> 'matter_id')::bigint;
    END IF;
    IF (kept >> 32) = 32767 THEN
        NEW.audience_id := kept;
    END IF;
    RETURN NEW;
END
$$;

CREATE FUNCTION access.refuse_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    -- Who may see a row may be narrowed, or be what it was (access.move); what the row says, never.
    IF TG_OP = 'UPDATE' AND current_setting('daras.moving', true) = 'on' AND TG_TABLE_NAME NOT LIKE 'access\_%'
        AND to_jsonb(NEW) - 'audience_id' = to_jsonb(OLD) - 'audience_id' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the rows of % are appended and superseded, never changed or removed', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA access FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access.present(), access.scopes(), access.audiences() TO daras_application, daras_machine;
GRANT EXECUTE ON FUNCTION access.kept() TO daras_machine;
INSERT INTO access_standingscope (id, slug) VALUES (32767, 'protected');
"""

TRAIL_MAY_BE_WRITTEN = """
CREATE POLICY access_trailentry_write ON access_trailentry FOR INSERT TO daras_application WITH CHECK (true);
GRANT INSERT ON access_trailentry TO daras_application;
"""

ALL = ("SELECT", "INSERT", "UPDATE", "DELETE")


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("sessions", "__latest__"),
        ("account", "__latest__"),
        ("auth", "__latest__"),
        ("contenttypes", "__latest__"),
        ("procrastinate", "__latest__"),
    ]

    operations = [
        migrations.RunSQL(FUNCTIONS, "DROP SCHEMA access CASCADE; DROP SEQUENCE access_audience_serial;"),
        protect("access_trailentry", append_only=True),
        migrations.RunSQL(TRAIL_MAY_BE_WRITTEN, migrations.RunSQL.noop),
        protect("access_traillink", append_only=True),
        open_table("access_trailanchor", append_only=True),
        open_table(
            "access_worker",
            application=("SELECT", "UPDATE (last_login, password)"),
            machine=("SELECT", "INSERT", "UPDATE"),
        ),
        open_table("access_installation"),
        open_table("access_standingscope"),
        open_table("access_scopemembership", machine=("SELECT", "INSERT")),
        open_table("access_audience", application=(), append_only=True),
        open_table("access_grant", application=(), append_only=True),
        open_table("access_grantend", application=(), append_only=True),
        open_table("access_apitoken", machine=("SELECT", "INSERT", "UPDATE")),
        open_table("django_session", application=ALL, machine=ALL),
        open_table("account_emailaddress", application=ALL),
        open_table("account_emailconfirmation", application=ALL),
        open_table("django_content_type"),
        open_table("auth_permission"),
        open_table("auth_group"),
        open_table("auth_group_permissions"),
        open_table("procrastinate_jobs", application=ALL, machine=ALL),
        open_table("procrastinate_events", application=ALL, machine=ALL),
        open_table("procrastinate_periodic_defers", application=ALL, machine=ALL),
        open_table("procrastinate_workers", application=ALL, machine=ALL),
        open_table("django_migrations", machine=()),
    ]
