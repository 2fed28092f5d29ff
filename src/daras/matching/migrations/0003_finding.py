"""People who search ask the index through one door: it answers with record ids, only of records theirs to see.

The index itself stays unreadable to everybody but the machine.
"""

from __future__ import annotations

from django.db import migrations

from daras.access.policies import SIGHT

RECORDS_UNDER = f"""
CREATE FUNCTION access.records_under(asked bigint[]) RETURNS TABLE (record_id bigint, shared bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT found.record_id, count(*)
    FROM unnest(asked[1:200]) AS each(key)
    CROSS JOIN LATERAL (
        SELECT matching_key.record_id FROM matching_key
        WHERE matching_key.key = each.key AND {SIGHT.format(audience="matching_key.audience_id")}
        ORDER BY matching_key.record_id DESC LIMIT 120
    ) AS found
    GROUP BY found.record_id
$$;
REVOKE EXECUTE ON FUNCTION access.records_under(bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access.records_under(bigint[]) TO daras_application;
"""  # noqa: S608 - the gate's own condition


class Migration(migrations.Migration):
    dependencies = [("access", "0002_gate"), ("matching", "0002_gate")]

    operations = [migrations.RunSQL(RECORDS_UNDER, "DROP FUNCTION access.records_under(bigint[]);")]
