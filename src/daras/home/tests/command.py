"""A command that uses a home's database, as a test runs it: says where it is, then waits for its input to end.

python command.py HOME IDLE_SECONDS
"""

import json
import sys
from pathlib import Path

import psycopg

from daras.home import database
from daras.home.refusal import HomeRefused


def main() -> int:
    try:
        with database(Path(sys.argv[1]), durable=False, idle_seconds=float(sys.argv[2])) as addresses:
            with psycopg.connect(addresses.application_url) as connection:
                row = connection.execute("SELECT version(), current_setting('cluster_name')").fetchone()
            assert row is not None
            print(
                json.dumps({"url": addresses.application_url, "server": addresses.server, "version": row[0]}),
                flush=True,
            )
            sys.stdin.read()
    except HomeRefused as refusal:
        print(refusal, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
