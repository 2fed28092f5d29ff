"""How a table is put under row-level security: one operation, used by the migrations of every app.

A test walks the catalogue and fails for any table that has not been through one of these.
"""

from __future__ import annotations

from django.db.migrations.operations import RunSQL

#: True for a row whose audience the worker stands in or has been granted. No joins; each function runs once a
#: statement, and the audiences, which may be thousands, are looked up in a table of hashes.
SIGHT = (
    "(({audience} >> 32) = ANY ((SELECT access.scopes())::bigint[])"
    " OR {audience} IN (SELECT unnest(access.audiences())))"
)

#: The standing scope of all that is protected: nobody stands in it, each audience of it is granted to a custodian and
#: whom they name. A constant, for it is part of every policy.
PROTECTED_SCOPE = 32767
#: True for a row that the machine may see: all that is not protected, and what it keeps for whom it acts (ADR 0024).
MACHINE_SIGHT = f"(({{audience}} >> 32) <> {PROTECTED_SCOPE} OR {{audience}} IN (SELECT unnest(access.kept())))"


def protect(
    table: str,
    *,
    audience: str = "audience_id",
    application: tuple[str, ...] = ("SELECT",),
    machine: tuple[str, ...] = ("SELECT", "INSERT"),
    append_only: bool = False,
) -> RunSQL:
    """Put a person-related table behind the gate.

    `application` is what people may do (only on rows of their audiences), `machine` what commands may do (on every
    row that is not protected). `append_only` refuses UPDATE, DELETE and TRUNCATE even to the owner.
    """
    sight, kept = SIGHT.format(audience=audience), MACHINE_SIGHT.format(audience=audience)
    statements = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"REVOKE ALL ON {table} FROM PUBLIC, daras_application, daras_machine",
        f"GRANT {', '.join(machine)} ON {table} TO daras_machine",
        f"CREATE POLICY {table}_machine ON {table} TO daras_machine USING ({kept}) WITH CHECK (true)",
        # What is written of somebody protected is protected, whoever writes it and whatever audience they chose.
        f"CREATE TRIGGER {table}_custody BEFORE INSERT ON {table} FOR EACH ROW"
        " WHEN (coalesce(current_setting('daras.custody', true), '') <> '')"
        " EXECUTE FUNCTION access.keep_in_custody()",
    ]
    if application:
        statements += [
            f"GRANT {', '.join(application)} ON {table} TO daras_application",
            f"CREATE POLICY {table}_sight ON {table} TO daras_application USING ({sight}) WITH CHECK ({sight})",
            f"DO $$ BEGIN IF to_regproc('access.keep_apart') IS NOT NULL THEN"
            f" PERFORM access.keep_apart('{table}'); END IF; END $$",
        ]
    statements += _sequences(table, application, machine)
    if append_only:
        statements += _append_only(table)
    return RunSQL(";\n".join(statements) + ";", _undo(table))


def open_table(
    table: str,
    *,
    application: tuple[str, ...] = ("SELECT",),
    machine: tuple[str, ...] = ("SELECT", "INSERT"),
    append_only: bool = False,
) -> RunSQL:
    """Give rights on a table that holds nothing about a child or family (workers' sign-in, scopes, jobs)."""
    statements = [f"REVOKE ALL ON {table} FROM PUBLIC, daras_application, daras_machine"]
    if application:
        statements.append(f"GRANT {', '.join(application)} ON {table} TO daras_application")
    if machine:
        statements.append(f"GRANT {', '.join(machine)} ON {table} TO daras_machine")
    statements += _sequences(table, application, machine)
    if append_only:
        statements += _append_only(table)
    return RunSQL(";\n".join(statements) + ";", RunSQL.noop)


def _append_only(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION access.refuse_change()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION access.refuse_change()",
    ]


def _sequences(table: str, application: tuple[str, ...], machine: tuple[str, ...]) -> list[str]:
    """The rights on whatever sequences feed the table's columns, for those who may insert."""
    rights = (("daras_application", application), ("daras_machine", machine))
    roles = [role for role, may in rights if "INSERT" in may]
    if not roles:
        return []
    return [
        "DO $$ DECLARE s regclass; BEGIN FOR s IN SELECT d.objid::regclass FROM pg_depend d"  # noqa: S608
        " JOIN pg_class c ON c.oid = d.objid"
        f" WHERE d.refobjid = '{table}'::regclass AND c.relkind = 'S' LOOP"
        f" EXECUTE format('GRANT USAGE ON SEQUENCE %s TO {', '.join(roles)}', s); END LOOP; END $$"
    ]


def _undo(table: str) -> str:
    return (
        f"DROP POLICY IF EXISTS {table}_machine ON {table}; DROP POLICY IF EXISTS {table}_sight ON {table};"
        f" DROP POLICY IF EXISTS {table}_apart ON {table};"
        f" ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;"
        f" DROP TRIGGER IF EXISTS {table}_custody ON {table};"
        f" DROP TRIGGER IF EXISTS {table}_append_only ON {table};"
        f" DROP TRIGGER IF EXISTS {table}_no_truncate ON {table};"
    )
