"""Set-up: `./daras serve` refuses what belongs to a demo or leaves the door open, naming each, with status 2."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.contrib.auth.hashers import make_password

from daras import settings
from daras.access import places
from daras.access.keys import new_key
from daras.cli import fitness, web
from daras.exchange.installation import install_all
from daras.home import Addresses, database
from tests.browser.server import START_SECONDS

WORKER = (
    "INSERT INTO access_worker (slug, email, name, agency, team, role, password, is_active, is_demonstration)"
    " VALUES ('w', 'w@daras.example', 'W', 'a', '', 'r', '!', true, %s)"
)
Fit = dict[str, str]
INSTALLATION = "INSERT INTO access_installation (id, synthetic, made_at) VALUES (1, %s, now())"


@pytest.fixture
def fit(tmp_path: Path) -> Fit:
    """What an administrator sets for a real partnership, but for the database."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "anchor-key.pem").write_bytes(pem)
    return {
        "DARAS_SECRET_KEY": "a random key that nobody else has, 1",
        "DARAS_ENCRYPTION_KEYS": new_key(),
        "DARAS_SECOND_FACTOR": "required",
        "DARAS_HOSTS": "daras.example,127.0.0.1",
        "DARAS_PUBLIC_ADDRESS": "https://daras.example",
        "DARAS_SECURE": "1",
        "DARAS_SMTP_HOST": "mail.example",
        "DARAS_SMTP_TLS": "1",
        "DARAS_ANCHORS": "https://anchors.example/daras",
        "DARAS_REGISTER": "https://register.example/daras",
        "DARAS_ANCHOR_KEY": str(tmp_path / "anchor-key.pem"),
    }


def _serve(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "daras.cli", "serve", *arguments],
        env=_environment(variables),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _environment(variables: dict[str, str]) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DARAS_", "DATABASE_"))}
    return clean | {"PYTHONPATH": str(Path(settings.__file__).parents[1])} | variables


def test_a_bare_environment_is_refused_by_name() -> None:
    """Set-up: given a stopped clock and nothing configured, when serve starts, then each is named at once."""
    answer = _serve("--port", str(web.any_free("127.0.0.1")), DARAS_NOW="2026-11-24T09:00:00Z")
    assert answer.returncode == 2
    assert answer.stdout == ""
    named = [line.split()[1] for line in answer.stderr.splitlines() if line.startswith("  - ")]
    assert named == [
        "DARAS_NOW",
        "DATABASE_URL",
        "DARAS_SECRET_KEY",
        "DARAS_ENCRYPTION_KEYS",
        "DARAS_SECOND_FACTOR",
        "DARAS_HOSTS",
        "DARAS_SECURE",
        "DARAS_PUBLIC_ADDRESS",
        "DARAS_SMTP_HOST",
        "DARAS_ANCHOR_KEY",
        "DARAS_ANCHORS",
        "DARAS_REGISTER",
    ]


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("DARAS_HOSTS", "daras.example,*", "answers to every name"),
        ("DARAS_ENCRYPTION_KEYS", "", "a key that everybody has"),
        ("DARAS_ENCRYPTION_KEYS", "a-word", "is no key"),
        ("DARAS_SECOND_FACTOR", "offered", "a password alone"),
        ("DARAS_OPENID", "/there/is/none.toml", "cannot be read"),
        ("DARAS_SECURE", "0", "cookies would travel without TLS"),
        ("DARAS_PUBLIC_ADDRESS", "http://daras.example", "is not an https address"),
        ("DARAS_PUBLIC_ADDRESS", "https://", "is not an https address"),
        ("DARAS_MAILBOX", "/tmp/letters", "reach nobody"),
        ("DARAS_SMTP_HOST", "", "without a mail server"),
        ("DARAS_ANCHOR_KEY", os.devnull, "holds no private key"),
        ("DARAS_ANCHOR_KEY", "/there/is/none.pem", "holds no private key"),
        ("DARAS_ANCHORS", "/var/lib/daras/anchors", "a place on this machine"),
        ("DARAS_ANCHORS", "https://localhost/anchors", "a place on this machine"),
        ("DARAS_ANCHORS", "http://127.0.0.1:9000/anchors", "a place on this machine"),
        ("DARAS_ANCHORS", "http://anchors.example/daras", "is not an https address"),
        ("DARAS_REGISTER", "/var/lib/daras/register", "a place on this machine"),
        ("DARAS_SCANNER", "clamd", "names no scanner"),
        ("DARAS_SMTP_TLS", "", "mail.example is another machine"),
        ("DARAS_SCANNER", "tcp:scanner.example:3310", "speaks no TLS"),
        ("DARAS_API_RATE", "often", "is no number"),
    ],
)
def test_each_setting_that_leaves_the_door_open_is_refused(fit: Fit, variable: str, value: str, words: str) -> None:
    """Set-up, G4: given one setting that is not fit for real people, when serve starts, then it refuses that one."""
    refusals = fitness.refusals(fit | {variable: value})
    without_database = [refusal for refusal in refusals if not refusal.startswith("DATABASE_URL")]
    assert len(without_database) == 1
    assert without_database[0].startswith(variable)
    assert words in without_database[0]


@pytest.mark.parametrize(
    ("address", "is_refused"),
    [
        ("postgresql://daras_app@database.example/daras", True),
        ("postgresql://daras_app@database.example/daras?sslmode=require", True),
        ("postgresql://daras_app@database.example/daras?sslmode=verify-full", False),
        ("postgresql://daras_app@127.0.0.1:5432/daras", False),
    ],
)
def test_no_row_travels_to_another_machine_unencrypted(fit: Fit, address: str, is_refused: bool) -> None:
    """Set-up, G4: given a database on another machine, when serve starts, then an address without TLS that checks who
    answers is refused, in words, unless the administrator names the host; and the address's TLS is what Django's own
    connections use."""
    surroundings = fit | {"DATABASE_URL": address}
    told = [each for each in fitness.of_environment(surroundings) if "without TLS: add" in each]
    assert bool(told) == is_refused
    named = fitness.of_environment(surroundings | {"DARAS_UNENCRYPTED": "database.example"})
    assert not [each for each in named if "without TLS: add" in each]
    mode = settings.database(address, role="daras_application")["OPTIONS"].get("sslmode")
    assert mode == (address.partition("sslmode=")[2] or None)


@pytest.mark.parametrize("named", ["", "mail.example,scanner.example"])
def test_the_administrator_may_say_that_a_tunnel_keeps_the_way(fit: Fit, named: str) -> None:
    """Set-up, G4: given mail and a scanner on other machines without TLS, when serve starts, then both are refused, and
    neither is where the administrator names the hosts in writing."""
    bare = fit | {"DARAS_SMTP_TLS": "", "DARAS_SCANNER": "tcp:scanner.example:3310", "DARAS_UNENCRYPTED": named}
    told = [each for each in fitness.of_environment(bare) if "DARAS_UNENCRYPTED" in each]
    assert len(told) == (0 if named else 2)


def test_the_kernels_table_says_whether_a_folder_is_mounted_from_another_machine() -> None:
    """Set-up, G4: given a share mounted below the disk, then a folder in it is elsewhere, and its neighbour here."""
    table = (
        "22 1 252:1 / / rw - ext4 /dev/vda rw\n"
        "90 22 0:60 / /srv/kept\\040elsewhere rw shared:9 master:1 - nfs4 store:/anchors rw\n"
    )
    assert places.file_system(Path("/srv/kept elsewhere/daras"), table) in places.ELSEWHERE
    assert places.file_system(Path("/srv/kept"), table) == "ext4"
    assert "ext4" not in places.ELSEWHERE


@pytest.mark.parametrize("secret", [settings.DEMONSTRATION_SECRET_KEY, "short"])
def test_a_default_or_short_secret_is_refused(fit: Fit, secret: str) -> None:
    """Set-up: given the demonstration's key, or a short one, when serve starts, then the key is named, not shown."""
    answer = _serve(**fit | {"DARAS_SECRET_KEY": secret})
    assert answer.returncode == 2
    assert "  - DARAS_SECRET_KEY " in answer.stderr
    assert secret not in answer.stderr


def test_the_demos_database_is_refused(cloned_database: Addresses, fit: Fit) -> None:
    """Set-up: given a database with the synthetic mark and a demo sign-in, when serve starts, then both are named."""
    with psycopg.connect(cloned_database.owner_url) as connection:
        connection.execute(INSTALLATION, [True])
        connection.execute(WORKER, [True])
    answer = _serve(**fit, DATABASE_URL=cloned_database.application_url)
    assert answer.returncode == 2
    assert "marked as synthetic" in answer.stderr
    assert "1 demo sign-ins" in answer.stderr


def test_a_database_without_the_directory_is_refused(cloned_database: Addresses, fit: Fit) -> None:
    """Set-up: given a database that was migrated and never installed, when serve starts, then it says what to run."""
    answer = _serve(**fit, DATABASE_URL=cloned_database.application_url)
    assert answer.returncode == 2
    assert "./daras manage install" in answer.stderr


def test_the_owners_login_is_refused(cloned_database: Addresses, fit: Fit) -> None:
    """Set-up, G4: given the owner's login as the application's, when serve starts, then it refuses, for it sees all."""
    answer = _serve(**fit, DATABASE_URL=cloned_database.owner_url)
    assert answer.returncode == 2
    assert "daras_owner, who passes by row-level security" in answer.stderr


@pytest.fixture
def wheels_database(monkeypatch: pytest.MonkeyPatch) -> Iterator[Addresses]:
    """An empty database on the wheel's server."""
    monkeypatch.setenv("DARAS_POSTGRES", "wheel")
    with tempfile.TemporaryDirectory(prefix="daras-test-") as folder:
        Path(folder).chmod(0o755)
        with database(Path(folder) / "home", durable=False, idle_seconds=0) as addresses:
            yield addresses


def test_the_wheels_server_and_an_empty_database_are_refused(wheels_database: Addresses, fit: Fit) -> None:
    """Set-up: given the wheel's PostgreSQL, never migrated, when serve starts, then both are named with what to do."""
    answer = _serve(**fit, DATABASE_URL=wheels_database.application_url)
    assert answer.returncode == 2
    assert "the wheel's PostgreSQL" in answer.stderr
    assert "./daras manage migrate --database owner" in answer.stderr


@contextmanager
def _served(cloned_database: Addresses, fit: Fit) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """A fit installation's port, where it answers, and its process."""
    install_all()
    with psycopg.connect(cloned_database.owner_url) as connection:
        connection.execute(INSTALLATION, [False])
    port = web.any_free("127.0.0.1")
    process = subprocess.Popen(
        [sys.executable, "-m", "daras.cli", "serve", "--port", str(port), "--workers", "1"],
        env=_environment({**fit, "DATABASE_URL": cloned_database.application_url}),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert web.answers(f"http://127.0.0.1:{port}", START_SECONDS)
        yield port, process
    finally:
        process.terminate()
        try:
            process.wait(30)
        finally:
            process.kill()
            process.communicate()


def test_a_fit_installation_serves_until_it_is_told_to_stop(cloned_database: Addresses, fit: Fit) -> None:
    """Set-up: given a partnership's database and secrets, when serve starts, then people can sign in until SIGTERM."""
    with _served(cloned_database, fit) as (port, process):
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
        assert process.returncode == 0, errors
    assert web.is_free("127.0.0.1", port)


def test_cookies_by_tls_are_named_for_this_host_alone(cloned_database: Addresses, fit: Fit) -> None:
    """Set-up, G4: given serve behind a proxy that speaks TLS, when somebody signs in, then the cookies of the session
    and of forms have names that a browser takes from this very host only: by TLS, for every path, for no domain."""
    with psycopg.connect(cloned_database.owner_url) as connection:
        connection.execute(WORKER, [False])
        somebody = ["carn-brea-academy", "designated-safeguarding-lead", make_password("harbour-otter-fortnight")]
        connection.execute("UPDATE access_worker SET agency = %s, role = %s, password = %s", somebody)
    by_tls = {
        "Host": "daras.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "192.0.2.1",
        "Referer": "https://daras.example/sign-in/",
    }
    with _served(cloned_database, fit) as (port, _):
        opened = _answer(port, "GET", {}, by_tls)
        token = opened["__Host-csrftoken"]
        cookie = {"Cookie": f"__Host-csrftoken={token.value}", "X-CSRFToken": token.value}
        signs_in = {"login": "w@daras.example", "password": "harbour-otter-fortnight"}
        signed_in = _answer(port, "POST", signs_in, by_tls | cookie)
    given = {**opened, **signed_in}
    assert {"__Host-sessionid", "__Host-csrftoken"} == {*given}
    for each in given.values():
        assert (each["secure"], each["path"], each["domain"]) == (True, "/", ""), each.key
    assert given["__Host-sessionid"]["httponly"] is True


def _answer(port: int, method: str, typed: Fit, headers: Fit) -> SimpleCookie:
    """The cookies that the sign-in page gives."""
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    form = {"Content-Type": "application/x-www-form-urlencoded"} if typed else {}
    try:
        connection.request(method, "/sign-in/", urlencode(typed), headers | form)
        answer = connection.getresponse()
        answer.read()
        assert answer.status in {200, 302}, answer.status
        cookies = SimpleCookie()
        for each in answer.headers.get_all("Set-Cookie") or ():
            cookies.load(each)
        return cookies
    finally:
        connection.close()
