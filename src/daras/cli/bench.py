"""`./daras bench [NAME...]`: what Daras costs on this machine, beside its targets.

Every measurement runs in a process and a database of its own, which is thrown away; nothing that is held is read.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from daras.bench import NOW, kept, machine
from daras.bench.figures import Figure
from daras.cli import migration
from daras.cli.printing import print_json
from daras.cli.refusal import CommandRefused
from daras.home import Addresses, clones
from daras.home.folder import CHECKOUT

#: What is measured under each name: a module of `daras.bench`, with its arguments, in the order of running.
BENCHES: dict[str, Sequence[tuple[str, ...]]] = {
    "screening": (("screening", "1000"), ("screening", "10000")),
    "receive": (("receiving",),),
    "start-up": (("starting",),),
    "memory": (("memory",),),
    "pages": (("pages", "20000"),),
    "load": (("load", "20000"),),
    "matching": (("matching",),),
    "linking": (("linking",),),
    "forms": (("forms",),),
    "measures": (("measures",),),
    "gate": (("gate", "100000"),),
    "network": (("network",),),
    "requests": (("requests", "1000000"),),
    "county": (("county", "10000"),),
}
USUAL_PEOPLE = 10_000
#: Of one county.
MOST_QUESTIONS = 10_000
MATCHING_SECONDS, NETWORK_SECONDS = 1_200, 60
#: A county smaller than this has no blocks of flats.
FEWEST_PEOPLE = 2_000
#: Those that bring a home of their own, or need none.
WITHOUT_DATABASE = frozenset({"starting", "matching", "linking"})


_DEFAULTS: Mapping[str, object] = {"rate": 50, "minutes": 1.0, "rows": [100_000]}
INTERRUPTED = 130


class _Interrupted(Exception):
    """Somebody ended a measurement: what it had by then."""

    def __init__(self, figures: list[Figure]) -> None:
        self.figures = figures


class BenchFault(Exception):
    """A measurement did not come to an end; what it said is on standard error."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these: {', '.join(BENCHES)}")
    parser.add_argument(
        "--people",
        type=int,
        nargs="+",
        help="county, matching, network, screening, pages, load: with so many people (default: 10000; screening: 1000"
        " 10000; pages, load: 20000)",
    )
    parser.add_argument(
        "--seconds",
        type=int,
        help="network: measure no way of asking for longer (default: 60); matching: begin nothing further after so many"
        " seconds, for each size (default: 1200)",
    )
    parser.add_argument(
        "--rate", type=int, default=_DEFAULTS["rate"], help="network: so many changes a second (default: 50)"
    )
    parser.add_argument(
        "--minutes", type=float, default=_DEFAULTS["minutes"], help="network: for so many minutes (default: 1)"
    )
    parser.add_argument("--rows", type=int, nargs="+", default=_DEFAULTS["rows"], help="linking: lists of so many rows")
    parser.add_argument(
        "--tried",
        action="store_true",
        help="matching: ask the counties on which rules are tried, not those that nobody looked at before",
    )
    parser.add_argument(
        "--picture", type=Path, metavar="FILE.svg", help="draw how reliable the likelihoods of matching are"
    )
    parser.add_argument("--duties", type=int, metavar="N", help="of requests: so many open duties instead of a million")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="FILE.json",
        help="also keep what is printed, with the command and the day; from docs/measured/ it goes into"
        " docs/reference/measured.md (./daras documents)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Measure, one after another, and print; a target that does not hold is a figure, not a fault."""
    unknown = [name for name in arguments.names if name not in BENCHES]
    if unknown:
        raise CommandRefused(f"There is no bench {unknown[0]!r}. There are: {', '.join(BENCHES)}.")
    addresses = Addresses(os.environ["DATABASE_URL"], os.environ.get("DATABASE_OWNER_URL", ""), "bench")
    if not addresses.owner_url:
        raise CommandRefused(
            "DATABASE_OWNER_URL is not set: the bench makes databases of its own, and needs the owner."
        )
    commands = _commands(arguments)
    if arguments.keep and not arguments.keep.parent.is_dir():
        raise CommandRefused(f"--keep {arguments.keep}: there is no folder {arguments.keep.parent}.")
    if arguments.picture:
        os.environ["DARAS_BENCH_PICTURE"] = str(arguments.picture.resolve())
    figures = machine.describe(addresses.application_url)
    status = 0
    for command in (command for name in arguments.names or BENCHES for command in commands[name]):
        print(f"daras: measuring {' '.join(command)} ...", file=sys.stderr, flush=True)
        try:
            figures += _measured(command, addresses)
        except _Interrupted as interrupted:
            figures += interrupted.figures
            status = INTERRUPTED
            break
    _show(figures, as_json=arguments.json)
    if arguments.keep and status == 0:
        kept.keep(arguments.keep, _typed(arguments), figures)
    return status


def _typed(arguments: argparse.Namespace) -> str:
    """The command as somebody would type it, without what only says where its figures go."""
    parts = ["./daras bench", *arguments.names]
    for name in ("people", "seconds", "rate", "minutes", "rows", "duties"):
        given = getattr(arguments, name)
        if given is not None and given != _DEFAULTS.get(name):
            parts += [f"--{name}", *(f"{each:g}" if isinstance(each, float) else str(each) for each in _several(given))]
    return " ".join([*parts, "--tried"] if arguments.tried else parts)


def _several(given: object) -> Sequence[object]:
    return given if isinstance(given, list) else [given]


def _commands(arguments: argparse.Namespace) -> Mapping[str, Sequence[tuple[str, ...]]]:
    """What is measured under each name, of the sizes that were asked for. Raises CommandRefused for what cannot be
    measured."""
    sizes = arguments.people or [USUAL_PEOPLE]
    if min(sizes) < FEWEST_PEOPLE and arguments.names != ["screening"]:
        raise CommandRefused(f"--people {min(sizes)}: at least {FEWEST_PEOPLE}.")
    if (
        arguments.rate < 1
        or round(arguments.minutes * 60) < 1
        or (arguments.seconds is not None and arguments.seconds < 1)
    ):
        raise CommandRefused("At least one change a second, and one second.")
    found = BENCHES | {
        "county": [("county", str(people)) for people in sizes],
        "linking": [("linking", str(rows)) for rows in arguments.rows],
        "matching": [_of_matching(people, arguments) for people in sizes],
        "network": [_of_network(people, arguments) for people in sizes],
    }
    if arguments.people:
        found |= {name: [(name, str(people)) for people in sizes] for name in ("screening", "pages", "load")}
    if arguments.duties:
        found["requests"] = [("requests", str(arguments.duties))]
    return found


def _of_matching(people: int, arguments: argparse.Namespace) -> tuple[str, ...]:
    """A small county is asked about itself twice over at the most."""
    questions, seconds = min(2 * people, MOST_QUESTIONS), arguments.seconds or MATCHING_SECONDS
    return "matching", str(people), str(questions), str(seconds), str(int(arguments.tried))


def _of_network(people: int, arguments: argparse.Namespace) -> tuple[str, ...]:
    """Whole homes of four."""
    seconds = str(round(arguments.minutes * 60))
    return "network", str(people // 4 * 4), str(arguments.rate), seconds, str(arguments.seconds or NETWORK_SECONDS)


def _measured(command: tuple[str, ...], addresses: Addresses) -> list[Figure]:
    if command[0] in WITHOUT_DATABASE:
        return _in_a_process(command, {})
    lock = Path(tempfile.gettempdir()) / f"daras-bench-{os.getuid()}.lock"
    template = clones.template(addresses, f"be{migration.digest()}", migration.migrate, lock)
    with clones.cloned(addresses, template) as own:
        return _in_a_process(command, own.environment())


def _in_a_process(command: tuple[str, ...], variables: dict[str, str]) -> list[Figure]:
    environment = os.environ | variables
    environment |= {"DARAS_NOW": NOW, "DJANGO_SETTINGS_MODULE": "daras.settings", "PYTHONPATH": str(CHECKOUT / "src")}
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(
            [sys.executable, "-m", "daras.bench", *command], env=environment, stdin=subprocess.DEVNULL, stdout=said
        )
        try:
            status, interrupted = child.wait(), False
        except KeyboardInterrupt:
            status, interrupted = _ended(child), True
        said.seek(0)
        answer = said.read()
    if interrupted:
        raise _Interrupted([Figure.read(each) for each in json.loads(answer or b"[]")])
    if status != 0:
        raise BenchFault(f"Measuring {command[0]} ended with status {status} (see above).")
    return [Figure.read(each) for each in json.loads(answer)]


def _ended(child: subprocess.Popen[bytes]) -> int:
    """A terminal interrupts the measurement with us; anybody else us alone, and then we tell it."""
    with suppress(subprocess.TimeoutExpired):
        return child.wait(1)
    child.terminate()
    return child.wait()


def _show(figures: Sequence[Figure], *, as_json: bool) -> None:
    if as_json:
        print_json([figure.as_json() for figure in figures])
        return
    for figure in figures:
        sys.stdout.write(_line(figure) + "\n")


def _line(figure: Figure) -> str:
    value = figure.value if isinstance(figure.value, str) else f"{figure.value:,.1f}"
    verdict = {True: "holds", False: "DOES NOT HOLD", None: ""}[figure.holds]
    target = "" if figure.target is None else f"target {figure.target:g} {figure.unit}: {verdict}"
    line = f"{figure.bench:<10} {figure.figure:<82} {value:>10} {figure.unit:<9} {target}".rstrip()
    return f"{line}\n{'':<11}against: {figure.against}" if figure.against else line
