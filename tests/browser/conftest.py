"""A partnership that people use in a browser: server, database and browser of the tests."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from daras.cli import chromium
from daras.home import Addresses, clones
from tests.browser.server import CHECKOUT, serving, surroundings
from tests.browser.visitor import DESK, Visitor

EXAMPLES = ("alex", "mark", "open-case", "julie", "no-known-child")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Partnership:
    """A running Daras, and what has come in there."""

    address: str
    references: dict[str, str]  # of matters, by example
    receipts: dict[str, str]  # by example
    addresses: Addresses
    letters: Path  # the mailbox, where letters are delivered


@contextmanager
def loaded(
    server: Addresses, template: str, folder: Path, module: str, *arguments: str, owner: bool = False
) -> Iterator[tuple[Addresses, dict[str, Any]]]:
    """A database of its own that a module's command has loaded, and what the command printed.

    In one run a command loads once, and each who asks has a copy. A population is loaded as the `owner`.
    """
    process = "PYTEST_XDIST_WORKER" in os.environ
    run, shared = (os.getppid(), folder.parents[1]) if process else (os.getpid(), folder.parent)
    command = [sys.executable, "-m", module, *arguments]
    said = shared / f"{'-'.join([module, *arguments])}.json"

    def filling(addresses: Addresses) -> None:
        loading = subprocess.run(
            command,
            env=surroundings(addresses) | (addresses.environment() if owner else {}),
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert loading.returncode == 0, loading.stderr
        said.write_text(loading.stdout.splitlines()[-1], encoding="utf-8")

    full = clones.of_run(run, said.stem)
    clones.fill(server, template, full, filling, said.with_suffix(".lock"))
    with clones.cloned(server, full, aside=shared) as addresses:
        yield addresses, json.loads(said.read_text("utf-8"))


@contextmanager
def running(
    server: Addresses, template: str, folder: Path, examples: tuple[str, ...], *, everybody: bool = False
) -> Iterator[Partnership]:
    """A database of its own with these examples, and a web server upon it; with `everybody`, the demonstration's
    workers work there, too."""
    arguments = [*(["--everybody"] if everybody else []), *examples]
    with (
        loaded(server, template, folder, "tests.browser.loading", *arguments) as (addresses, news),
        serving(addresses, folder / "server.log") as address,
    ):
        yield Partnership(
            address,
            {name: each["reference"] for name, each in news.items()},
            {name: each["receipt"] for name, each in news.items()},
            addresses,
            folder / "letters",
        )


@pytest.fixture(scope="session")
def partnership(
    test_server: Addresses, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Partnership]:
    """All examples have come in. Shared by the tests that only read."""
    with running(test_server, template_database, tmp_path_factory.mktemp("partnership"), EXAMPLES) as found:
        yield found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's Chromium, which `./daras test` installs where it is missing."""
    program = chromium.path(os.environ)
    assert program is not None, "There is no Chromium. Run ./daras test, or name one in DARAS_CHROMIUM."
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def visitor(browser: Browser, partnership: Partnership) -> Iterator[Callable[..., Visitor]]:
    """Make somebody with a browser: `visitor()`, `visitor(PHONE)`, `visitor(scripts=False)`."""
    made: list[Visitor] = []

    def make(size: tuple[int, int] = DESK, *, scripts: bool = True) -> Visitor:
        made.append(Visitor(browser, partnership.address, size, scripts=scripts))
        return made[-1]

    yield make
    for each in made:
        each.leaves()
