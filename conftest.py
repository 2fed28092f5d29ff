"""One template database for the whole run, a copy of it for each process, and the application's role for every test.

The server starts when the first test asks for a database, in a home of its own (`.daras-test/`, or `$DARAS_TEST_HOME`).
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from itertools import count
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from daras.home import Addresses, clones, database

CHECKOUT = Path(__file__).resolve().parent
#: A test that takes minutes has an hour; any other has what pyproject.toml says.
LONGEST_SECONDS = 3600
HOMES = count()

# The browser's driver leaves an event loop running in this thread for as long as the browser lives. Django takes that
# for an asynchronous caller and refuses its connections; nothing here runs inside that loop.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--long` also runs what takes minutes."""
    parser.addoption("--long", action="store_true", help="also run the tests that take minutes")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without `--long` the long tests are left out of the run, not reported as skipped; with it they have an hour.

    What runs as a whole (browsers, servers, commands) comes first: of two processes neither waits at the end for a test
    of a minute that the other has just begun.
    """
    long = [item for item in items if item.get_closest_marker("long")]
    for item in long:
        item.add_marker(pytest.mark.timeout(LONGEST_SECONDS))
    if long and not config.getoption("--long"):
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]
    items.sort(key=lambda item: not item.path.is_relative_to(CHECKOUT / "tests"))


@pytest.fixture(scope="session")
def test_server() -> Iterator[Addresses]:
    """The server of the tests' own home."""
    with database(_home(), durable=False) as addresses:
        clones.remove_leftovers(addresses)
        yield addresses
        clones.drop_put_aside(addresses)


def _home() -> Path:
    return Path(os.environ.get("DARAS_TEST_HOME") or CHECKOUT / ".daras-test")


@pytest.fixture(scope="session")
def template_database(test_server: Addresses) -> str:
    """The name of the migrated template."""
    from daras.cli import migration

    return clones.template(test_server, migration.digest(), migration.migrate, _home() / "locks" / "template")


@pytest.fixture(scope="session")
def django_db_setup(
    test_server: Addresses, template_database: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """A copy of the template for this process, where each test is rolled back (overrides pytest-django)."""
    with clones.cloned(test_server, template_database) as addresses, _connected(addresses, django_db_blocker):
        yield


@pytest.fixture
def cloned_database(
    test_server: Addresses, template_database: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[Addresses]:
    """A database of the test's own, in which it and its subprocesses commit; not to be mixed with `db`.

    Subprocesses find it through `cloned_database.environment()`; the models of this process use it too.
    """
    with (
        clones.cloned(test_server, template_database, aside=_home()) as addresses,
        _connected(addresses, django_db_blocker),
        django_db_blocker.unblock(),
    ):
        yield addresses


@pytest.fixture(scope="session")
def connected(django_db_blocker: DjangoDbBlocker) -> Callable[[Addresses], AbstractContextManager[None]]:
    """Points the models of this process at another database for a block."""

    @contextmanager
    def block(addresses: Addresses) -> Iterator[None]:
        with _connected(addresses, django_db_blocker), django_db_blocker.unblock():
            yield

    return block


@contextmanager
def _connected(addresses: Addresses, blocker: DjangoDbBlocker) -> Iterator[None]:
    """Point Django's connections at a database for the block, then back to where they pointed."""
    from django.db import connections

    from daras import settings

    entries = {
        "default": settings.database(addresses.application_url, role="daras_application"),
        "owner": settings.database(addresses.owner_url, role=None),
    }
    with ExitStack() as stack:
        for alias, entry in entries.items():
            known = connections.settings.setdefault(alias, {})
            before = dict(known)
            with blocker.unblock():
                connections[alias].close() if before else None
            known.clear()
            known.update(connections.configure_settings({"default": entry})["default"])
            stack.callback(_restore, alias, before, blocker)
        yield


def _restore(alias: str, before: dict[str, object], blocker: DjangoDbBlocker) -> None:
    from django.db import connections

    with blocker.unblock():
        connections[alias].close()
    known = connections.settings[alias]
    known.clear()
    known.update(before)
    if not before:
        del connections.settings[alias], connections[alias]


@pytest.fixture(autouse=True)
def _home_of_its_own(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test writes outside the database (the register of holds, the key that signs it) is its own."""
    monkeypatch.setenv("DARAS_HOME", str(tmp_path_factory.getbasetemp() / f"home-{next(HOMES)}"))


@pytest.fixture(autouse=True)
def _scopes_looked_up_anew() -> Iterator[None]:
    """Standing scopes made in a test are gone after it: nothing may remember their ids."""
    from daras.access import audiences

    audiences.forget_scopes()
    yield
    audiences.forget_scopes()
