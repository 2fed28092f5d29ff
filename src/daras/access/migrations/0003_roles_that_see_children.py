"""Whoever administers or counts sees no child, however wide a grant: known to the gate by role, and unknown roles are
none.

A test holds this list against the roles of `daras.access.policy`; a new role comes with a migration like this one. The two
functions that every policy calls are in PL/pgSQL, which plans their query once a session and not once a statement.
"""

from __future__ import annotations

from django.db import migrations

SIGHT_BY_ROLE = """
CREATE FUNCTION access.sees_children(role text) RETURNS boolean LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
    SELECT role = ANY ('{social-worker,duty-manager,service-manager,out-of-hours-worker,designated-officer,
        early-help-worker,police-officer,detective,detective-inspector,probation-officer,youth-justice-worker,nurse,
        school-nurse,health-practitioner,doctor,midwife,therapist,designated-safeguarding-lead,recovery-worker,adviser,
        housing-officer,custodian}'::text[])
$$;
REVOKE EXECUTE ON FUNCTION access.sees_children(text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION access.scopes() RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$ BEGIN RETURN (
    SELECT coalesce(array_agg(DISTINCT membership.scope_id::bigint), '{}')
    FROM access_worker worker
    JOIN access_scopemembership membership ON membership.agency = worker.agency
        AND membership.team IN ('', worker.team) AND membership.role IN ('', worker.role)
    WHERE worker.id = nullif(current_setting('daras.worker', true), '')::bigint AND worker.is_active
        AND access.sees_children(worker.role)
); END $$;

CREATE OR REPLACE FUNCTION access.audiences() RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$ BEGIN RETURN (
    SELECT coalesce(array_agg(DISTINCT given.audience_id), '{}')
    FROM access_worker worker
    JOIN access_grant given ON given.agency = worker.agency
        AND given.team IN ('', worker.team) AND given.role IN ('', worker.role)
        AND (given.worker_id IS NULL OR given.worker_id = worker.id)
        AND (given.until IS NULL OR given.until > access.present())
    WHERE worker.id = nullif(current_setting('daras.worker', true), '')::bigint AND worker.is_active
        AND access.sees_children(worker.role)
        AND NOT EXISTS (SELECT FROM access_grantend ending WHERE ending.grant_id = given.id)
); END $$;

GRANT DELETE ON access_scopemembership TO daras_machine;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0002_gate")]

    operations = [migrations.RunSQL(SIGHT_BY_ROLE, migrations.RunSQL.noop)]
