"""Set-up: concurrent commands on one home share one server, and none is left behind."""

import inspect
import os
import signal
import time
from collections.abc import Callable

import psycopg

from daras.home import database
from daras.home.tests.conftest import IDLE_SECONDS, CommandLine, alive, eventually

Commands = Callable[..., CommandLine]


def test_commands_at_the_same_moment_share_one_server(commands: Commands) -> None:
    """Set-up: given an empty home, when three commands start at once, then one server serves them all."""
    line = commands()
    opened = [line.once_open(process) for process in [line.start() for _ in range(3)]]
    assert len({command.url for command in opened}) == 1
    assert [command.finish() for command in opened] == [0, 0, 0]


def test_the_server_stops_after_the_last_command(commands: Commands) -> None:
    """Set-up: given two commands, when the first ends the server stays, and when both have it stops."""
    line = commands()
    first, second = line.opened(), line.opened()
    processes = line.processes()
    first.finish()
    time.sleep(2.5 * IDLE_SECONDS)  # the supervisor has had time to look
    with psycopg.connect(second.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    second.finish()
    eventually(lambda: not any(map(alive, processes.values())), "supervisor and server end")


def test_a_killed_command_lets_go_of_the_server(commands: Commands) -> None:
    """Set-up: given the only command, when it is killed with -9, then the server stops as if it had ended."""
    line = commands()
    command = line.opened()
    processes = line.processes()
    command.kill()
    eventually(lambda: not any(map(alive, processes.values())), "supervisor and server end")


def test_a_killed_server_is_started_again_at_the_same_address(commands: Commands) -> None:
    """Set-up: given a command, when the server is killed with -9, then it answers again with what was committed."""
    line = commands()
    command = line.opened()
    server = line.processes()["server"]
    os.kill(server, signal.SIGKILL)
    eventually(lambda: _answers(command.url), "the server answers again")
    assert line.processes()["server"] != server


def test_a_killed_supervisor_is_replaced_while_somebody_needs_the_server(commands: Commands) -> None:
    """Set-up: given a command, when the supervisor is killed with -9, then another runs the server, and only one."""
    line = commands()
    command = line.opened()
    before = line.processes()
    os.kill(before["supervisor"], signal.SIGKILL)
    eventually(lambda: not alive(before["server"]), "the server of the killed supervisor ends")
    eventually(lambda: _answers(command.url), "the server answers again")
    assert line.processes()["supervisor"] != before["supervisor"]


def test_the_captured_output_of_a_command_ends_with_the_command(commands: Commands) -> None:
    """Set-up: given somebody who captures all output, when the command ends, then no server holds it open."""
    line = commands(idle_seconds=30)
    process = line.start()
    output, errors = process.communicate("", timeout=30)
    assert '"server"' in output, errors
    supervisor, server = line.processes().values()
    assert alive(server)
    for number in (supervisor, server):
        assert not [path for path in _open_files(number) if path.startswith(("pipe:", "/dev/pts"))]


def test_the_supervisor_inherits_no_file_descriptor(commands: Commands) -> None:
    """Set-up: given a command that was started with a pipe of its caller's open, when the command has ended, then the
    pipe is at its end: neither supervisor nor server holds it, under any number."""
    line = commands(idle_seconds=30)
    reading, writing = os.pipe()
    try:
        process = line.start(pass_fds=(writing,))
        line.once_open(process).finish()
    finally:
        os.close(writing)
    assert all(map(alive, line.processes().values()))
    with open(reading, "rb") as ours:
        assert ours.read() == b""


def test_a_server_stays_for_half_a_minute_unless_told_otherwise() -> None:
    """Set-up: given nothing else is said, then a server stops 30 seconds after the last command."""
    assert inspect.signature(database).parameters["idle_seconds"].default == 30.0


def test_a_command_waits_for_a_server_that_is_just_stopping(commands: Commands) -> None:
    """Set-up: given a supervisor that was told to stop, when a command starts that moment, then it has a new server."""
    line = commands(idle_seconds=30)
    line.opened().finish()
    before = line.processes()
    os.kill(before["supervisor"], signal.SIGTERM)
    command = line.opened()
    assert _answers(command.url)
    assert line.processes()["supervisor"] != before["supervisor"]


def test_a_removed_home_takes_its_server_with_it(commands: Commands) -> None:
    """Set-up: given a running server, when somebody removes the home, then no server goes on without a place."""
    line = commands()
    command = line.opened()
    processes = line.processes()
    command.finish()
    line.home.rename(line.home.with_name("moved"))
    eventually(lambda: not any(map(alive, processes.values())), "supervisor and server end")


def _answers(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=2) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def _open_files(process: int) -> list[str]:
    folder = f"/proc/{process}/fd"
    return [os.readlink(f"{folder}/{number}") for number in ("0", "1", "2")]
