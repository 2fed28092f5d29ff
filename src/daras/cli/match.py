"""`./daras match PEOPLE.csv --against INDEX.csv --out LINKS.csv`, or `--dedupe`: who of one file is who of another.
`./daras match train PEOPLE.csv --out MODEL.toml`: learn the weights from a list.

Reads and writes files only: no database is opened, and nobody is created.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from daras.cli.printing import print_json
from daras.cli.progress import Progress
from daras.cli.refusal import CommandRefused

if TYPE_CHECKING:
    from daras.exchange.linking.reading import Report
    from daras.exchange.linking.running import Outcome


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "people",
        nargs="+",
        metavar="[train] PEOPLE.csv",
        help="one person a row, with a column id; train: learn from it",
    )
    parser.add_argument("--against", type=Path, metavar="INDEX.csv", help="the list in which they are looked for")
    parser.add_argument("--dedupe", action="store_true", help="find people who are in PEOPLE.csv more than once")
    parser.add_argument("--out", type=Path, required=True, help="where the links, or what was learned, are written")
    parser.add_argument(
        "--model", type=Path, metavar="MODEL.toml", help="weights that were learned (default: as shipped)"
    )
    parser.add_argument("--rejects", type=Path, help="where rows that cannot be read are written (default: beside OUT)")
    parser.add_argument(
        "--engine",
        choices=("daras", "splink", "spark"),
        default="daras",
        help="what finds and weighs pairs: Daras itself, or the same model through Splink on DuckDB or on Spark",
    )
    parser.add_argument("--processes", type=int, default=2, help="how many weigh at the same time (default: 2)")
    parser.add_argument("--json", action="store_true", help="print what was done as one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Link; 2 when nothing could be read or the arguments do not fit."""
    from daras.exchange.linking.reading import NothingRead
    from daras.exchange.linking.running import Task
    from daras.exchange.linking.running import run as link
    from daras.working_time import clock

    people, training = _people(arguments)
    if training:
        return _train(people, arguments)
    _check(arguments, people)
    rejects = arguments.rejects or arguments.out.with_name(f"{arguments.out.stem}.rejects.csv")
    task = Task(
        people=people,
        against=arguments.against,
        out=arguments.out,
        rejects=rejects,
        today=clock.today(),
        processes=arguments.processes,
        model=arguments.model,
        engine=arguments.engine,
    )
    progress, began = Progress(), time.monotonic()
    try:
        outcome = link(task, progress)
    except NothingRead as nothing:
        raise CommandRefused(str(nothing)) from None
    except OSError as error:
        raise CommandRefused(f"{error.filename or arguments.out}: {error.strerror or error}.") from None
    finally:
        progress.finish()
    seconds = time.monotonic() - began
    if arguments.json:
        print_json(_as_json(outcome, seconds))
    else:
        print(_said(outcome, arguments.out, seconds), file=sys.stderr)
    return 0


def _people(arguments: argparse.Namespace) -> tuple[Path, bool]:
    """The list, and whether to learn from it."""
    *words, people = arguments.people
    if words not in ([], ["train"]):
        raise CommandRefused(f"{' '.join(arguments.people)}: name one list, with the word train before it or not.")
    return Path(people), words == ["train"]


def _train(people: Path, arguments: argparse.Namespace) -> int:
    from importlib.util import find_spec

    from daras.exchange.linking import training
    from daras.exchange.linking.reading import NothingRead
    from daras.working_time import clock

    if find_spec("splink") is None:
        raise CommandRefused("Splink is not installed here: install requirements/linkage.txt, or start with ./daras.")
    if arguments.out.resolve() == people.resolve():
        raise CommandRefused(f"{arguments.out}: this is a file that is read. Name another with --out.")
    rejected: list[str] = []
    try:
        trained = training.train(people, arguments.out, clock.today(), lambda problem: rejected.append(str(problem)))
    except (NothingRead, training.TrainingRefused) as refused:
        raise CommandRefused(str(refused)) from None
    for problem in rejected[:10]:
        print(f"daras: rejected: {problem}", file=sys.stderr)
    print(
        f"daras: learned {len(trained.learned)} levels from {trained.rows:,} rows ({len(rejected):,} rejected):"
        f" {trained.model} and {trained.shares}",
        file=sys.stderr,
    )
    return 0


def _check(arguments: argparse.Namespace, people: Path) -> None:
    if arguments.dedupe == (arguments.against is not None):
        raise CommandRefused("Name another list with --against, or say --dedupe: one of the two.")
    if arguments.model:
        _check_model(arguments.model)
    _check_engine(arguments.engine)
    if not 1 <= arguments.processes <= 64:
        raise CommandRefused(f"--processes {arguments.processes}: between 1 and 64.")
    inputs = {path.resolve() for path in (people, arguments.against) if path}
    if arguments.out.resolve() in inputs or (arguments.rejects and arguments.rejects.resolve() in inputs):
        raise CommandRefused(f"{arguments.out}: this is a file that is read. Name another with --out.")


def _check_engine(engine: str) -> None:
    """Raises CommandRefused for an engine that is not installed here, before anything is begun."""
    from importlib.util import find_spec

    from daras.exchange.linking.engines import NEEDED

    for package, requirements in NEEDED.get(engine, ()):
        if find_spec(package) is None:
            raise CommandRefused(
                f"--engine {engine}: {package} is not installed here. Install requirements/{requirements}.txt."
            )


def _check_model(path: Path) -> None:
    """Raises CommandRefused for a model that cannot be read, before anything is begun."""
    from daras.matching.model import ModelRefused, load

    try:
        load(path)
    except (OSError, ModelRefused, KeyError, ValueError) as fault:
        raise CommandRefused(f"{path}: no model that can be used: {fault}") from None


def _said(outcome: Outcome, out: Path, seconds: float) -> str:
    lines = [f"daras: {_counted(report)}" for report in outcome.reports]
    for report in outcome.reports:
        for what, problem in report.noticed.items():
            lines.append(f"daras: {problem} ({report.often[what]:,} times)")
    lines += [f"daras: rejected: {problem}" for problem in outcome.first_problems]
    if outcome.rejects:
        lines.append(f"daras: every row that was rejected is in {outcome.rejects}")
    found = ", ".join(f"{number:,} {decision}" for decision, number in outcome.decisions.items())
    lines.append(f"daras: {outcome.asked:,} people in {seconds:.1f} s: {found}; in {out}")
    return "\n".join(lines)


def _counted(report: Report) -> str:
    return f"{report.file}: {report.rows:,} rows read, {report.rejected:,} rejected, {report.blank:,} blank"


def _as_json(outcome: Outcome, seconds: float) -> dict[str, Any]:
    return {
        "people": outcome.asked,
        "seconds": round(seconds, 2),
        "decisions": outcome.decisions,
        "rejects": str(outcome.rejects) if outcome.rejects else None,
        "files": [
            {
                "file": report.file,
                "rows": report.rows,
                "rejected": report.rejected,
                "blank": report.blank,
                "noticed": [
                    {"line": each.line, "column": each.column, "what": what, "times": report.often[what]}
                    for what, each in report.noticed.items()
                ],
            }
            for report in outcome.reports
        ],
    }
