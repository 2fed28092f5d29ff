"""`./daras demo`: a synthetic partnership on this machine, from nothing to the sign-in page.

It loads people only into a database that is empty or its own, and marks that database as synthetic.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from daras.cli import installation, processes, synthetic, web
from daras.cli.progress import Progress
from daras.cli.refusal import CommandRefused
from daras.home import Addresses, database, default_home
from daras.home.folder import Home

HOST = "127.0.0.1"
PORT = 8000
WEB_WORKERS = 2
ANSWER_SECONDS = 60.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The port, and nothing that would let others reach it."""
    parser.add_argument("--port", type=int, help=f"listen on this port of 127.0.0.1 (default: {PORT}, or a free one)")


def run(arguments: argparse.Namespace) -> int:
    """Load, start, print where and who, and wait for Ctrl-C."""
    port = _port(arguments.port)
    with _database() as addresses:
        installation.use(addresses)
        _load(addresses)
        address = f"http://{HOST}:{port}"
        with processes.running(_environment(address)) as services:
            services.start("the web server", web.server_command(HOST, port, WEB_WORKERS))
            services.start("the worker", web.worker_command())
            if not web.answers(address, ANSWER_SECONDS):
                print("daras: the web server does not answer (see above).", file=sys.stderr)
                return 1
            _welcome(address)
            return services.watch()


def _port(wanted: int | None) -> int:
    if wanted is not None and not web.is_free(HOST, wanted):
        raise CommandRefused(f"Port {wanted} of {HOST} is in use. Name another with --port.")
    if wanted is not None or web.is_free(HOST, PORT):
        return wanted or PORT
    return web.any_free(HOST)


@contextmanager
def _database() -> Iterator[Addresses]:
    """The home's database, or the one that the environment names for both roles."""
    external = installation.external_addresses(os.environ)
    if external is None:
        home = default_home()
        with database(home) as addresses:
            synthetic.refuse_foreign(addresses)
            installation.bring_up_to_date(Home(home), addresses)
            yield addresses
        return
    if not external.owner_url:
        raise CommandRefused("DATABASE_URL is set and DATABASE_OWNER_URL is not: the demo needs both, or neither.")
    synthetic.refuse_foreign(external)
    from daras.cli import migration

    migration.migrate(external)
    migration.install(external)
    yield external


def _load(addresses: Addresses) -> None:
    """Mark the database, then load what of the demo is not there yet."""
    from daras.exchange import demonstration

    synthetic.claim(addresses)
    progress = Progress()
    try:
        demonstration.load(progress)
    finally:
        progress.finish()


def _environment(address: str) -> dict[str, str]:
    mailbox = Path(os.environ.get("DARAS_MAILBOX") or default_home() / "mailbox")
    mailbox.mkdir(parents=True, exist_ok=True)
    return os.environ | {"DARAS_PUBLIC_ADDRESS": address, "DARAS_MAILBOX": str(mailbox)}


def _welcome(address: str) -> None:
    """The address and the sign-ins, on standard output."""
    from daras.exchange import demonstration

    print(f"Daras is at {address}/\n\nSign in as one of these synthetic workers; the password is the same for all:")
    print(f"  password  {demonstration.PASSWORD}\n")
    for worker in synthetic.workers():
        print(f"  {worker.email:<50} {worker.description}")
    print(f"\nLetters that would be sent are in {default_home() / 'mailbox'}. Ctrl-C stops everything.", flush=True)
