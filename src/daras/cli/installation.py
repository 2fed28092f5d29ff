"""The database that a command works on: `$DATABASE_URL`, or the home's own."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from daras.cli import migration
from daras.cli.refusal import CommandRefused
from daras.home import Addresses, database, default_home, locks
from daras.home.folder import Home

EXTERNAL = "external"


@contextmanager
def opened() -> Iterator[Addresses]:
    """The database, migrated where it is the home's, with Django ready to use it as the application.

    A database named by `$DATABASE_URL` is migrated by its administrator, never in passing.
    """
    external = external_addresses(os.environ)
    if external is not None:
        use(external)
        yield external
        return
    home = default_home()
    with database(home) as addresses:
        bring_up_to_date(Home(home), addresses)
        use(addresses)
        yield addresses


def external_addresses(environment: "os._Environ[str] | dict[str, str]") -> Addresses | None:
    """The addresses in the environment, or None where the home's database is meant.

    Raises CommandRefused when only the owner's is there.
    """
    application = environment.get("DATABASE_URL", "")
    owner = environment.get("DATABASE_OWNER_URL", "")
    if not application and owner:
        raise CommandRefused("DATABASE_OWNER_URL is set and DATABASE_URL is not: set both, or neither.")
    return Addresses(application, owner, EXTERNAL) if application else None


def bring_up_to_date(home: Home, addresses: Addresses) -> None:
    """Migrate the home's database and install the directory, unless nothing has changed since the last time.

    Of commands that start at the same moment one does it, and the others wait for it.
    """
    wanted = f"{migration.digest()} {migration.packs_digest()}"
    if home.is_done("schema", wanted):
        return
    with locks.alone(home.schema_lock):
        if home.is_done("schema", wanted):
            return
        print("daras: bringing the database up to date ...", file=sys.stderr, flush=True)
        migration.migrate(addresses)
        migration.install(addresses)
        home.set_done("schema", wanted)


def use(addresses: Addresses) -> None:
    """Set Django up on these addresses."""
    variables = addresses.environment()
    if not addresses.owner_url:
        del variables["DATABASE_OWNER_URL"]
    os.environ.update(variables, DJANGO_SETTINGS_MODULE="daras.settings")
    import django

    django.setup()
