"""A year of a team: who works there, and thirteen children with one therapist: `python -m tests.browser.carrying`."""

from __future__ import annotations

import os

import django

#: Name, agency, team, role.
SEATS = (
    ("Kerra Angwin", "jigsaw", "children", "therapist"),
    ("Gerens Jory", "jigsaw", "children", "service-manager"),
    ("Talan Bray", "child-isva-service", "advisers", "service-manager"),
)
CHILDREN = (
    "Sam",
    "Tegen",
    "Jory",
    "Merryn",
    "Piran",
    "Wenna",
    "Kit",
    "Elowen",
    "Ross",
    "Morwenna",
    "Jago",
    "Bryher",
    "Ysella",
)


def main() -> int:
    """They begin a year before; from the end of August on, one child a week is asked for and given."""
    now = os.environ["DARAS_NOW"]
    django.setup()
    from datetime import timedelta

    from daras.access.models import Worker
    from daras.access.session import acting_as, machine
    from daras.agencies import Owner
    from daras.pages.tests.partnership import worker
    from daras.requests.asking import Asking, ask
    from daras.requests.commands import allocate, answer
    from daras.working_time import clock

    today = clock.now()

    def weeks_ago(number: int) -> None:
        os.environ["DARAS_NOW"] = (today - timedelta(weeks=number)).isoformat()

    weeks_ago(56)
    with machine():
        for each in SEATS:
            worker(*each)
    manager, therapist = (Worker.objects.get(slug=slug) for slug in ("jenifer-pascoe", "branwen-tonkin"))
    for number, name in enumerate(CHILDREN):
        weeks_ago(len(CHILDREN) - number)
        subject = {"given_name": name, "family_name": "Angove"}
        with acting_as(manager):
            made = ask(manager, "therapy", Asking(Owner("jigsaw", "children"), "Sleep.", subject=subject))
        with acting_as(therapist):
            answer(therapist, made.reference, stage="answer", outcome="accepted", words="From next week.")
            allocate(therapist, made.reference, to=therapist.slug, risk="high" if number % 4 == 0 else "medium")
    os.environ["DARAS_NOW"] = now
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
