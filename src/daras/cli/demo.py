"""`./daras demo`: a synthetic partnership on this machine, from nothing to the sign-in page.

It loads people only into a database that is empty or its own, and marks that database as synthetic.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from daras.cli import county, installation, migration, processes, synthetic, web
from daras.cli.progress import Progress
from daras.cli.refusal import CommandRefused
from daras.home import Addresses, database, default_home, locks
from daras.home.folder import Home, write_private

HOST = "127.0.0.1"
PORT = 8000
WEB_WORKERS = 2
ANSWER_SECONDS = 60.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The port, and nothing that would let others reach it."""
    parser.add_argument(
        "--port", type=web.port, help=f"listen on this port of 127.0.0.1 (default: {PORT}, or a free one)"
    )
    county.add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Load, start, print where and who, and wait for Ctrl-C."""
    port = _port(arguments.port)
    county.check(arguments)
    with _loaded() as (addresses, password):
        county.load_once(addresses, arguments)
        address = f"http://{HOST}:{port}"
        with processes.running(_environment(addresses, address)) as services:
            services.start("the web server", web.server_command(HOST, port, WEB_WORKERS))
            if not web.answers(address, ANSWER_SECONDS):
                print("daras: the web server does not answer (see above).", file=sys.stderr)
                return 1
            # Only now, so that the page is there sooner.
            services.start("the worker", web.worker_command())
            _welcome(addresses, address, password)
            return services.watch()


def _port(wanted: int | None) -> int:
    if wanted is not None and not web.is_free(HOST, wanted):
        raise CommandRefused(f"Port {wanted} of {HOST} is in use. Name another with --port.")
    if wanted is not None or web.is_free(HOST, PORT):
        return wanted or PORT
    return web.any_free(HOST)


@contextmanager
def _loaded() -> Iterator[tuple[Addresses, str]]:
    """The home's database, or the one that the environment names for both roles, with the demo in it; its password."""
    external = installation.external_addresses(os.environ)
    if external is None:
        home = Home(default_home())
        with database(home.path) as addresses:
            synthetic.refuse_foreign(addresses)
            installation.bring_up_to_date(home, addresses)
            yield addresses, _load_once(home, addresses)
        return
    if not external.owner_url:
        raise CommandRefused("DATABASE_URL is set and DATABASE_OWNER_URL is not: the demo needs both, or neither.")
    synthetic.refuse_foreign(external)
    migration.migrate(external)
    migration.install(external)
    yield external, _load(external)


def _load_once(home: Home, addresses: Addresses) -> str:
    """Load unless nothing has changed since the last time, so that a second start is quick; the sign-ins' password."""
    digest = f"{migration.digest()} {migration.packs_digest()} {synthetic.digest()}"
    password = home.path / "secrets" / "demonstration"
    with locks.alone(home.loading_lock):
        if not (password.exists() and home.is_done("demonstration", digest)):
            write_private(password, _load(addresses))
            home.set_done("demonstration", digest)
    return password.read_text(encoding="utf-8")


def _load(addresses: Addresses) -> str:
    """Mark the database, then load what of the demo is not there yet; the sign-ins' password."""
    installation.use(addresses)
    from daras.exchange import demonstration

    synthetic.claim(addresses)
    progress = Progress()
    try:
        demonstration.load(progress)
    finally:
        progress.finish()
    return demonstration.PASSWORD


def _environment(addresses: Addresses, address: str) -> dict[str, str]:
    mailbox = Path(os.environ.get("DARAS_MAILBOX") or default_home() / "mailbox")
    mailbox.mkdir(parents=True, exist_ok=True)
    variables = {"DARAS_PUBLIC_ADDRESS": address, "DARAS_MAILBOX": str(mailbox)}
    return os.environ | addresses.environment() | variables | {"DJANGO_SETTINGS_MODULE": "daras.settings"}


def _welcome(addresses: Addresses, address: str, password: str) -> None:
    """The address and the sign-ins, on standard output."""
    print(f"Daras is at {address}/\n\nSign in as one of these synthetic workers; the password is the same for all:")
    print(f"  password  {password}\n")
    shown, number = synthetic.workers(addresses)
    width = max(len(worker.email) for worker in shown)
    for worker in shown:
        print(f"  {worker.email:<{width}}  {worker.description}")
    print(f"  ... and {number - len(shown)} more in demo/workers.toml")
    print(f"\nLetters that would be sent are in {default_home() / 'mailbox'}. Ctrl-C stops everything.", flush=True)
