"""Whether an installation is fit for real people: every reason why not, in words an administrator can act on."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import psycopg

from daras import settings
from daras.access.agency_sign_in import ProvidersUnreadable, providers
from daras.access.anchor_keys import AnchorRefused, private_key_in
from daras.access.keys import problem_with
from daras.access.places import PlaceRefused, is_loopback, is_on_this_machine
from daras.attachments.scanning import ScannerMisnamed, scanner_named
from daras.home.server import WHEEL_CLUSTER

SHORTEST_SECRET = 32
#: What makes PostgreSQL's client check who is at the other end.
CHECKED = frozenset({"verify-ca", "verify-full"})


def refusals(environment: Mapping[str, str]) -> list[str]:
    """What is wrong, each named with its remedy; empty when it may serve."""
    found = of_environment(environment)
    url = environment.get("DATABASE_URL", "")
    if url:
        try:
            with psycopg.connect(url, connect_timeout=10, autocommit=True) as connection:
                found += _of_server(connection)
                found += _of_database(connection)
        except psycopg.OperationalError as error:
            found.append(f"DATABASE_URL: the database cannot be reached ({str(error).strip()}).")
    return found


def of_environment(environment: Mapping[str, str]) -> list[str]:
    """What is wrong with the settings alone; nothing is asked of the database or of anybody else."""
    found = []
    if environment.get("DARAS_NOW"):
        found.append("DARAS_NOW is set: a stopped clock would stop every deadline. Unset it.")
    if not environment.get("DATABASE_URL"):
        found.append("DATABASE_URL is not set: name the database, with the application's login.")
    secret = environment.get("DARAS_SECRET_KEY", "")
    if not secret:
        found.append("DARAS_SECRET_KEY is not set: without it sessions would be signed with a key that everybody has.")
    elif secret == settings.DEMONSTRATION_SECRET_KEY:
        found.append("DARAS_SECRET_KEY is the demonstration's, which everybody has. Set a random one.")
    elif len(secret) < SHORTEST_SECRET:
        found.append(f"DARAS_SECRET_KEY has fewer than {SHORTEST_SECRET} characters. Set a longer random one.")
    encryption = problem_with(environment.get("DARAS_ENCRYPTION_KEYS", ""))
    if encryption is not None:
        found.append(encryption)
    try:
        providers(environment.get("DARAS_OPENID", ""), secure=True)
    except ProvidersUnreadable as unreadable:
        found.append(str(unreadable))
    if environment.get("DARAS_SECOND_FACTOR") != "required":
        found.append("DARAS_SECOND_FACTOR is not required: a password alone would open the record. Set it to required.")
    try:
        scanner_named(environment.get("DARAS_SCANNER", ""))
    except ScannerMisnamed as misnamed:
        found.append(str(misnamed))
    if not environment.get("DARAS_API_RATE", "1").isdigit():
        found.append("DARAS_API_RATE is no number: write how often one token may call in a minute.")
    wires = _of_wires(environment)
    return [*found, *_of_web(environment), *_of_mail(environment), *_of_anchors(environment), *wires]


def _of_wires(environment: Mapping[str, str]) -> list[str]:
    """What would travel to another machine without TLS, unless the administrator says in writing that the way there is
    kept otherwise."""
    said = {each.strip() for each in environment.get("DARAS_UNENCRYPTED", "").split(",")}
    found = []

    def elsewhere(host: str | None) -> bool:
        return not is_loopback(host) and host not in said

    address = urlsplit(environment.get("DATABASE_URL", ""))
    if elsewhere(address.hostname) and dict(parse_qsl(address.query)).get("sslmode") not in CHECKED:
        found.append(
            f"DATABASE_URL names {address.hostname}, another machine, without TLS: add ?sslmode=verify-full to it,"
            f" or {_OTHERWISE}"
        )
    mail = environment.get("DARAS_SMTP_HOST", "")
    if elsewhere(mail) and environment.get("DARAS_SMTP_TLS") != "1":
        found.append(f"DARAS_SMTP_TLS is not 1, and {mail} is another machine: set it, or {_OTHERWISE}")
    kind, _, scanner = environment.get("DARAS_SCANNER", "").partition(":")
    host = scanner.rpartition(":")[0]
    if kind == "tcp" and elsewhere(host):
        found.append(f"DARAS_SCANNER names {host}, another machine, and speaks no TLS: use one here, or {_OTHERWISE}")
    return found


_OTHERWISE = "name the host in DARAS_UNENCRYPTED, where a tunnel keeps what travels there."


def _of_web(environment: Mapping[str, str]) -> list[str]:
    found = []
    hosts = environment.get("DARAS_HOSTS", "")
    if not hosts:
        found.append("DARAS_HOSTS is not set: name the host names under which people reach Daras.")
    elif "*" in hosts.split(","):
        found.append("DARAS_HOSTS has a *, which answers to every name. Name the host names of this service.")
    if environment.get("DARAS_SECURE") != "1":
        found.append("DARAS_SECURE is not 1: cookies would travel without TLS. End TLS in front, then set it.")
    address = urlsplit(environment.get("DARAS_PUBLIC_ADDRESS", ""))
    if address.scheme != "https" or not address.hostname:
        found.append("DARAS_PUBLIC_ADDRESS is not an https address: letters link to it. Set it, https:// included.")
    return found


def _of_mail(environment: Mapping[str, str]) -> list[str]:
    found = []
    if environment.get("DARAS_MAILBOX"):
        found.append("DARAS_MAILBOX is set: letters would become files here and reach nobody. Unset it.")
    if not environment.get("DARAS_SMTP_HOST"):
        found.append("DARAS_SMTP_HOST is not set: without a mail server no letter leaves. Name one.")
    return found


def _of_anchors(environment: Mapping[str, str]) -> list[str]:
    found = []
    key = environment.get("DARAS_ANCHOR_KEY", "")
    if not key:
        found.append("DARAS_ANCHOR_KEY is not set: name the file with the key that signs the trail's anchors.")
    else:
        try:
            private_key_in(Path(key))
        except AnchorRefused as refused:
            found.append(str(refused))
    return [
        *found,
        *_off_the_machine(environment, "DARAS_ANCHORS", "the trail's anchors", "whoever could rewrite the trail"),
        *_off_the_machine(
            environment, "DARAS_REGISTER", "the register of holds and disposals", "what loses the database"
        ),
    ]


def _off_the_machine(environment: Mapping[str, str], name: str, what: str, who: str) -> list[str]:
    place = environment.get(name, "")
    if not place:
        return [f"{name} is not set: name a place on another machine that keeps {what}."]
    try:
        if is_on_this_machine(place):
            return [
                f"{name} names a place on this machine, {place}: {who} could take {what} with it. Name an https"
                " address, or a folder that is mounted from another machine."
            ]
    except PlaceRefused as refused:
        return [f"{name}: {refused}"]
    return []


def _of_server(connection: psycopg.Connection) -> list[str]:
    found = []
    server = connection.execute("SELECT current_setting('cluster_name')").fetchone()
    if server == (WHEEL_CLUSTER,):
        found.append("DATABASE_URL names the wheel's PostgreSQL, which is for first runs and tests only.")
    role = connection.execute(
        "SELECT session_user, rolsuper, rolbypassrls, EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid)"
        " FROM pg_roles WHERE rolname = session_user"
    ).fetchone()
    if role is not None and any(role[1:]):
        found.append(
            f"DATABASE_URL signs in as {role[0]}, who passes by row-level security (superuser, BYPASSRLS or owner of"
            " tables). Use the application's login, daras_app."
        )
    return found


def _of_database(connection: psycopg.Connection) -> list[str]:
    found = []
    try:
        connection.execute("SET ROLE daras_application")
        if connection.execute("SELECT FROM access_installation WHERE synthetic").fetchone() is not None:
            found.append("The database is marked as synthetic: it belongs to the demo.")
        scopes = "SELECT FROM access_standingscope WHERE slug LIKE 'agency:%'"
        if connection.execute(scopes).fetchone() is None:
            found.append("The database knows no agency, so nobody could sign in: run ./daras manage install.")
        for table, words in (("access_worker", "sign-ins"), ("access_apitoken", "tokens")):
            active = "AND is_active" if table == "access_worker" else ""
            known = connection.execute(f"SELECT count(*) FROM {table} WHERE is_demonstration {active}").fetchone()  # noqa: S608
            if known is not None and known[0]:
                found.append(f"The database has {known[0]} demo {words}, whose secrets everybody has. Remove them.")
    except psycopg.errors.UndefinedTable:
        found.append("The database has no tables of Daras: run ./daras manage migrate --database owner.")
    except psycopg.errors.Error as error:
        found.append(f"The database is not set up for the application ({str(error).strip()}).")
    return found
