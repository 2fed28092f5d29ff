"""One measurement in a process of its own, on the database of its environment: prints its figures as JSON."""

from __future__ import annotations

import json
import signal
import sys
from importlib import import_module

import django


def main(name: str, *arguments: str) -> None:
    """Measure and print."""
    django.setup()
    # Whoever ends a measurement gets what it has by then.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    figures = import_module(f"daras.bench.{name}").measure(*map(int, arguments))
    print(json.dumps([figure.as_json() for figure in figures]))


# The processes that a measurement starts read this file, too.
if __name__ == "__main__":
    main(*sys.argv[1:])
