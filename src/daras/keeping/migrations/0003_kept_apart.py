"""Who was kept apart from a matter goes with it when it is disposed of (A17, G4): the rows say of whom it was."""

from __future__ import annotations

from importlib import import_module

from django.db import migrations

GATE = import_module("daras.keeping.migrations.0002_gate")
FORMER = r"of_table LIKE 'access\_%' OR of_table IN"
OTHERS = "    PERFORM set_config('daras.disposing', 'on', true);"
KEPT_APART = """    IF of_table IN ('access_keptapart', 'access_keptapartend') AND (of_column NOT IN ('id', 'kept_id') OR EXISTS (
        SELECT FROM access_keptapart apart WHERE apart.id = ANY (keys) AND apart.matter_id <> of_matter
    )) THEN
        RAISE EXCEPTION 'that is another matter''s' USING ERRCODE = 'restrict_violation';
    END IF;
"""


def _with_kept_apart(former: str) -> str:
    """The same function, that takes these two tables, and of them this matter's rows alone."""
    assert former.count(FORMER) == former.count(OTHERS) == 1
    allowed = FORMER.replace("OR", "AND of_table NOT IN ('access_keptapart', 'access_keptapartend')\n        OR")
    wider = former.replace(FORMER, allowed).replace(OTHERS, KEPT_APART + OTHERS)
    return wider.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [("keeping", "0002_gate"), ("access", "0014_apart_once")]

    operations = [migrations.RunSQL(_with_kept_apart(GATE.DISPOSE), migrations.RunSQL.noop)]
