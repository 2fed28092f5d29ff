"""`./daras near NUMBER`: which children are near somebody, and which people of risk are near a child (E2)."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from daras.cli.printing import print_json

if TYPE_CHECKING:
    from daras.network.exposure import Exposure


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("number", metavar="NUMBER", help="somebody's number, P-....-....")
    parser.add_argument(
        "--as", dest="worker", metavar="WORKER", help="who is looking (default: the demonstration's duty manager)"
    )
    parser.add_argument("--steps", type=int, choices=(1, 2, 3), default=2, help="how far to look (default: 2)")
    parser.add_argument(
        "--on", type=_day, metavar="DAY", help="who was connected on a day, such as 2026-11-24 (default: today)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day such as 2026-11-24") from None


def run(arguments: argparse.Namespace) -> int:
    """Look through that worker's eyes, with the look in the trail. Raises CommandRefused for whoever is not theirs."""
    from daras.access import trail
    from daras.access.models import Worker
    from daras.access.session import acting_as
    from daras.cli.refusal import CommandRefused
    from daras.exchange.demonstration import DUTY_MANAGER
    from daras.network.exposure import exposures
    from daras.people.models import RecordPerson
    from daras.working_time import clock

    slug = arguments.worker or DUTY_MANAGER
    worker = Worker.objects.filter(slug=slug, is_active=True).first()
    if worker is None:
        raise CommandRefused(f"There is no worker {slug!r} here. Name one with --as.")
    with acting_as(worker):
        member = RecordPerson.objects.filter(number=arguments.number).order_by("record_id").first()
        if member is None:
            raise CommandRefused(f"There is nobody {arguments.number} here for {slug}.")
        trail.look(worker, "person", member.number, person_id=member.person_id)
        found = exposures([member.person_id], on=arguments.on or clock.today(), steps=arguments.steps)
        others = {each.child.key for each in found} | {each.other.key for each in found}
        numbers = dict(RecordPerson.objects.filter(person_id__in=others).values_list("person_id", "number"))
        subjects = [(number, pk) for pk, number in sorted(numbers.items()) if pk != member.person_id]
        trail.write_each(
            actor=worker.slug, agency=worker.agency, action="look", subject_kind="person", subjects=subjects
        )
    _show(found, numbers, as_json=arguments.json)
    return 0


def _show(found: Sequence[Exposure], numbers: dict[int, str], *, as_json: bool) -> None:
    if as_json:
        told: list[dict[str, Any]] = [
            {
                "child": numbers[each.child.key],
                "person_of_risk": numbers[each.other.key],
                "basis": sorted({risk.basis for risk in each.risks}),
                "steps": each.steps,
                "path": each.path,
            }
            for each in found
        ]
        print_json(told)
        return
    for each in found:
        basis = ", ".join(sorted({risk.basis for risk in each.risks}))
        sys.stdout.write(
            f"child {numbers[each.child.key]} {each.child.name}; poses a risk ({basis}):"
            f" {numbers[each.other.key]} {each.other.name}\n    {each.reason}.\n"
        )
    if not found:
        sys.stdout.write("Nobody, as far as this worker may see. That is no finding that there is no risk.\n")
