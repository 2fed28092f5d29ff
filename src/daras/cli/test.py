"""`./daras test`: every check and test, as the continuous integration runs them; or only the tests named.

The tests bring their own database: whatever `$DATABASE_URL` names is left alone.
"""

import argparse
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from daras.cli import chromium
from daras.home.folder import CHECKOUT

PROCESSES = 2
#: The check that takes longer than all others together: the tests begin beside it.
SLOWEST = "types"
# What a run takes over from its surroundings; all else of Daras's would make it depend on them.
KEPT = {"DARAS_POSTGRES", "DARAS_CHROMIUM", "DARAS_TEST_HOME", "DARAS_PYTHON", "DARAS_CHECKOUT"}
# The checks look at files; none may find a server by accident.
NO_SERVER = "postgresql://nobody@127.0.0.1:1/none"
PROGRAMS = Path(sys.executable).parent


@dataclass(frozen=True)
class Check:
    """One step beside the tests."""

    name: str
    command: list[str]


def checks() -> list[Check]:
    """What is checked, slowest first: while it goes on, the others have their turn and the tests begin."""
    python = sys.executable
    return [
        Check("types", [python, "-m", "mypy"]),
        Check("style", [str(PROGRAMS / "ruff"), "check", "."]),
        Check("layout", [str(PROGRAMS / "ruff"), "format", "--check", "."]),
        Check("querysets", [python, "-m", "daras.cli.querysets"]),
        Check("licences", [python, "-m", "daras.cli.licences"]),
        Check("practice packs", [python, "-m", "daras.cli", "practice", "check"]),
        Check("documents", [python, "-m", "daras.cli", "documents", "--check"]),
        Check("the house", [python, str(PROGRAMS / "lint-imports")]),
        Check("migrations", [python, "-m", "django", "makemigrations", "--check", "--dry-run", "--skip-checks"]),
    ]


def run(arguments: argparse.Namespace) -> int:
    """Every check is run even when one has failed, so that one run shows all there is to mend; the tests come last, as
    soon as no check but the slowest is left.

    With arguments for pytest other than `--long`, only pytest runs.
    """
    passed_on: list[str] = arguments.arguments
    os.chdir(CHECKOUT)
    environment = surroundings()
    everything = not [argument for argument in passed_on if argument != "--long"]
    with ThreadPoolExecutor(PROCESSES) as two:
        browser = two.submit(_browser, environment)
        asked = {check.name: two.submit(_passes, check, environment) for check in (checks() if everything else [])}
        wait([answer for name, answer in asked.items() if name != SLOWEST])
        status = _tests(passed_on, environment | browser.result(), everything=everything)
    failed = [name for name, answer in asked.items() if not answer.result()]
    for name in failed:
        print(f"daras: failed: {name}", file=sys.stderr)
    return 1 if failed or status != 0 else 0


def _tests(passed_on: list[str], environment: dict[str, str], *, everything: bool) -> int:
    """What pytest says of the tests: its exit status."""
    command = [sys.executable, "-m", "pytest", *passed_on]
    if everything:
        # Each process takes a stretch of its own, so that what a file sets up is set up once; who is done takes over.
        command += ["-q", "-n", str(PROCESSES), "--dist", "worksteal", "--durations=40"]
    started = time.monotonic()
    status = subprocess.run(command, env=environment, check=False).returncode
    print(f"daras: tests: {time.monotonic() - started:.1f} s", file=sys.stderr)
    return status


def surroundings() -> dict[str, str]:
    """The environment of checks and tests: nothing of a database or a home of the caller's."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DARAS_") or name in KEPT}
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        environment.pop(name, None)
    environment |= {"DJANGO_SETTINGS_MODULE": "daras.settings", "PYTHONPATH": str(CHECKOUT / "src")}
    return environment


def _passes(check: Check, environment: dict[str, str]) -> bool:
    started = time.monotonic()
    without_server = environment | {"DATABASE_URL": NO_SERVER, "PYTHONWARNINGS": "ignore::RuntimeWarning"}
    answer = subprocess.run(
        check.command,
        env=without_server,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    verdict = "passed" if answer.returncode == 0 else "FAILED"
    said = f"{answer.stdout}daras: {check.name}: {verdict}, {time.monotonic() - started:.1f} s\n"
    print(said, end="", file=sys.stderr, flush=True)
    return answer.returncode == 0


def _browser(environment: dict[str, str]) -> dict[str, str]:
    """What tells the tests of their browser; it is installed where it is missing and may be."""
    found = chromium.path(environment)
    if found is None and chromium.install():
        found = chromium.path(environment)
    if found is None:
        print("daras: no Chromium was found; tests of pages will fail. Name one in DARAS_CHROMIUM.", file=sys.stderr)
        return {}
    return {"DARAS_CHROMIUM": found}
