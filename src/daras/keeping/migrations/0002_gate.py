"""Every table of this layer behind the gate, and the one way by which rows are ever removed."""

from __future__ import annotations

from django.db import migrations

from daras.access.policies import protect

TABLES = ("holdplaced", "holdended", "disposalreviewed", "disposed")

DISPOSE = r"""
-- The rows of a disposal go. The database itself asks: is there a tombstone that two people signed, does no hold stand,
-- is what goes the tombstone's own matter's.
CREATE FUNCTION access.dispose(tombstone bigint, of_table text, of_column text, keys bigint[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    of_matter bigint;
    gone bigint;
BEGIN
    SELECT fact.matter_id INTO of_matter FROM keeping_disposed done JOIN ledger_fact fact ON fact.id = done.fact_id
    WHERE done.fact_id = tombstone AND done.reviewed_by <> done.approved_by;
    IF of_matter IS NULL THEN
        RAISE EXCEPTION 'nothing is disposed of without a review and another''s approval'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (
        SELECT FROM keeping_holdplaced hold WHERE (hold.everything OR of_matter = ANY (hold.matter_ids))
        AND NOT EXISTS (SELECT FROM keeping_holdended ending WHERE ending.hold_id = hold.fact_id)
    ) THEN
        RAISE EXCEPTION 'a hold stands on this matter' USING ERRCODE = 'restrict_violation';
    END IF;
    IF of_table LIKE 'access\_%' OR of_table IN ('keeping_disposed', 'matters_matter')
        OR tombstone = ANY (keys) AND of_column IN ('id', 'fact_id') AND of_table = 'ledger_fact' THEN
        RAISE EXCEPTION '% is never disposed of', of_table USING ERRCODE = 'restrict_violation';
    END IF;
    IF (of_table = 'ledger_fact' OR of_column IN ('fact_id', 'duty_id')) AND EXISTS (
        SELECT FROM ledger_fact fact WHERE fact.id = ANY (keys) AND fact.matter_id <> of_matter
    ) THEN
        RAISE EXCEPTION 'that is another matter''s' USING ERRCODE = 'restrict_violation';
    END IF;
    PERFORM set_config('daras.disposing', 'on', true);
    IF of_table = 'ledger_fact' THEN
        UPDATE ledger_fact SET supersedes_id = NULL WHERE supersedes_id = ANY (keys) AND id <> ALL (keys);
    END IF;
    EXECUTE format('DELETE FROM %I WHERE %I = ANY ($1)', of_table, of_column) USING keys;
    GET DIAGNOSTICS gone = ROW_COUNT;
    PERFORM set_config('daras.disposing', '', true);
    RETURN gone;
END
$$;
REVOKE EXECUTE ON FUNCTION access.dispose(bigint, text, text, bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION access.dispose(bigint, text, text, bigint[]) TO daras_machine;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0007_disposal"), ("keeping", "0001_initial")]

    operations = [
        *(protect(f"keeping_{table}", append_only=True) for table in TABLES),
        migrations.RunSQL(DISPOSE, "DROP FUNCTION access.dispose(bigint, text, text, bigint[]);"),
    ]
