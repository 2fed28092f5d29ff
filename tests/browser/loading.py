"""Loads the synthetic partnership of the pages' tests: `python -m tests.browser.loading [--everybody] EXAMPLE...`.

Playwright keeps a loop in the tests' process, beside which Django asks no database. Prints what came in as JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import django

#: News that is no practice study.
NEWS = Path(__file__).with_name("news")
#: The front line, who fill forms in: name, agency, team, role.
FRONT_LINE = (
    ("Jowan Penhale", "cornwall-childrens-services", "maru", "social-worker"),
    ("Tamsyn Hosking", "royal-cornwall-hospitals", "emergency-department", "nurse"),
    ("Elowen Tregear", "royal-cornwall-hospitals", "maternity", "midwife"),
    ("Denzil Crago", "devon-and-cornwall-police", "redruth-neighbourhood", "police-officer"),
    ("Wenna Stephens", "cornwall-partnership-trust", "school-nursing", "school-nurse"),
    ("Piran Lanyon", "penryn-surgery", "gp", "doctor"),
    ("Morwenna Pender", "cornwall-early-help-hub", "hub", "early-help-worker"),
    ("Tegen Vosper", "cornwall-partnership-trust", "camhs", "health-practitioner"),
    ("Senara Bray", "sexual-health-hub", "clinic", "nurse"),
    ("Merryn Hale", "cornwall-childrens-services", "assessment", "social-worker"),
    ("Nessa Polglase", "cornwall-childrens-services", "designated-officer", "designated-officer"),
    ("Kerensa Bray", "cornwall-integrated-care-board", "safeguarding", "designated-professional"),
    ("Jago Uren", "cornwall-youth-justice-service", "courts-and-outcomes", "youth-justice-worker"),
    ("Branwen Tonkin", "jigsaw", "children", "therapist"),
)


def main(names: list[str]) -> int:
    """Settle the partnership and let the named examples arrive."""
    django.setup()
    from daras.access.session import machine
    from daras.frontdoor.intake import receive
    from daras.pages.tests.partnership import arrives, settle, worker

    settle()
    with machine():
        for each in FRONT_LINE:
            worker(*each)
    if names[:1] == ["--everybody"]:
        from daras.exchange.demonstration import workers

        workers.install()
        names = names[1:]
    own = {path.stem: path for path in NEWS.glob("*.json")}
    news = {name: receive(own[name].read_bytes(), file=name) if name in own else arrives(name) for name in names}
    print(json.dumps({name: {"reference": each.reference, "receipt": each.receipt} for name, each in news.items()}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
