"""A data officer is shown what answering somebody needs, case by case, and nothing else: only what was given to them by
name, in the scope in which nobody stands (`rights`). No other grant reaches them, however wide."""

from __future__ import annotations

from django.db import migrations

CASE_BY_CASE = """
CREATE OR REPLACE FUNCTION access.audiences() RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$ BEGIN RETURN (
    SELECT coalesce(array_agg(DISTINCT given.audience_id), '{}')
    FROM access_worker worker
    JOIN access_grant given ON given.agency = worker.agency
        AND given.team IN ('', worker.team) AND given.role IN ('', worker.role)
        AND (given.worker_id IS NULL OR given.worker_id = worker.id)
        AND (given.until IS NULL OR given.until > access.present())
    WHERE worker.id = nullif(current_setting('daras.worker', true), '')::bigint AND worker.is_active
        AND (access.sees_children(worker.role) OR worker.role = 'data-officer' AND given.worker_id = worker.id
            AND (given.audience_id >> 32) = (SELECT scope.id FROM access_standingscope scope WHERE scope.slug = 'rights'))
        AND NOT EXISTS (SELECT FROM access_grantend ending WHERE ending.grant_id = given.id)
); END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0010_sessions")]

    operations = [migrations.RunSQL(CASE_BY_CASE, migrations.RunSQL.noop)]
