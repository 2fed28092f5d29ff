"""`./daras serve`: web and worker for a real partnership, on a server that its administrator has prepared.

Refuses, naming every reason at once, whatever belongs to a demonstration or would leave the door open.
"""

import argparse
import os
import sys

from daras.cli import fitness, processes, web
from daras.cli.main import REFUSED

HOST = "127.0.0.1"
PORT = 8000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen; TLS ends at the proxy in front."""
    parser.add_argument("--host", default=HOST, help=f"listen here (default: {HOST}, behind a proxy that ends TLS)")
    parser.add_argument("--port", type=web.port, default=PORT, help=f"listen on this port (default: {PORT})")
    parser.add_argument(
        "--workers", type=web.processes, default=os.cpu_count() or 2, help="web worker processes (default: one a core)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    refusals = fitness.refusals(os.environ)
    if not web.is_free(arguments.host, arguments.port):
        refusals.append(
            f"{arguments.host}:{arguments.port} cannot be listened on: name another with --host and --port."
        )
    if refusals:
        print("daras: serve refuses to start:", file=sys.stderr)
        for refusal in refusals:
            print(f"  - {refusal}", file=sys.stderr)
        return REFUSED
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "daras.settings"}
    # What serves needs no right to change the schema.
    environment.pop("DATABASE_OWNER_URL", None)
    with processes.running(environment) as services:
        services.start("the web server", web.server_command(arguments.host, arguments.port, arguments.workers))
        services.start("the worker", web.worker_command())
        print(f"daras: serving on {arguments.host}:{arguments.port}", file=sys.stderr, flush=True)
        return services.watch()
