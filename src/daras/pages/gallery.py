"""Every component once, with synthetic words, to look at and to test. Not served to real people."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from daras.design.parts import Clock, DutyLine, Empty, Event, Held, Identity, Link, Person
from daras.pages import installation
from daras.pages.rendering import page

LAW = Clock(
    authority="statute",
    due="Tuesday 24 November 2026, 16:40",
    due_machine="2026-11-24T16:40:00+00:00",
    left="overdue by 3 hours",
    source="Sexual Offences Act 2003, section 84",
    overdue=True,
)
GUIDANCE = Clock(
    authority="guidance",
    due="Wednesday 25 November 2026, 17:15",
    due_machine="2026-11-25T17:15:00+00:00",
    left="1 working day left",
    source="Working Together to Safeguard Children",
)
LOCAL = Clock(
    authority="local",
    due="Friday 27 November 2026, 10:00",
    due_machine="2026-11-27T10:00:00+00:00",
    left="3 working days left",
    source="the partnership’s practice pack",
    late_start=True,
)
DUTIES = (
    DutyLine(
        what="Decide whether a strategy discussion is held",
        about="Alex, Ella, Toby, Sam and Jake",
        because="A child says that another child touched him, more than once; four more children are in reach.",
        clock=LAW,
        owner="Cornwall Council children’s services, MARU, duty manager",
        href="#duties",
        action=Link("Decide", "#duties"),
    ),
    DutyLine(
        what="Tell the referrer what was decided",
        about="Carn Brea Academy",
        because="Every referral owes its referrer feedback.",
        clock=GUIDANCE,
        owner="Cornwall Council children’s services, MARU",
        href="#duties",
    ),
    DutyLine(
        what="Plan the release with police and probation",
        about="Mark Penrose",
        because="The father’s release is on 14 December; the clock counts backward from it.",
        clock=LOCAL,
        owner="Probation Service, sexual offences team",
        action=Link("Open", "#duties"),
    ),
)
PEOPLE = (
    Person(
        name="Alex Tregear",
        number="P-7K3MQ9TA",
        born="born 22 March 2015, aged 11",
        lives="17 Trevenson Close, Camborne, TR14 8AB",
        parts=("child this is about",),
        href="#people",
    ),
    Person(
        name="Jake Rowse",
        born="born 9 July 2010, aged 16",
        lives="22 Trevenson Close, Camborne, TR14 8AB",
        parts=("said to have caused harm", "is a child himself"),
        notes=("Has a matter of his own, as a child in need of help.",),
    ),
    Person(
        name="Ella Rowse",
        number="P-2M4T8HZC",
        born="a child",
        reason="Sister of Jake Rowse, who is said to have harmed Alex; they live at one address.",
        path=("Alex Tregear", "his cousin Jake Rowse", "his sister Ella Rowse"),
    ),
    Person(
        name="Dean Hocking",
        born="born 30 September 1991, aged 35",
        risks=("registered sex offender (convicted)",),
        reason="Father of Mark; expects to live with him from 14 December.",
        path=("Mark Penrose", "his father Dean Hocking"),
    ),
)
EVENTS = (
    Event(
        title="School nurse’s news",
        at="Saturday 21 November 2026, 11:20",
        at_machine="2026-11-21T11:20:00+00:00",
        by="Cornwall Partnership Trust, school nursing",
        text="News on an open case, sent to the allocated worker.",
        late="recorded 2 days later",
    ),
    Event(
        title="Referral",
        at="Friday 20 November 2026, 10:05",
        at_machine="2026-11-20T10:05:00+00:00",
        by="Carn Brea Academy",
        text="Reference D-7K3M-Q9TA given.",
    ),
)


def gallery(request: HttpRequest) -> HttpResponse:
    """The gallery, in a synthetic installation only."""
    if not installation.is_synthetic():
        raise Http404
    return page(
        request,
        "pages/gallery.html",
        {
            "duties": DUTIES,
            "clocks": (LAW, GUIDANCE, LOCAL),
            "people": PEOPLE,
            "events": EVENTS,
            "identity": Identity(
                name="Mark Penrose",
                facts=("P-9C2RX4JD", "born 14 May 2022, aged 4", "4 Bassett Row, Redruth", "NHS number 900 000 1013"),
                risks=("father is a registered sex offender",),
            ),
            "empty": Empty("Nothing is owed.", checked="16:41", next_step=Link("See what was done today", "#empty")),
            "held": Held("Cornwall Partnership Trust", ask="the named nurse, 01872 000333"),
        },
    )
