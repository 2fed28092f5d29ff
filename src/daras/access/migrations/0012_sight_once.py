"""What a worker stands in and was granted is looked up once a look, and not once for each table of each question.

The rules are those of `0003_roles_that_see_children` and `0011_data_officers`. What was found is kept in settings of the
transaction, with whose it is and as of when; `daras.access.session` forgets it whenever it says who looks, so that
what was granted, or ended, meanwhile counts. Whoever can write these settings can write who looks: nothing is lost.
"""

from __future__ import annotations

from django.db import migrations

SIGHT_ONCE = """
-- Whose sight it is, and as of when.
CREATE FUNCTION access.looking() RETURNS text LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp AS $$ BEGIN RETURN
    coalesce(current_setting('daras.worker', true), '') || '@' || coalesce(current_setting('daras.now', true), '');
END $$;

-- For the two functions below, which look with the owner's eyes.
CREATE FUNCTION access.look() RETURNS void LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    worker access_worker;
    sees boolean;
    standing bigint[] := '{}';
    granted bigint[] := '{}';
BEGIN
    SELECT * INTO worker FROM access_worker
    WHERE id = nullif(current_setting('daras.worker', true), '')::bigint AND is_active;
    sees := coalesce(access.sees_children(worker.role), false);
    IF sees THEN
        SELECT coalesce(array_agg(DISTINCT membership.scope_id::bigint), '{}') INTO standing
        FROM access_scopemembership membership
        WHERE membership.agency = worker.agency
            AND membership.team IN ('', worker.team) AND membership.role IN ('', worker.role);
    END IF;
    IF sees OR worker.role = 'data-officer' THEN
        SELECT coalesce(array_agg(DISTINCT given.audience_id), '{}') INTO granted
        FROM access_grant given
        WHERE given.agency = worker.agency
            AND given.team IN ('', worker.team) AND given.role IN ('', worker.role)
            AND (given.worker_id IS NULL OR given.worker_id = worker.id)
            AND (given.until IS NULL OR given.until > access.present())
            AND (sees OR given.worker_id = worker.id AND (given.audience_id >> 32)
                = (SELECT scope.id FROM access_standingscope scope WHERE scope.slug = 'rights'))
            AND NOT EXISTS (SELECT FROM access_grantend ending WHERE ending.grant_id = given.id);
    END IF;
    PERFORM set_config('daras.scopes', standing::text, true), set_config('daras.audiences', granted::text, true),
        set_config('daras.looked', access.looking(), true);
END $$;

CREATE OR REPLACE FUNCTION access.scopes() RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$ BEGIN
    IF current_setting('daras.looked', true) IS DISTINCT FROM access.looking() THEN
        PERFORM access.look();
    END IF;
    RETURN current_setting('daras.scopes')::bigint[];
END $$;

CREATE OR REPLACE FUNCTION access.audiences() RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$ BEGIN
    IF current_setting('daras.looked', true) IS DISTINCT FROM access.looking() THEN
        PERFORM access.look();
    END IF;
    RETURN current_setting('daras.audiences')::bigint[];
END $$;
REVOKE EXECUTE ON FUNCTION access.looking(), access.look() FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0011_data_officers")]

    operations = [migrations.RunSQL(SIGHT_ONCE, migrations.RunSQL.noop)]
