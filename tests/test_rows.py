"""The rows of the front line, each in three places without code of its own: "my work", measures, the chronology (I8).

Beside the browser walks of `tests/browser`, which show how each is done, this shows that it is owed, counted and told,
for those who may see it and for nobody else.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from daras.access.models import Worker
from daras.access.session import machine
from daras.duties.models import DutyState
from daras.exchange.installation import install_all
from daras.frontdoor.intake import receive
from daras.hubs.models import OpenAfternoon
from daras.pages import installation, wording
from daras.pages.tests.partnership import REFERRALS, worker
from daras.pages.tests.test_forms import drawn
from daras.people.models import IdentifierKnown, RecordPerson
from daras.working_time import clock
from tests.filled_forms import FORMS, Filled

pytestmark = pytest.mark.django_db
MORNING = "2026-11-24T09:30:00+00:00"
NEWS = Path(__file__).parent / "browser" / "news"
CHILDRENS_SERVICES, POLICE, TRUST, HOSPITAL = (
    "cornwall-childrens-services",
    "devon-and-cornwall-police",
    "cornwall-partnership-trust",
    "royal-cornwall-hospitals",
)
#: Who does what, by the address they sign in with.
SEATS = {
    "manager": ("Jenifer Pascoe", CHILDRENS_SERVICES, "maru", "duty-manager"),
    "night": ("Hilary Quick", CHILDRENS_SERVICES, "out-of-hours", "out-of-hours-worker"),
    "assessment": ("Merryn Hale", CHILDRENS_SERVICES, "assessment", "social-worker"),
    "designated officer": ("Nessa Polglase", CHILDRENS_SERVICES, "designated-officer", "designated-officer"),
    "designated nurse": ("Elowen Carne", "cornwall-integrated-care-board", "safeguarding", "nurse"),
    "lead": ("Loveday Rowe", "carn-brea-academy", "safeguarding", "designated-safeguarding-lead"),
    "health": ("Anjali Menon", TRUST, "maru-health", "health-practitioner"),
    "hub": ("Morwenna Pender", "cornwall-early-help-hub", "hub", "early-help-worker"),
    "police": ("Denzil Crago", POLICE, "redruth-neighbourhood", "police-officer"),
    "probation": ("Perran Hicks", "probation-service", "court", "probation-officer"),
    "clinic": ("Senara Bray", "sexual-health-hub", "clinic", "nurse"),
    "camhs": ("Tegen Vosper", TRUST, "camhs", "health-practitioner"),
    "school nurse": ("Wenna Stephens", TRUST, "school-nursing", "school-nurse"),
    "youth justice": ("Jago Uren", "cornwall-youth-justice-service", "courts-and-outcomes", "youth-justice-worker"),
    "therapist": ("Branwen Tonkin", "jigsaw", "children", "therapist"),
    "therapy manager": ("Loveday Jory", "jigsaw", "children", "service-manager"),
    "nurse": ("Tamsyn Hosking", HOSPITAL, "emergency-department", "nurse"),
    "midwife": ("Elowen Tregear", HOSPITAL, "maternity", "midwife"),
    "doctor": ("Piran Lanyon", "penryn-surgery", "gp", "doctor"),
    "outsider": ("Kensa Bolitho", "hayle-academy", "safeguarding", "designated-safeguarding-lead"),
}


class Partnership:
    """Everybody of the rows, signed in."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch
        self.seats: dict[str, Worker] = {}
        self.clients: dict[str, Client] = {}

    def __getitem__(self, seat: str) -> Client:
        if seat not in self.clients:
            if seat not in self.seats:
                with machine():
                    self.seats[seat] = worker(*SEATS[seat])
            self.clients[seat] = Client()
            self.clients[seat].force_login(self.seats[seat])
        return self.clients[seat]

    def reads(self, seat: str, path: str, status: int = 200) -> str:
        answer = self[seat].get(path)
        assert answer.status_code == status, (seat, path, answer.status_code)
        return answer.content.decode()

    def sends(self, seat: str, path: str, said: Mapping[str, object]) -> str:
        """Send a page that leads on; returns where to."""
        answer = self[seat].post(path, dict(said))
        assert answer.status_code == 302, (seat, path, re.findall(r"error-message\">.*?<", answer.content.decode()))
        return str(answer.headers["Location"])

    def later(self, **by: int) -> None:
        self.monkeypatch.setenv("DARAS_NOW", (clock.now() + timedelta(**by)).isoformat())


@pytest.fixture
def partnership(db: None, monkeypatch: pytest.MonkeyPatch) -> Partnership:
    """The directory on a Tuesday morning; each has their seat when they are first asked for."""
    monkeypatch.setenv("DARAS_NOW", MORNING)
    installation._is_synthetic.cache_clear()
    install_all()
    return Partnership(monkeypatch)


@dataclass(frozen=True, slots=True)
class Left:
    """What a row leaves: who owes it and by which words, who is told of it and by which words, and what only those who
    have a part in it open (nothing, where everybody opens the same page and finds their own there)."""

    owes: str
    work: str
    reads: str
    told: str
    page: str


@dataclass(frozen=True, slots=True)
class Row:
    """Rows of the requirements, what is done for them, and the measures in which they are counted: `duty-` where what
    is owed counts when it is due."""

    ids: str
    does: Callable[[Partnership], Left]
    measures: tuple[str, ...]
    counted: str = ""  # the seat of the agency whose numbers they are, where it does not owe
    cases: bool = True  # whether that agency reads the cases: what is kept for the front door it does not
    no_chronology: str = ""  # why none tells it, in words; then the words of "my work" stand in nobody's


def asked(kind: str, by: str, to: str, of: str, name: str, basis: str = "", **said: str) -> Callable[..., Left]:
    """A request of the practice pack, from one seat to another's team, about a child who is named now."""

    def does(partnership: Partnership) -> Left:
        typed = {
            "to": to, "given_name": "Jory", "family_name": "Keast", "date_of_birth": "2012-04-02",
            "asks": "Older people collect him.", "basis": basis, "urgency": "routine", **said,
        }  # fmt: skip
        address = partnership.sends(by, f"/requests/ask/{kind}/", typed)
        return Left(of, address, by, f"{name} asked of", address)

    return does


def filled(form: Filled, seat: str) -> Callable[..., Left]:
    """A form, by whoever fills it in: begun and owed, then completed."""

    def does(partnership: Partnership) -> Left:
        begins = {"name": form.about, "role": form.role}
        address = partnership.sends(seat, f"/forms/begin/{form.form}/", begins)
        assert "Complete a form that was begun" in partnership.reads(seat, "/")
        typed: dict[str, object] = {"occurred-on": "24 11 2026", "occurred-at": "08:15", "complete": "1"}
        typed |= {f"answers-{question}": answer for question, answer in form.answers.items()}
        for question, held in form.people.items():
            typed |= {f"people-{question}-p1-{name}": value for name, value in held.items()}
        partnership.sends(seat, address, {**drawn(partnership[seat], address), **typed})
        return Left("", "", seat, form.name, address)

    return does


def news(name: str, owes: str, work: str, told: str, *, at: str = MORNING) -> Callable[..., Left]:
    """News comes in, and the rules say who owes what."""

    def does(partnership: Partnership) -> Left:
        partnership.monkeypatch.setenv("DARAS_NOW", at)
        partnership["manager"]
        found = next(folder / f"{name}.json" for folder in (REFERRALS, NEWS) if (folder / f"{name}.json").exists())
        document = json.loads(found.read_text("utf-8"))
        document["sent_at"] = (clock.now() - timedelta(minutes=3)).isoformat()
        outcome = receive(json.dumps(document).encode())
        assert outcome.outcome == "recorded", outcome.problem
        return Left(owes, work, "manager", told, f"/matters/{outcome.reference}/")

    return does


def expected(partnership: Partnership) -> Left:
    """An unborn child is told of; those who plan know of it once the manager decides that a social worker assesses,
    with no discussion held, and of no other decision."""
    left = news("unborn", "assessment", "Have a plan before birth", "partner may not be alone")(partnership)
    home = "Have a plan for going home after birth"
    for decision, known in (("advice", False), ("assessment", True)):
        partnership.sends("manager", f"{left.page}decide/", {"decision": decision, "reason": "Plan with her."})
        assert (left.work in partnership.reads("assessment", "/")) is known
        assert (home in partnership.reads("midwife", "/")) is known
    return left


def flagged(partnership: Partnership) -> Left:
    """The front door raises a flag on a child it knows."""
    news("alex", "", "", "")(partnership)
    with machine():
        known = IdentifierKnown.objects.select_related("fact").filter(system="nhs-number").order_by("pk")[0]
        number = RecordPerson.objects.get(record_id=known.fact.person_record_id).number
    said = {"kind": "ask-front-door", "reason": "Police and social care look into it."}
    flag = partnership.sends("manager", f"/people/{number}/flag/", said)
    return Left("manager", "Look at a flag again", "manager", "Flag: Ask the front door", flag)


def disagreed(partnership: Partnership) -> Left:
    """The manager decides on an assessment, and health disagrees in one click."""
    left = news("alex", "", "", "")(partnership)
    partnership.sends("manager", f"{left.page}decide/", {"decision": "assessment", "reason": "Seen by us."})
    (disagree,) = re.findall(
        r'href="(/decisions/\d+/disagree/)"', partnership.reads("health", f"{left.page}decisions/")
    )
    challenge = partnership.sends("health", disagree, {"reason": "Toby is in that house."})
    return Left("manager", "Answer the challenge to a decision", "health", "Disagreement with a decision", challenge)


def looked_up(partnership: Partnership) -> Left:
    """The front door raises a flag on a child; a nurse reads the summary by number."""
    flagged(partnership)
    with machine():
        number = IdentifierKnown.objects.filter(system="nhs-number").order_by("pk")[0].value
    asked_for = partnership["nurse"].post("/summary/", {"nhs_number": number, "reason": "Seen in the department"})
    assert "Ask the front door" in asked_for.content.decode()
    with machine():
        matter = DutyState.objects.get(duty__duty_kind="seen-elsewhere").duty.reference
    return Left("manager", "was seen elsewhere", "manager", "Read the safeguarding summary", f"/matters/{matter}/")


def comes_to_the_hub(partnership: Partnership) -> Left:
    """The hub offers an afternoon, a school takes a place, and once it has been the hub says who came."""
    partnership.sends("manager", "/hubs/afternoons/", {"starts_at": "2026-12-01T13:00", "places": "4"})
    with machine():
        afternoon = OpenAfternoon.objects.get().pk
    partnership.sends("lead", f"/hubs/afternoons/{afternoon}/book/", {})
    assert "1 December 2026" in partnership.reads("lead", "/")
    partnership.later(days=8)
    assert "1 December 2026" not in partnership.reads("lead", "/")
    assert "1 December 2026" in partnership.reads("manager", "/")
    partnership.sends("manager", f"/hubs/afternoons/{afternoon}/came/", {"came": partnership.seats["lead"].slug})
    assert "1 December 2026" not in partnership.reads("manager", "/")
    return Left("", "1 December 2026", "lead", "", "")


def carries_more(partnership: Partnership) -> Left:
    """Thirteen children are asked for and given to one therapist, where the partnership wants twelve at the most."""
    partnership["therapist"]
    given = {"allocate-to": partnership.seats["therapist"].slug, "allocate-risk": "medium"}
    does = asked("therapy", "manager", "jigsaw/children", "therapist", "Therapy")
    for _ in range(13):
        left = does(partnership)
        partnership.sends("therapist", f"{left.page}allocate/", given)
    assert "More cases than are wanted" not in partnership.reads("therapist", "/")
    return Left("therapy manager", "13 open cases; at most 12 are wanted", "therapist", "", left.page)


def stays(partnership: Partnership) -> Left:
    """A therapist and their manager begin, and are there a year later: nobody owes anything for that."""
    partnership["therapist"], partnership["therapy manager"]
    partnership.later(days=366)
    partnership.clients.clear()
    return Left("", "Workers of a year ago", "therapy manager", "", "")


def chronology(partnership: Partnership, seat: str) -> str:
    """What this seat reads in the chronology of everybody whose page it may open."""
    with machine():
        numbers = sorted(set(RecordPerson.objects.values_list("number", flat=True)))
    pages = [partnership[seat].get(f"/people/{number}/chronology/") for number in numbers]
    return "".join(each.content.decode() for each in pages if each.status_code == 200)


def advised(by: str, agreed: str, owes: str, waits: str, work: str) -> Callable[..., Left]:
    """A school asks for advice about a child; one of the two is to ring the other by a day."""

    def does(partnership: Partnership) -> Left:
        call = {
            "agency": "carn-brea-academy/safeguarding", "question": "What do we watch for?",
            "given_name": "Jory", "family_name": "Keast", "date_of_birth": "2 4 2012",
            "advice": "How he is on Mondays.", "refer": "no", "because": "Nothing was seen.",
            "agreed": agreed, "by_day": "26 11 2026", "what": "His week.",
        }  # fmt: skip
        address = partnership.sends(by, "/advice/record/", call)
        assert work in partnership.reads(waits, "/").partition("Others said they would")[2]
        return Left(owes, work, "lead", "Advice asked: no referral", address)

    return does


CAMHS, HUB = f"{TRUST}/camhs", "cornwall-early-help-hub/hub"
ROWS_OF_REQUESTS = {
    each.ids: each
    for each in (
        Row(
            "A9",
            asked("step-down", "manager", HUB, "hub", "Early help", "agreement"),
            ("duty-request-step-down-answer",),
        ),
        Row(
            "A9, F8",
            asked("mental-health", "hub", CAMHS, "camhs", "Child and adolescent mental health"),
            ("duty-request-mental-health-answer",),
        ),
        Row(
            "A10",
            asked(
                "early-help-action", "hub", f"{POLICE}/redruth-neighbourhood", "police", "Part in an early help plan"
            ),
            ("duty-request-early-help-action-answer",),
        ),
        Row(
            "A12",
            asked(
                "court-allocation",
                "probation",
                f"{CHILDRENS_SERVICES}/maru",
                "manager",
                "Information for court allocation",
                "court",
            ),
            ("duty-request-court-allocation-answer",),
        ),
        Row(
            "F5",
            asked("liaison", "clinic", CAMHS, "camhs", "Liaison on a shared case", "agreement"),
            ("duty-request-liaison-answer",),
        ),
        Row(
            "F5 (the forum)",
            asked(
                "exploitation-meeting",
                "youth justice",
                f"{CHILDRENS_SERVICES}/assessment",
                "assessment",
                "Child exploitation meeting (MACE)",
                "duty-to-share",
            ),
            ("duty-request-exploitation-meeting-answer",),
        ),
        Row(
            "F5 (a missing episode)",
            asked("return-interview", "police", HUB, "hub", "Return interview"),
            ("duty-request-return-interview-answer",),
        ),
        Row(
            "F9",
            asked("neurodevelopment", "school nurse", CAMHS, "camhs", "Neurodevelopmental pathway"),
            ("duty-request-neurodevelopment-answer",),
        ),
        Row(
            "H1, H2",
            asked("therapy", "manager", "jigsaw/children", "therapist", "Therapy"),
            ("duty-request-therapy-answer",),
        ),
    )
}
FILLED = {each.form: each for each in FORMS}


def form_row(ids: str, form: str, seat: str, *more: str) -> Row:
    """Of every form: how completely and how soon; and what the pack asks beyond."""
    return Row(ids, filled(FILLED[form], seat), (f"form-{form}-complete", f"form-{form}-on-time", *more), counted=seat)


ROWS = (
    Row("A2", news("alex", "manager", "Decide", "Jake"), ("referral-quality", "referral-missing-voice"), "lead"),
    Row(
        "A4",
        news("alex", "lead", "Ask what became of the referral", "Jake"),
        ("referral-parents-not-told", "referral-not-told-why", "referral-child-views"),
        "lead",
    ),
    form_row("A3", "vist", "police", "vist-voice-heard", "vist-parents-told"),
    *ROWS_OF_REQUESTS.values(),
    Row(
        "A11",
        news("alex", "night", "Decide on a strategy discussion", "Jake", at="2026-11-28T22:00:00+00:00"),
        ("duty-strategy-decision-due",),
    ),
    Row(
        "A17",
        news("no-known-child", "designated officer", "Consider the allegation", "coach"),
        ("duty-allegation-against-person-working-with-children",),
    ),
    Row(
        "A15",
        advised("designated nurse", "giver", "designated nurse", "lead", "Ring back after a call for advice"),
        ("duty-advice-ring-back",),
    ),
    Row(
        "A15 (who asked comes back)",
        advised("manager", "caller", "lead", "manager", "Come back about advice"),
        ("duty-advice-come-back", "advice-referred"),
    ),
    form_row("F1", "emergency-adult", "nurse"),
    form_row("F2", "emergency-under-18", "nurse"),
    form_row("F3 (booking)", "midwifery-booking", "midwife", "booking-childhood-asked", "booking-seen-alone"),
    form_row("F3 (review)", "midwifery-review", "midwife"),
    form_row("F4", "exploitation", "midwife"),
    form_row("F6", "child-at-risk", "doctor", "child-seen-alone-by-gp"),
    form_row("F7", "school-nursing-contact", "school nurse"),
    Row("F10", looked_up, ("summary-referred",), "nurse", cases=False),
    Row("F11", expected, ("duty-plan-before-birth",)),
    Row("G1", flagged, ("duty-review-flag",)),
    Row(
        "A13",
        comes_to_the_hub,
        ("afternoon-came",),
        "lead",
        cases=False,
        no_chronology="an afternoon is about no child, and a chronology is a child's",
    ),
    Row(
        "I10",
        carries_more,
        ("caseload-within",),
        no_chronology="how much somebody carries is about no child",
    ),
    Row(
        "I10 (who stays)",
        stays,
        ("still-in-post",),
        "therapy manager",
        cases=False,
        no_chronology="who works in a team is about no child",
    ),
    Row("I6", disagreed, ("duty-answer-challenge-to-decision",)),
)


@pytest.mark.parametrize("row", ROWS, ids=[each.ids for each in ROWS])
def test_each_row_is_owed_told_and_counted(partnership: Partnership, row: Row) -> None:
    """A2, A3, A4, A9, A10, A11, A12, A13, A15, A17, F1, F2, F3, F4, F5, F6, F7, F8, F9, F10, F11, G1, H1, H2, I6, I8,
    I10: given each row done by its professional, then it stands in the "my work" of whoever owes it, in the chronology
    of whom it is about (in none, and the row says why, where it is about no child), on the board and on its measure's
    page with the case, and in both files; a school without a part in it finds neither page, nor line, nor number."""
    left = row.does(partnership)
    if left.owes:
        assert left.work in partnership.reads(left.owes, "/")
    told = left.work if row.no_chronology else left.told
    assert told
    assert (told in chronology(partnership, left.reads)) is not bool(row.no_chronology)
    if left.page:
        partnership.reads("outsider", left.page, status=404)
    if left.work:
        assert left.work not in partnership.reads("outsider", "/")
    assert told not in chronology(partnership, "outsider")
    is_counted(partnership, row, row.counted or left.owes, left.page)


def is_counted(partnership: Partnership, row: Row, seat: str, case: str) -> None:
    """Once it is due, each measure has it, with the case for those of the agency; nobody else reads a number."""
    kinds = [each.removeprefix("duty-") for each in row.measures if each.startswith("duty-")]
    with machine():
        due = DutyState.objects.filter(duty__duty_kind__in=kinds).order_by("due_at").values_list("due_at", flat=True)
        if moments := list(due):
            partnership.monkeypatch.setenv("DARAS_NOW", (moments[0] + timedelta(minutes=1)).isoformat())
    board = partnership.reads(seat, "/measures/")
    opens = row.cases and partnership[seat].get(case).status_code == 200
    agency = wording.agency(partnership.seats[seat].agency)
    for measure in row.measures:
        path = f"/measures/{measure}/"
        assert f'href="{path}"' in board
        page = partnership.reads(seat, path)
        assert re.search(r"\b[1-9]\d* of [1-9]|\b0 of [1-9]", page), measure
        assert ("The cases you may see" in page) is row.cases
        assert case in page or not opens, measure
        assert agency in partnership.reads(seat, f"{path}numbers.csv")
        assert "Nothing has been counted yet." in partnership.reads("outsider", path)
    book = partnership[seat].get(f"/measures/{row.measures[0]}/numbers.xlsx").content
    with zipfile.ZipFile(io.BytesIO(book)) as sheets:
        assert agency in sheets.read("xl/sharedStrings.xml").decode()
