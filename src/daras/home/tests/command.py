"""A command that uses a home's database, as a test runs it: says where it is, then waits for its input to end.

python command.py HOME IDLE_SECONDS
"""

import json
import sys
import time
from pathlib import Path

import psycopg

from daras.home import database
from daras.home.refusal import HomeRefused


def main() -> int:
    started = time.monotonic()
    try:
        with database(Path(sys.argv[1]), durable=False, idle_seconds=float(sys.argv[2])) as addresses:
            seconds = time.monotonic() - started
            with psycopg.connect(addresses.application_url) as connection:
                row = connection.execute("SELECT version()").fetchone()
            assert row is not None
            found = {
                "url": addresses.application_url,
                "server": addresses.server,
                "version": row[0],
                "seconds": seconds,
            }
            print(json.dumps(found), flush=True)
            sys.stdin.read()
    except HomeRefused as refusal:
        print(refusal, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
