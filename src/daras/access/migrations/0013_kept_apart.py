"""Whoever is kept apart from a matter sees nothing of it, whatever they stand in or were granted (A17).

Which matters those are is asked once a transaction (`daras.access.session`); for everybody else each policy compares
one empty setting. A restrictive policy of every table of the gate holds it, so that no grant made later and no standing
scope can give what this takes.
"""

from __future__ import annotations

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from daras.access.migrating import Together
from daras.access.policies import open_table

APART = r"""
-- From what a worker is kept apart, or nothing: the matters from which they themselves are; those from which their
-- agency is; what the agency sent, which stays its own; and whatever else is of those matters. Four lists.
CREATE FUNCTION access.apart_of(looking bigint) RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    theirs bigint[]; agencys bigint[]; own bigint[]; of_them bigint[]; whose text;
BEGIN
    SELECT array_agg(DISTINCT apart.matter_id) FILTER (WHERE apart.worker_id IS NOT NULL),
           array_agg(DISTINCT apart.matter_id) FILTER (WHERE apart.worker_id IS NULL), min(worker.agency)
    INTO theirs, agencys, whose
    FROM access_worker worker JOIN access_keptapart apart ON apart.agency = worker.agency
        AND (apart.worker_id = worker.id OR apart.worker_id IS NULL AND worker.team <> ALL (apart.but_teams))
    WHERE worker.id = looking AND NOT EXISTS (SELECT FROM access_keptapartend ended WHERE ended.kept_id = apart.id);
    IF whose IS NULL THEN
        RETURN '';
    END IF;
    SELECT coalesce(array_agg(id), '{}') INTO theirs FROM matters_matter
    WHERE id = ANY (theirs) OR parent_id = ANY (theirs);
    SELECT coalesce(array_agg(id), '{}') INTO agencys FROM matters_matter
    WHERE (id = ANY (agencys) OR parent_id = ANY (agencys)) AND id <> ALL (theirs);
    SELECT coalesce(array_agg(DISTINCT kept.id), '{}') INTO own FROM (
        SELECT fact.audience_id AS id FROM ledger_fact fact WHERE fact.matter_id = ANY (agencys)
            AND fact.agency = whose AND fact.kind IN ('referral-received', 'form-completed', 'request-made')
        UNION SELECT given.audience_id FROM access_grant given JOIN access_audience told ON told.id = given.audience_id
            WHERE given.agency = whose AND told.purpose = 'notices'
        UNION SELECT scope.id::bigint << 32 FROM access_standingscope scope WHERE scope.slug = 'agency:' || whose
    ) kept;
    SELECT coalesce(array_agg(DISTINCT said.id), '{}') INTO of_them FROM (
        SELECT fact.audience_id AS id, fact.matter_id FROM ledger_fact fact
            WHERE fact.matter_id = ANY (theirs || agencys)
        UNION SELECT matter.audience_id, matter.id FROM matters_matter matter WHERE matter.id = ANY (theirs || agencys)
        UNION SELECT document.audience_id, document.matter_id FROM frontdoor_document document
            WHERE document.matter_id = ANY (theirs || agencys)
    ) said
    -- What has no number of its own is everybody's of a scope, of whatever matter: its rows are told by their matter.
    WHERE (said.id & 4294967295) <> 0 AND (said.matter_id = ANY (theirs) OR said.id <> ALL (own));
    RETURN concat_ws('|', theirs, agencys, own, of_them);
END
$$;

-- 1 where a row of a matter, for an audience, is hidden from whoever is kept apart.
CREATE FUNCTION access.hidden_apart(of_matter bigint, for_audience bigint) RETURNS integer LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp AS $$
DECLARE lists text[] := string_to_array(current_setting('daras.apart', true), '|');
BEGIN
    RETURN (coalesce(of_matter = ANY (lists[1]::bigint[]), false) OR for_audience = ANY (lists[4]::bigint[])
        OR coalesce(of_matter = ANY (lists[2]::bigint[]), false) AND for_audience <> ALL (lists[3]::bigint[]))::integer;
END
$$;

-- The same of what hangs on a fact: it is hidden with its header.
CREATE FUNCTION access.hidden_fact(of_fact bigint, for_audience bigint) RETURNS integer LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN access.hidden_apart((SELECT fact.matter_id FROM ledger_fact fact WHERE fact.id = of_fact), for_audience);
END
$$;

-- The policy of one table. It is written as a comparison that nearly always holds, so that the planner thinks so, too.
CREATE FUNCTION access.keep_apart(of_table text) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    has text[] := ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = of_table::regclass AND attnum > 0);
    asks text := CASE
        WHEN of_table = 'matters_matter' THEN 'access.hidden_apart(id, audience_id)'
        WHEN 'matter_id' = ANY (has) THEN 'access.hidden_apart(matter_id, audience_id)'
        WHEN 'fact_id' = ANY (has) THEN 'access.hidden_fact(fact_id, audience_id)'
        ELSE 'access.hidden_apart(NULL, audience_id)' END;
BEGIN
    EXECUTE format('CREATE POLICY %I ON %I AS RESTRICTIVE FOR SELECT TO daras_application USING ((CASE WHEN'
        ' (SELECT coalesce(current_setting(''daras.apart'', true), '''')) = '''' THEN 0 ELSE ' || asks || ' END) <> 1)',
        of_table || '_apart', of_table);
END
$$;
REVOKE EXECUTE ON FUNCTION access.apart_of(bigint), access.hidden_apart(bigint, bigint),
    access.hidden_fact(bigint, bigint), access.keep_apart(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access.apart_of(bigint) TO daras_application, daras_machine;
GRANT EXECUTE ON FUNCTION access.hidden_apart(bigint, bigint), access.hidden_fact(bigint, bigint) TO daras_application;
SELECT access.keep_apart(tablename::text) FROM pg_policies
WHERE policyname = tablename || '_sight' AND roles = '{daras_application}';
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0012_sight_once")]

    operations = [
        Together(
            migrations.CreateModel(
                name="KeptApart",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    ("matter_id", models.BigIntegerField(db_index=True)),
                    ("record_id", models.BigIntegerField()),
                    ("agency", models.SlugField(max_length=80)),
                    (
                        "but_teams",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.SlugField(max_length=80), default=list, size=None
                        ),
                    ),
                    (
                        "worker",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            to=settings.AUTH_USER_MODEL,
                        ),
                    ),
                    ("because", models.CharField(max_length=300)),
                    ("since", models.DateTimeField()),
                    ("kept_by", models.CharField(max_length=120)),
                ],
                options={"indexes": [models.Index(fields=["agency"], name="kept_apart_agency")]},
            ),
            migrations.CreateModel(
                name="KeptApartEnd",
                fields=[
                    (
                        "kept",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            primary_key=True,
                            related_name="end",
                            serialize=False,
                            to="access.keptapart",
                        ),
                    ),
                    ("ended_at", models.DateTimeField()),
                    ("reason", models.TextField()),
                    ("ended_by", models.CharField(max_length=120)),
                ],
            ),
        ),
        open_table("access_keptapart", application=(), append_only=True),
        open_table("access_keptapartend", application=(), append_only=True),
        migrations.RunSQL(APART, migrations.RunSQL.noop),
    ]
