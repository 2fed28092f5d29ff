"""Set-up: `./daras serve` refuses what belongs to a demo or leaves the door open, naming each, with status 2."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from daras import settings
from daras.cli import web
from daras.home import Addresses, database

FIT = {"DARAS_SECRET_KEY": "a random key that nobody else has, 1", "DARAS_HOSTS": "daras.example,127.0.0.1"}
WORKER = (
    "INSERT INTO access_worker (slug, email, name, agency, team, role, password, is_active, is_demonstration)"
    " VALUES ('w', 'w@daras.example', 'W', 'a', '', 'r', '!', true, %s)"
)
INSTALLATION = "INSERT INTO access_installation (id, synthetic, made_at) VALUES (1, %s, now())"


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
    answer = _serve(DARAS_NOW="2026-11-24T09:00:00Z")
    assert answer.returncode == 2
    assert answer.stdout == ""
    for name in ("DARAS_NOW", "DATABASE_URL", "DARAS_SECRET_KEY", "DARAS_HOSTS"):
        assert f"  - {name} " in answer.stderr


@pytest.mark.parametrize("secret", [settings.DEMONSTRATION_SECRET_KEY, "short"])
def test_a_default_or_short_secret_is_refused(secret: str) -> None:
    """Set-up: given the demonstration's key, or a short one, when serve starts, then the key is named, not shown."""
    answer = _serve(**FIT | {"DARAS_SECRET_KEY": secret})
    assert answer.returncode == 2
    assert "  - DARAS_SECRET_KEY " in answer.stderr
    assert secret not in answer.stderr


def test_the_demos_database_is_refused(cloned_database: Addresses) -> None:
    """Set-up: given a database with the synthetic mark and a demo sign-in, when serve starts, then both are named."""
    with psycopg.connect(cloned_database.owner_url) as connection:
        connection.execute(INSTALLATION, [True])
        connection.execute(WORKER, [True])
    answer = _serve(**FIT, DATABASE_URL=cloned_database.application_url)
    assert answer.returncode == 2
    assert "marked as synthetic" in answer.stderr
    assert "1 demo sign-ins" in answer.stderr


def test_the_owners_login_is_refused(cloned_database: Addresses) -> None:
    """Set-up, G4: given the owner's login as the application's, when serve starts, then it refuses, for it sees all."""
    answer = _serve(**FIT, DATABASE_URL=cloned_database.owner_url)
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


def test_the_wheels_server_and_an_empty_database_are_refused(wheels_database: Addresses) -> None:
    """Set-up: given the wheel's PostgreSQL, never migrated, when serve starts, then both are named with what to do."""
    answer = _serve(**FIT, DATABASE_URL=wheels_database.application_url)
    assert answer.returncode == 2
    assert "the wheel's PostgreSQL" in answer.stderr
    assert "./daras manage migrate --database owner" in answer.stderr


def test_a_fit_installation_serves_until_it_is_told_to_stop(cloned_database: Addresses) -> None:
    """Set-up: given a partnership's database and secrets, when serve starts, then people can sign in until SIGTERM."""
    with psycopg.connect(cloned_database.owner_url) as connection:
        connection.execute(INSTALLATION, [False])
    port = web.any_free("127.0.0.1")
    process = subprocess.Popen(
        [sys.executable, "-m", "daras.cli", "serve", "--port", str(port), "--workers", "1"],
        env=_environment({**FIT, "DATABASE_URL": cloned_database.application_url}),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert web.answers(f"http://127.0.0.1:{port}", 40)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
        assert process.returncode == 0, errors
    finally:
        process.kill()
        process.wait()
    assert web.is_free("127.0.0.1", port)
