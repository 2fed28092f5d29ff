"""A walk through the catalogue: no table, view, function or login may be outside the gate (G4)."""

from __future__ import annotations

import re

import pytest
from django.db import DatabaseError, connection, connections

from daras.home import Addresses

#: Tables that hold nothing about a child or family, and what they hold instead. Any other table must be protected.
OPEN = {
    "access_apitoken": "digests of agencies' tokens",
    "access_audiencemove": "which rows were put under which audience",
    "access_attempts": "keyed hashes of places and accounts, and when each was tried",
    "access_audience": "numbers of audiences",
    "access_covertteam": "whose looks are for their own agency's custodians only",
    "access_grant": "which agency, team, role or worker sees which audience",
    "access_grantend": "and no longer",
    "access_keptapart": "which agency or worker is kept apart from which matter: only the machine reads it",
    "access_keptapartend": "and no longer",
    "access_installation": "whether the database is synthetic",
    "access_post": "since when and until when somebody worked in which team: only the machine reads it",
    "access_scopemembership": "who stands in which scope",
    "access_standingscope": "the scopes",
    "access_trailanchor": "heads of the chain, signed",
    "access_worker": "those who sign in",
    "access_workerhome": "postcodes of those who sign in: only the machine reads them",
    "account_emailaddress": "sign-in addresses of workers",
    "account_emailconfirmation": "sign-in addresses of workers",
    "auth_group": "unused, of the framework",
    "auth_group_permissions": "unused, of the framework",
    "auth_permission": "unused, of the framework",
    "custodians_custodianletter": "that a custodian was written to: only the machine reads it",
    "django_content_type": "names of models",
    "django_migrations": "names of migrations",
    "django_session": "signed-in sessions, under keys outside the database",
    "hubs_booking": "workers who come to an open afternoon",
    "hubs_openafternoon": "when the hubs may be watched at work",
    "matching_nameborne": "how many records bear a name that several do: only the machine reads it",
    "matching_namescount": "when names were counted, of how many records",
    "mfa_authenticator": "what proves workers, under keys outside the database",
    "outbox_digest": "daily letters to workers, which name nobody: only the machine reads them",
    "outbox_digestline": "which notice stands in which daily letter: only the machine reads it",
    "outbox_receiver": "where agencies' teams are reached",
    "outbox_webhooksecret": "what webhooks are signed with: only the machine reads them",
    "people_person": "numbers without a name: only the machine reads them",
    "procrastinate_events": "what became of jobs",
    "procrastinate_jobs": "jobs, which carry ids only",
    "procrastinate_periodic_defers": "when timers fired",
    "procrastinate_workers": "heartbeats of workers",
    "socialaccount_socialaccount": "as whom identity providers know workers",
    "socialaccount_socialapp": "unused, of the framework",
    "socialaccount_socialtoken": "unused, of the framework: nobody reads it",
    "usersessions_usersession": "where workers are signed in",
    "services_forecastrun": "how many wait for a service and may wait: numbers of nobody",
}
#: Protected tables whose rows may change, and why. All others are appended to and superseded.
CHANGING = {
    "attachments_content": "files are brought under a newer key",
    "duties_dutystate": "a projection of facts",
    "frontdoor_draft": "what somebody is still writing",
    "frontdoor_draftversion": "what they wrote before, gone when it is sent",
    "forms_formdraft": "a form that somebody is still writing",
    "forms_formdraftversion": "what they wrote before, gone when it is completed",
    "matching_key": "a projection of facts",
    "matching_profile": "a projection of facts",
    "matters_matter": "locked before anything is recorded on it",
    "matters_matterstate": "a projection of facts",
    "outbox_notice": "whether it has been delivered",
    "people_recordperson": "a projection of decisions",
    "requests_requeststate": "a projection of facts",
}
#: What people may do beside looking: every deed is a command, which the machine does.
PEOPLE_MAY = {"access_trailentry": {"SELECT", "INSERT"}}
APART = (
    r"\( CASE WHEN \(\( SELECT access\.apart\(\) AS apart\) = ''::text\) THEN 0"
    r" ELSE access\.hidden_(apart\((id|matter_id|NULL::bigint)|fact\(fact_id), audience_id\) END <> 1\)"
)
LOGINS_AND_ROLES = ("daras_app", "daras_application", "daras_machine")


def rows(query: str, *values: str | list[str]) -> list[tuple[object, ...]]:
    """What the catalogue says."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


def names(query: str, *values: str | list[str]) -> set[str]:
    """The first column of what the catalogue says."""
    return {str(row[0]) for row in rows(query, *values)}


def tables() -> set[str]:
    """Every table outside PostgreSQL's own catalogues."""
    return names(
        "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind IN ('r', 'p', 'f')"
        " AND nspname NOT IN ('pg_catalog', 'information_schema') AND nspname NOT LIKE 'pg_toast%%'"
    )


def rights(table: str, role: str) -> set[str]:
    """What a role may do to a table, or to any column of it."""
    return names(
        "SELECT p FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p"
        " WHERE has_table_privilege(%s, %s::regclass, p) OR (p NOT IN ('DELETE', 'TRUNCATE', 'TRIGGER')"
        " AND has_any_column_privilege(%s, %s::regclass, p))",
        role, table, role, table,
    )  # fmt: skip


@pytest.fixture
def protected(db: None) -> set[str]:
    """Every table that is not on the list of open ones."""
    return tables() - OPEN.keys()


def test_tests_connect_as_the_application(db: None) -> None:
    """Set-up, G4: given any test with a database, then it is signed in as the application, in the role of people, which
    may pass by nothing."""
    who = "SELECT session_user, current_user, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    assert rows(who) == [("daras_app", "daras_application", False)]


def test_the_list_of_open_tables_names_tables(db: None) -> None:
    """Given the list of open tables, when a table is gone, then its line goes too."""
    assert set(OPEN) <= tables()


def test_every_person_related_table_is_behind_the_gate(protected: set[str]) -> None:
    """Given a table that is not on the list of open ones, when the catalogue is walked, then the table has row-level
    security, an audience on every row, and policies that compare it for the application and the machine alone (G4)."""
    under_security = names("SELECT relname FROM pg_class WHERE relrowsecurity AND relkind IN ('r', 'p')")
    assert protected - under_security == set()
    with_audience = names(
        "SELECT relname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid"
        " WHERE attname = 'audience_id' AND attnotnull AND atttypid = 'bigint'::regtype"
    )
    assert protected - with_audience == set()


def test_every_policy_is_the_one_we_know(protected: set[str]) -> None:
    """Given the policies, when they are read, then each is for one of two roles: the machine's, of all that
    is not protected or that it keeps for whom it acts; or sight by audience; and what may be written without sight is
    the trail alone (G4)."""
    sight = (
        "(((audience_id >> 32) = ANY (( SELECT access.scopes() AS scopes)::bigint[]))"
        " OR (audience_id IN ( SELECT unnest(access.audiences()) AS unnest)))"
    )
    policies: dict[str, set[tuple[object, ...]]] = {}
    for table, *policy in rows("SELECT tablename, roles::text, permissive, cmd, qual, with_check FROM pg_policies"):
        policies.setdefault(str(table), set()).add(tuple(policy))
    kept = "(((audience_id >> 32) <> 32767) OR (audience_id IN ( SELECT unnest(access.kept()) AS unnest)))"
    machine: tuple[object, ...] = ("{daras_machine}", "PERMISSIVE", "ALL", kept, "true")
    people: tuple[object, ...] = ("{daras_application}", "PERMISSIVE", "ALL", sight, sight)
    for table in protected:
        expected: set[tuple[object, ...]] = {machine} | ({people} if rights(table, "daras_application") else set())
        if rights(table, "daras_application"):
            # Whoever is kept apart from a matter is shown nothing of it (A17), by whichever column tells whose it is.
            (apart,) = {policy for policy in policies[table] if policy[1] == "RESTRICTIVE"}
            assert (apart[0], apart[2], apart[4]) == ("{daras_application}", "SELECT", None), table
            assert re.fullmatch(APART, " ".join(str(apart[3]).split())), (table, apart[3])
            policies[table].remove(apart)
        if table == "access_trailentry":
            expected |= {("{daras_application}", "PERMISSIVE", "INSERT", None, "true")}
        assert {policy[:4] for policy in policies[table]} == {policy[:4] for policy in expected}, table
        # What may only be looked at needs no check of what is written, and may have it.
        assert {policy[4] for policy in policies[table]} <= {policy[4] for policy in expected} | {None}, table
    assert policies.keys() == protected


def test_what_is_written_of_somebody_protected_is_caught_everywhere(protected: set[str]) -> None:
    """Given every protected table, when its triggers are read, then each has the one that gives a row about somebody
    protected their audience, before it is written (G4)."""
    caught = names(
        "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgfoid = 'access.keep_in_custody'::regproc"
        " AND tgenabled IN ('O', 'A') AND tgtype & 7 = 7"
    )
    assert caught == protected


def test_nobody_runs_what_the_gate_keeps_to_itself(db: None) -> None:
    """Given every function of the gate, when the public is asked, then it may run none (G4)."""
    assert (
        names(
            "SELECT proname FROM (SELECT proname, aclexplode(coalesce(proacl, acldefault('f', proowner))) acl"
            " FROM pg_proc WHERE pronamespace = 'access'::regnamespace) o WHERE (acl).grantee = 0"
        )
        == set()
    )
    may_run = names(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'access'::regnamespace"
        " AND has_function_privilege('daras_application', oid, 'EXECUTE')"
    )
    apart = ("apart", "hidden_apart", "hidden_fact")
    network = {"network_ties", "network_stays", "network_names", "network_risks", "network_suspicions"}
    assert may_run == {"present", "scopes", "audiences", "involvement", "records_under", *apart} | network


def test_people_look_and_do_nothing_else(protected: set[str]) -> None:
    """Given a protected table, when the application's role is asked what it may do, then look, or not even that; and
    only the trail may be written (G4)."""
    for table in protected:
        assert rights(table, "daras_application") <= PEOPLE_MAY.get(table, {"SELECT"}), table
        assert rights(table, "daras_app") == set(), table


def test_what_is_appended_cannot_be_changed(protected: set[str]) -> None:
    """Given a table that is not on the list of those that change, when the machine is asked what it may do, then look
    and append; and triggers refuse change and truncation to the owner as well (G4)."""
    guarded = names(
        "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgfoid = 'access.refuse_change'::regproc"
        " AND tgenabled IN ('O', 'A') GROUP BY tgrelid HAVING count(*) = 2"
    )
    for table in protected - CHANGING.keys():
        assert rights(table, "daras_machine") == {"SELECT", "INSERT"}, table
        assert table in guarded, table
    for table in CHANGING.keys() & protected:
        assert rights(table, "daras_machine") <= {"SELECT", "INSERT", "UPDATE", "DELETE"}, table
    for table in tables():
        for role in LOGINS_AND_ROLES:
            assert not rights(table, role) & {"TRUNCATE", "REFERENCES", "TRIGGER"}, (table, role)


def test_the_owner_cannot_change_what_is_appended(cloned_database: Addresses) -> None:
    """G4: given every table that is appended to, when its owner updates, deletes or truncates, then the database
    refuses."""
    owner = connections["owner"]
    guarded = rows(
        "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgfoid = 'access.refuse_change'::regproc"
    )
    assert len(guarded) > 20
    with owner.cursor() as cursor:
        for (table,) in guarded:
            # A truncation is refused even of an empty table; a changed row needs a row, and has a test of its own.
            with pytest.raises(DatabaseError, match="never changed or removed"):
                cursor.execute(f"TRUNCATE {table} CASCADE")
    owner.close()


def test_the_application_owns_nothing_and_passes_by_nothing(db: None) -> None:
    """Given the application's login and roles, when the catalogue is asked, then they own nothing, pass by no policy,
    and may make nothing, not even for the length of a session (G4)."""
    powers = rows(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND (rolsuper OR rolbypassrls OR rolcreaterole OR"
        " rolcreatedb OR rolreplication)",
        list(LOGINS_AND_ROLES),
    )
    assert powers == []
    assert rows("SELECT rolinherit FROM pg_roles WHERE rolname = 'daras_app'") == [(False,)]
    for role in LOGINS_AND_ROLES:
        assert rows("SELECT FROM pg_shdepend WHERE refobjid = %s::regrole AND deptype = 'o'", role) == []
        assert rows(
            "SELECT has_database_privilege(%s, current_database(), 'CREATE, TEMPORARY'),"
            " has_schema_privilege(%s, 'public', 'CREATE'), has_schema_privilege(%s, 'access', 'CREATE')",
            *[role] * 3,
        ) == [(False, False, False)]
    members = rows(
        "SELECT member::regrole::text, roleid::regrole::text FROM pg_auth_members WHERE member = ANY(%s::regrole[])",
        list(LOGINS_AND_ROLES),
    )
    assert set(members) == {
        ("daras_app", "daras_application"),
        ("daras_app", "daras_machine"),
        ("daras_machine", "daras_application"),
    }
    assert names(
        "SELECT DISTINCT relowner::regrole::text FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    ) == {"daras_owner"}


def test_nothing_is_anybodys(db: None) -> None:
    """Given the public, when the catalogue is asked, then it may not use a table, enter our schemas or this database,
    or run what looks with the owner's eyes (G4)."""
    anybody = "(acl).grantee = 0"
    granted = (
        f"SELECT relname FROM (SELECT relname, aclexplode(relacl) acl FROM pg_class WHERE relnamespace ="
        f" 'public'::regnamespace) o WHERE {anybody}",
        f"SELECT nspname FROM (SELECT nspname, aclexplode(nspacl) acl FROM pg_namespace WHERE nspname IN"
        f" ('public', 'access')) o WHERE {anybody}",
        f"SELECT datname FROM (SELECT datname, aclexplode(datacl) acl FROM pg_database WHERE datname ="
        f" current_database()) o WHERE {anybody}",
        f"SELECT proname FROM (SELECT proname, aclexplode(coalesce(proacl, acldefault('f', proowner))) acl FROM pg_proc"
        f" WHERE prosecdef AND pronamespace IN ('public'::regnamespace, 'access'::regnamespace)) o WHERE {anybody}",
    )
    for query in granted:
        assert rows(query) == []


def test_what_looks_with_the_owners_eyes_is_pinned(db: None) -> None:
    """Given functions that run as their owner, when the catalogue is walked, then there are those that the
    gate needs and the one that search asks, and every function of the gate has its search path pinned, temporary
    objects last (G4)."""
    definers = names(
        "SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace NOT IN"
        " ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)"
    )
    network = {f"network_{what}" for what in ("ties", "suspicions", "stays", "names", "risks")}
    assert (
        definers
        == {
            "scopes",
            "audiences",
            "kept",
            "move",
            "dispose",
            "reseal",
            "involvement",
            "records_under",
            "apart",
            "hidden_fact",
            "keep_post",
        }
        | network
    )
    for name, settings in rows("SELECT proname, proconfig FROM pg_proc WHERE pronamespace = 'access'::regnamespace"):
        assert isinstance(settings, list), name
        paths = [each.removeprefix("search_path=") for each in settings if each.startswith("search_path=")]
        assert len(paths) == 1, name
        assert paths[0].split(", ")[0] == "pg_catalog", name
        assert paths[0].split(", ")[-1] == "pg_temp", name


def test_there_is_no_way_round_by_views_rules_or_inheritance(db: None) -> None:
    """Given that a view looks with its owner's eyes and a child table has policies of its own, when the catalogue is
    walked, then there are none (G4)."""
    ours = "relnamespace IN ('public'::regnamespace, 'access'::regnamespace)"
    assert names(f"SELECT relname FROM pg_class WHERE relkind IN ('v', 'm', 'f') AND {ours}") == set()
    assert rows("SELECT inhrelid::regclass FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE relkind = 'r'") == []
    assert rows("SELECT rulename FROM pg_rules WHERE schemaname NOT IN ('pg_catalog', 'information_schema')") == []
    assert rows("SELECT FROM pg_largeobject_metadata") == []


def test_a_sequence_counts_only_for_who_inserts(db: None) -> None:
    """Given the sequences of protected tables, when people's role asks one, then it is refused: a number would say how
    many there are (G4)."""
    allowed = names(
        "SELECT relname FROM pg_class WHERE CASE WHEN relkind = 'S' AND relnamespace = 'public'::regnamespace"
        " THEN has_sequence_privilege('daras_application', oid, 'USAGE, SELECT, UPDATE') END"
    )
    assert all(
        name.startswith(("account_", "django_", "mfa_", "procrastinate_", "usersessions_")) for name in allowed
    ), allowed


def test_a_new_table_fails_the_walk(cloned_database: Addresses) -> None:
    """Given a migration that makes a table and forgets the gate, when the catalogue is walked, then the table is named;
    and the application cannot use it meanwhile (G4)."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("CREATE TABLE frontdoor_forgotten (id bigint, child text)")
    assert "frontdoor_forgotten" in tables() - OPEN.keys()
    with pytest.raises(AssertionError):
        test_every_person_related_table_is_behind_the_gate(tables() - OPEN.keys())
    with pytest.raises(DatabaseError, match="permission denied"):
        rows("SELECT * FROM frontdoor_forgotten")
    connections["owner"].close()


def test_nothing_that_somebody_typed_is_unique_beyond_an_agency(protected: set[str]) -> None:
    """Given that a unique index answers whether a hidden row has a value, when the indexes of protected tables are
    read, then each is of numbers, of references made at random, or within one agency; an NHS number is in none (G4,
    A5)."""
    indexes = rows(
        "SELECT c.relname, array_agg(attname::text) FROM pg_index JOIN pg_class c ON c.oid = indrelid"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(indkey)"
        " WHERE indisunique AND c.relname = ANY(%s) GROUP BY c.relname, indexrelid",
        sorted(protected),
    )
    assert len(indexes) > len(protected)
    numbers_or_random = re.compile(r"id|\w+_id|position|version|reference|receipt|key")
    for table, columns in indexes:
        assert isinstance(columns, list)
        typed = {column for column in columns if not numbers_or_random.fullmatch(column)}
        assert not typed or {"agency", "from_agency"} & set(columns), (table, columns)


def test_of_a_worker_only_what_signing_in_changes_can_be_changed(db: None) -> None:
    """Given the table of workers, when people's role changes one, then only what signing in changes (G4)."""
    changed = rows(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'access_worker'::regclass AND attnum > 0"
        " AND has_column_privilege('daras_application', attrelid, attnum, 'UPDATE') ORDER BY 1"
    )
    assert changed == [("last_login",), ("password",)]


def test_what_webhooks_are_signed_with_is_the_machines_alone(db: None) -> None:
    """Given the secrets of agencies' webhooks, when people's role asks for one, then it is refused: whoever had it
    could tell an agency's system anything (G4)."""
    assert rights("outbox_webhooksecret", "daras_application") == set()
    assert rights("outbox_webhooksecret", "daras_machine") == {"SELECT", "INSERT", "UPDATE"}
    assert "secret" not in names("SELECT attname FROM pg_attribute WHERE attrelid = 'outbox_receiver'::regclass")
