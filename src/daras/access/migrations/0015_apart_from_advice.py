"""Whoever is kept apart from a matter reads no call for advice about whom it is about, either (A17, A15).

A call has no matter that news could be joined to, so it is found by the child: as records are of one person now, and as
long as they are kept apart. What an agency asked or answered itself stays its own, and what somebody wrote themselves:
a page that vanished would tell them something.
"""

from __future__ import annotations

from django.db import migrations

APART = r"""
CREATE FUNCTION access.advice_about(matters bigint[], but_author text) RETURNS bigint[] LANGUAGE plpgsql
STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN (SELECT coalesce(array_agg(DISTINCT call.matter_id), '{}')
    FROM ledger_fact part JOIN people_recordperson own ON own.record_id = part.person_record_id
    JOIN people_recordperson other ON other.person_id = own.person_id
    JOIN ledger_fact call ON call.person_record_id = other.record_id AND call.kind = 'advice-given'
    WHERE part.matter_id = ANY (matters) AND part.kind = 'person-in-matter' AND call.author <> but_author);
END
$$;

CREATE OR REPLACE FUNCTION access.apart_of(looking bigint) RETURNS text LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    theirs bigint[]; agencys bigint[]; own bigint[]; of_them bigint[]; whose text; wrote text;
BEGIN
    SELECT array_agg(DISTINCT apart.matter_id) FILTER (WHERE apart.worker_id IS NOT NULL),
           array_agg(DISTINCT apart.matter_id) FILTER (WHERE apart.worker_id IS NULL), min(worker.agency),
           min(worker.slug)
    INTO theirs, agencys, whose, wrote
    FROM access_worker worker JOIN access_keptapart apart ON apart.agency = worker.agency
        AND (apart.worker_id = worker.id OR apart.worker_id IS NULL AND worker.team <> ALL (apart.but_teams))
    WHERE worker.id = looking AND NOT EXISTS (SELECT FROM access_keptapartend ended WHERE ended.kept_id = apart.id);
    IF whose IS NULL THEN
        RETURN '';
    END IF;
    SELECT coalesce(array_agg(id), '{}') INTO theirs FROM matters_matter
    WHERE id = ANY (theirs) OR parent_id = ANY (theirs);
    theirs := theirs || access.advice_about(theirs, wrote);
    SELECT coalesce(array_agg(id), '{}') INTO agencys FROM matters_matter
    WHERE (id = ANY (agencys) OR parent_id = ANY (agencys)) AND id <> ALL (theirs);
    SELECT agencys || coalesce(array_agg(call), '{}') INTO agencys
    FROM unnest(access.advice_about(agencys, wrote)) AS call WHERE call <> ALL (theirs);
    SELECT coalesce(array_agg(DISTINCT kept.id), '{}') INTO own FROM (
        SELECT fact.audience_id AS id FROM ledger_fact fact WHERE fact.matter_id = ANY (agencys)
            AND fact.agency = whose AND fact.kind IN ('referral-received', 'form-completed', 'request-made')
        UNION SELECT fact.audience_id FROM ledger_fact fact JOIN frontdoor_advicegiven call ON call.fact_id = fact.id
            WHERE fact.matter_id = ANY (agencys) AND whose IN (fact.agency, call.caller_agency)
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
REVOKE EXECUTE ON FUNCTION access.advice_about(bigint[], text) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0014_apart_once")]

    operations = [migrations.RunSQL(APART, migrations.RunSQL.noop)]
