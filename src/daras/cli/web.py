"""The two processes of a running Daras, and whether the first of them answers."""

import socket
import sys
import time
from argparse import ArgumentTypeError
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

APPLICATION = "daras.pages.wsgi:application"
#: A process that is told to end while it is still being loaded never hears of it, and the server would wait for ever.
ENDED_WITHIN_SECONDS = 5
SIGN_IN = "/sign-in/"


def server_command(host: str, port: int, workers: int) -> list[str]:
    """The web server: one blocking thread a worker, the fastest of what was measured (docs/decisions)."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    command += ["--workers", str(workers), "--blocking-threads", "1", "--no-ws", "--http", "1"]
    command += ["--respawn-failed-workers", "--respawn-interval", "0.5", "--log-level", "warning"]
    command += ["--workers-kill-timeout", str(ENDED_WITHIN_SECONDS)]
    return [*command, APPLICATION]


def worker_command() -> list[str]:
    """The worker: deliveries, timers, the trail's sealer."""
    return [sys.executable, "-m", "daras.worker"]


def port(text: str) -> int:
    """A port as an argument. Raises what the parser of arguments turns into a refusal."""
    return _number(text, 1, 65_535)


def processes(text: str) -> int:
    """A number of web worker processes as an argument."""
    return _number(text, 1, 256)


def _number(text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdecimal() and least <= int(text) <= most):
        raise ArgumentTypeError(f"{text!r} is no number from {least} to {most}")
    return int(text)


def answers(address: str, within_seconds: float) -> bool:
    """Whether the server gives any page at all within the time."""
    opener = build_opener(ProxyHandler({}))
    deadline = time.monotonic() + within_seconds
    while time.monotonic() < deadline:
        try:
            with opener.open(address + SIGN_IN, timeout=10):
                return True
        except HTTPError as answer:
            return answer.code < 500
        except (URLError, OSError):
            time.sleep(0.05)
    return False


def is_free(host: str, port: int) -> bool:
    """Whether the port can be listened on."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def any_free(host: str) -> int:
    """A free port, chosen by the kernel."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
