"""Children wait for mental health, and the list is counted: `python -m tests.browser.waiting [NAMES]`.

With names, the front door asks for each of these children and each is accepted; without, the worker's minute passes.
"""

from __future__ import annotations

import sys

import django


def main(names: list[str]) -> int:
    """Ask for each child by name, or count the forecasts that were asked for."""
    django.setup()
    from daras.access.models import Worker
    from daras.access.session import acting_as
    from daras.agencies import Owner
    from daras.requests.asking import Asking, ask
    from daras.requests.commands import answer
    from daras.services.commands import count_forecasts
    from daras.working_time import clock

    manager = Worker.objects.get(slug="jenifer-pascoe")
    health = Worker.objects.get(slug="tegen-vosper")
    for name in names:
        given, family = name.split()
        subject = {"given_name": given, "family_name": family}
        asking = Asking(
            Owner("cornwall-partnership-trust", "camhs"), "Does not sleep.", subject=subject, basis="agreement"
        )
        with acting_as(manager):
            made = ask(manager, "mental-health", asking)
        with acting_as(health):
            answer(health, made.reference, stage="answer", outcome="accepted", words="Assessed next.")
    if not names:
        count_forecasts(clock.now())
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
