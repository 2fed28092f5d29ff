"""Advice by designated professionals, as by the front door; what was agreed in it; the child named or not (A15)."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daras.access.models import TrailEntry, Worker
from daras.access.session import acting_as, machine
from daras.custodians.commands import protect
from daras.custodians.noticing import notice_named
from daras.duties.changing import untrue_projections
from daras.duties.models import DutyState
from daras.frontdoor import advice_days, drafts
from daras.frontdoor.models import AdviceDayAgreed, AdviceDayAnswered, AdviceDayMoved, AdviceGiven
from daras.ledger.models import Fact
from daras.outbox.models import Notice
from daras.pages.tests.partnership import People, arrives, worker
from daras.pages.tests.test_kept_apart import AT_THE_SCHOOL, told
from daras.pages.tests.test_safety import signed_in
from daras.people.models import LinkDecided, NameKnown, PersonRecord, RecordPerson
from daras.working_time import clock
from daras.working_time.wording import long_date

pytestmark = pytest.mark.django_db
SCHOOL, OTHER_SCHOOL = "carn-brea-academy/safeguarding", "hayle-academy/safeguarding"
#: A child nobody has heard of, and the child of the example referral.
NOBODY = {"given_name": "Wenna", "family_name": "Nance", "date_of_birth": "5 6 2016"}
CALL = {
    "agency": SCHOOL, "caller_name": "Loveday Rowe", "caller_role": "safeguarding lead",
    "question": "Is this a bruise to worry about?", "advice": "Watch, and note the words.",
    "because": "She gave a reason that fits.", "refer": "no",
}  # fmt: skip
REFER_TODAY = {**CALL, "agency": "carn-brea-academy", "advice": "Yes: refer today.", "refer": "yes"}


def written(day: date) -> str:
    return f"{day.day} {day.month} {day.year}"


def ring_back(days: int = 2) -> dict[str, str]:
    """They will be rung by a day."""
    return {"agreed": "giver", "by_day": written(clock.today() + timedelta(days=days)), "what": "How she was since."}


def come_back(days: int = 2) -> dict[str, str]:
    return {**ring_back(days), "agreed": "caller"}


def records(client: Client, **said: str) -> str:
    """A call is written down; returns its page."""
    answer = client.post("/advice/record/", {**CALL, **said})
    assert answer.status_code == 302, re.findall(r"error-message\">.*?</p", answer.content.decode(), re.DOTALL)
    return str(answer.headers["Location"])


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.content.decode()


def later(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    monkeypatch.setenv("DARAS_NOW", (clock.now() + timedelta(days=days)).isoformat())


def number_of(call: str) -> str:
    """The number of the child whom a call names."""
    with machine():
        record = AdviceGiven.objects.get(reference=call.strip("/").split("/")[-1]).fact.person_record_id
        return RecordPerson.objects.get(record_id=record).number


@pytest.fixture
def designated(people: People) -> Worker:
    with machine():
        return worker("Elowen Carne", "cornwall-integrated-care-board", "safeguarding", "nurse")


def test_a_designated_nurse_gives_advice_that_becomes_a_referral(people: People, designated: Worker) -> None:
    """A15: given a school that asks the designated nurse, when she records the call, then she, the school and the front
    door read it and nobody else; it is counted for the school, with the call; the school makes it a referral that
    holds question and child already; a nurse of another service records none."""
    with machine():
        nurse = worker("Kerra Pender", "cornwall-partnership-trust", "school-nursing", "school-nurse")
    client, school = signed_in(designated), signed_in(people.safeguarding_lead)
    where = records(client, **REFER_TODAY, given_name="Wenna", family_name="Nance")
    for somebody in (client, school, signed_in(people.duty_manager)):
        assert "Yes: refer today." in text(somebody, where)
    assert signed_in(people.outsider).get(where).status_code == 404
    assert signed_in(nurse).get("/advice/record/").status_code == 403
    measure = "/measures/advice-referred/"
    page = text(school, measure)
    assert "1 of 1" in page
    assert f'href="{where}"' in page
    assert "Nothing has been counted yet." in text(signed_in(people.outsider), measure)
    draft = school.post(f"{where}refer/").headers["Location"]
    assert "Is this a bruise to worry about?" in text(school, f"{draft}worries/w1/")
    assert "Wenna Nance" in text(school, draft)


def test_the_agreed_day_is_owed_by_one_side_and_seen_by_both(
    people: People, designated: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A15: given a nurse who said that she rings back, then that stands in her "my work" as owed and in the school's as
    hers, with the day; a day late it is overdue for both; what she says came of it answers it, and nobody answers it
    twice."""
    nurse, school = signed_in(designated), signed_in(people.safeguarding_lead)
    where = records(nurse, **NOBODY, **ring_back())
    day = f"{clock.today() + timedelta(days=2):%A}"
    for client, owner in ((nurse, "your team"), (school, "Integrated Care Board")):
        page = text(client, "/")
        assert "Ring back after a call for advice" in page
        assert "How she was since." in page
        assert f'href="{where}"' in page
        assert owner in page
        assert day in page
    assert "Others said they would" in text(school, "/")
    assert "Others said they would" not in text(nurse, "/")
    assert "Ring back" not in text(signed_in(people.duty_manager), "/")
    later(monkeypatch, 3)
    for client in (nurse, school):
        assert "overdue" in text(client, "/").lower()
        assert "Overdue" in text(client, where)
        assert "Overdue" in text(client, "/advice/")
    assert nurse.post(f"{where}answer/", {"outcome": "done", "words": " "}).status_code == 422
    assert nurse.post(f"{where}answer/", {"outcome": "", "words": "Well."}).status_code == 422
    said = {"outcome": "done", "words": "She is well, and nothing new was seen."}
    assert nurse.post(f"{where}answer/", said).status_code == 302
    for client in (nurse, school, signed_in(people.duty_manager)):
        page = text(client, where)
        assert "Rung back" in page
        assert said["words"] in page
        assert "What became of it?" not in page
        assert "Ring back after a call" not in text(client, "/")
    assert school.post(f"{where}answer/", said).status_code == 422
    assert "0 of 1" in text(nurse, "/measures/duty-advice-ring-back/")


def test_another_day_is_agreed_and_both_stand_in_the_history(
    people: People, designated: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A15: given a nurse who rings back by Thursday, when she and the school agree on Monday instead, and say so twice,
    then it is due on Monday in the "my work" of both, once, with nothing overdue on Friday; the call and the child's
    chronology hold both days and why; on Tuesday it is overdue, and what comes of it answers it as ever. Neither
    another school nor the front door's night team moves it, nor does anybody once it is answered."""
    nurse, school = signed_in(designated), signed_in(people.safeguarding_lead)
    where = records(nurse, **NOBODY, **ring_back(2))
    first, instead = (clock.today() + timedelta(days=days) for days in (2, 6))
    another = {"outcome": "another-day", "by_day": written(instead), "words": "She is away until then."}
    for wrong in ({"by_day": ""}, {"by_day": written(clock.today() - timedelta(days=1))}, {"by_day": "soon"},
                  {"by_day": written(clock.today() + timedelta(days=93))}, {"words": " "}):  # fmt: skip
        assert school.post(f"{where}answer/", {**another, **wrong}).status_code == 422, wrong
    for stranger, status in ((people.outsider, 404), (people.out_of_hours, 404)):
        assert signed_in(stranger).post(f"{where}answer/", another).status_code == status
    assert f"{first:%A}" in text(nurse, "/")
    for client in (school, school, nurse):
        assert client.post(f"{where}answer/", another).status_code == 302
    later(monkeypatch, 3)
    for client in (nurse, school):
        page = text(client, "/")
        assert "Ring back after a call for advice" in page
        assert long_date(instead) in page
        assert long_date(first) not in page
        assert "overdue" not in page.lower()
        page = text(client, where)
        assert f"ring back by {long_date(instead)}" in page
        assert page.count(f"Before: {long_date(first)}") == 1
        assert "She is away until then." in page
        assert "Overdue" not in page
        history = text(client, f"/people/{number_of(where)}/chronology/")
        assert f"to ring back by {long_date(first)}" in history
        assert f"another day, {long_date(instead)}" in history
        assert history.partition("The same as a list")[2].count("She is away until then.") == 1
    later(monkeypatch, 4)
    assert "overdue" in text(nurse, "/").lower()
    assert nurse.post(f"{where}answer/", {"outcome": "done", "words": "She is well."}).status_code == 302
    assert school.post(f"{where}answer/", {**another, "by_day": written(clock.today())}).status_code == 422
    assert "0 of 1" in text(nurse, "/measures/duty-advice-ring-back/")
    with machine():
        assert AdviceDayMoved.objects.count() == DutyState.objects.count() == 1
        assert not untrue_projections(clock.now())
        assert not Notice.objects.exists()


def test_who_watches_comes_back_or_says_why_not(people: People) -> None:
    """A15: given a school that watches and comes back, then the school owes it and the front door waits for it; either
    says that it is no longer needed, and on time it counts as met for the school."""
    manager, school = signed_in(people.duty_manager), signed_in(people.safeguarding_lead)
    where = records(manager, **come_back())
    assert "Come back about advice" in text(school, "/")
    waiting = text(manager, "/").partition("Others said they would")[2]
    assert "Come back about advice" in waiting
    assert "Carn Brea Academy" in waiting
    assert "Come back about" not in text(signed_in(people.out_of_hours), "/")
    said = {"outcome": "not-needed", "words": "Her mother has told us all of it."}
    assert manager.post(f"{where}answer/", said).status_code == 302
    assert "No longer needed" in text(school, where)
    assert "Come back" not in text(school, "/")
    with machine():
        state = DutyState.objects.get(duty__duty_kind="advice-come-back")
    assert (state.owner_agency, state.owner_team, state.met_at is not None) == (*SCHOOL.split("/"), True)
    assert clock.local_date(state.due_at) == clock.today() + timedelta(days=2)


def test_a_referral_made_of_it_answers_what_was_agreed(people: People) -> None:
    """A15: given a day on which a school comes back, when it sends a referral made of the advice, then nothing is owed
    for that day any more, and the call says why."""
    manager, lead = signed_in(people.duty_manager), people.safeguarding_lead
    school = signed_in(lead)
    where = records(manager, **NOBODY, **come_back())
    draft = school.post(f"{where}refer/").headers["Location"].strip("/").split("/")[-1]
    with acting_as(lead):
        drafts.send(lead, draft)
    assert "A referral was made" in text(manager, where)
    assert "Come back about" not in text(school, "/")
    with machine():
        assert AdviceDayAnswered.objects.get().outcome == "referred"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"by_day": ""}, "Say by which day"),
        ({"by_day": "1 2 2020"}, "This day is past"),
        ({"by_day": "1 2 2029"}, "more than three months off"),
        ({"by_day": "soon"}, "This is no date"),
        ({"what": ""}, "Say what for"),
        ({"agreed": ""}, "Say who rings the other"),
        ({"agreed": "somebody"}, "Say who rings the other"),
        ({"agency": "carn-brea-academy/none"}, "Say who asks"),
        ({"agency": ""}, "Say who asks"),
        ({"refer": ""}, "Say whether a referral is to be made"),
        ({"date_of_birth": "31 2 2016"}, "Write it as day month year"),
    ],
)
def test_what_is_missing_is_said_at_its_field(people: People, said: dict[str, str], words: str) -> None:
    """A15: given a call of which something is missing or wrong, then nothing is recorded, what was typed is kept, and
    the field says what to do."""
    answer = signed_in(people.duty_manager).post("/advice/record/", {**CALL, **NOBODY, **ring_back(), **said})
    page = answer.content.decode()
    assert (answer.status_code, words in page, "Is this a bruise" in page) == (422, True, True)
    assert re.search(r'class="govuk-error-message"', page)
    with machine():
        assert not AdviceGiven.objects.exists()
        assert not PersonRecord.objects.exists()
        assert not DutyState.objects.exists()


def test_a_named_child_has_it_in_the_chronology_of_those_who_asked_and_answered(
    people: People, designated: Worker
) -> None:
    """A15, G2: given advice about a child who is named, then who asked, the advice, that no referral is made and why
    stand in the child's chronology for the school, the nurse and the front door; the record is the school's; another
    school, probation and those who count find neither page nor line nor number, and are told of nothing."""
    with machine():
        counting = [
            worker("Piran Trease", "cornwall-childrens-services", "maru", "administrator"),
            worker("Una Trease", "carn-brea-academy", "safeguarding", "data-officer"),
        ]
    nurse = signed_in(designated)
    where = records(nurse, **NOBODY, **ring_back())
    chronology = f"/people/{number_of(where)}/chronology/"
    nurse.post(f"{where}answer/", {"outcome": "done", "words": "All is well since."})
    for somebody in (nurse, signed_in(people.safeguarding_lead), signed_in(people.duty_manager)):
        page = text(somebody, chronology)
        for words in ("Advice asked: no referral", "Loveday Rowe", CALL["question"], CALL["advice"], CALL["because"],
                      "to ring back by", "Agreed in a call for advice: done", "All is well since."):  # fmt: skip
            assert words in page, words
    with machine():
        (record,) = PersonRecord.objects.values_list("agency", flat=True)
        assert not Notice.objects.exists()
    assert record == "carn-brea-academy"
    for stranger in (people.outsider, people.offender_manager, *counting):
        client = signed_in(stranger)
        for path in (where, chronology, f"/people/{number_of(where)}/"):
            assert client.get(path).status_code in (403, 404), (stranger.role, path)
        for path in ("answer/", "refer/"):
            sent = client.post(f"{where}{path}", {"outcome": "done", "words": "Mine."})
            assert sent.status_code in (403, 404), (stranger.role, path)
        assert client.post("/advice/record/", CALL).status_code == 403
        assert where not in client.get("/advice/").content.decode()
        assert "advice" not in client.get("/").content.decode().partition("<main")[2].lower()
        with acting_as(stranger):
            for kind in (AdviceGiven, AdviceDayAgreed, AdviceDayAnswered):
                assert not kind.objects.exists()
            assert not Fact.objects.exists()
            assert not DutyState.objects.exists()


def test_only_the_two_sides_answer(people: People) -> None:
    """A15: given a day that the front door's day team agreed with a school, then the night team reads it, and says
    nothing for either side."""
    where = records(signed_in(people.duty_manager), **ring_back())
    night = signed_in(people.out_of_hours)
    assert "What became of it?" not in text(night, where)
    assert night.post(f"{where}answer/", {"outcome": "done", "words": "Rung."}).status_code == 404


def _same_words(page: str, child: dict[str, str]) -> str:
    """A page without whom it names, and what is drawn by chance: references, and what is sent against forgery."""
    plain = page.partition("<main")[2]
    for drawn in (child["given_name"], child["family_name"], r"[AP]-[0-9A-Z]{4}-[0-9A-Z]{4}", r"contest/\w+",
                  r"value=\"\w{32,}\"",
                  r"nonce=\"[^\"]+\"", r"\b\d+\b", rf"\b({MONTHS})\b", rf"\b({DAYS})\b"):  # fmt: skip
        plain = re.sub(drawn, "", plain)
    return plain


MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
#: A child of an open matter, one of the same news who is protected, and one nobody has heard of.
TOBY = {"given_name": "Toby", "family_name": "Rowse", "date_of_birth": "17 1 2020"}
ALEX = {"given_name": "Alex", "family_name": "Tregear", "date_of_birth": "22 3 2015"}


def test_whether_daras_knows_the_child_is_told_to_nobody(people: People, designated: Worker) -> None:
    """A15, G4, A5: given a child of an open matter, one who is protected, and one nobody knows, when a nurse who is
    herself in the protected one's secret names each in a call, then she and the school read the same of each, and of
    the one protected and the one unknown the record takes as many statements; the front door reads one person where
    it knows the child, and learns nothing of the protected one, of whom only the custodian is told."""
    arrives("alex")
    with machine():
        worker("Judith Farrell", "cornwall-childrens-services", "legal", "custodian")
    manager = people.duty_manager
    keep = {"protection": "refuge", "reason": "A refuge.", "custodian_agency": "cornwall-childrens-services"}
    secret, known = number_by_name("Alex"), number_by_name("Toby")
    with acting_as(manager):
        protect(manager, number=secret, kept_by=[designated.slug], **keep)
    with acting_as(designated):
        assert RecordPerson.objects.filter(number=secret).exists()
    nurse, school = signed_in(designated), signed_in(people.outsider)
    read, statements, numbers = [], [], []
    nurse.get("/advice/record/")
    for child in (TOBY, NOBODY, ALEX):
        with CaptureQueriesContext(connection) as captured:
            where = records(nurse, agency=OTHER_SCHOOL, **child, **ring_back())
        statements.append(len(captured))
        numbers.append(number_of(where))
        pages = [text(nurse, where), text(school, where), text(school, f"/people/{numbers[-1]}/chronology/"),
                 text(school, f"/people/{numbers[-1]}/")]  # fmt: skip
        read.append([_same_words(page, child) for page in pages])
    assert read[0] == read[1] == read[2]
    assert statements[1] == statements[2]
    assert (numbers[0] == known, secret in numbers) == (True, False)
    door = signed_in(manager)
    assert "Advice asked: no referral" in text(door, f"/people/{known}/chronology/")
    with acting_as(manager):
        assert not RecordPerson.objects.filter(number=secret).exists()
    assert notice_named() == 1


def number_by_name(given: str) -> str:
    with machine():
        name = NameKnown.objects.filter(given_name=given).order_by("pk")[0]
        return RecordPerson.objects.get(record_id=name.fact.person_record_id).number


def test_what_the_front_door_may_not_see_is_told_to_custodians(people: People) -> None:
    """A15, G4: given a child whom only a surgery's own form names, when the child is named in a call, then that the two
    may be one is written for the custodians and not for the front door."""
    with machine():
        doctor = worker("Piran Lanyon", "penryn-surgery", "gp", "doctor")
    begun = signed_in(doctor).post("/forms/begin/child-at-risk/", {"name": "Wenna Nance 5 6 2016", "role": "child"})
    assert begun.status_code == 302
    where = records(signed_in(people.duty_manager), **NOBODY)
    with machine():
        (link,) = LinkDecided.objects.all()
        assert link.decision == LinkDecided.Decision.LINK
    with acting_as(people.duty_manager):
        assert not LinkDecided.objects.exists()
        assert RecordPerson.objects.filter(number=number_of(where)).count() == 1


def test_whoever_is_kept_apart_reads_no_advice_about_the_child(people: People, designated: Worker) -> None:
    """A17, A15: given calls about somebody whom news later names with a suspect of Carn Brea Academy, who bears the
    name of a manager of the front door, then from that news on that manager's own sign-in finds no call of another
    agency; what a school asked stays its own, though it is kept apart from the matter; a call after the news is kept
    from them as one before; everybody else reads on."""
    with machine():
        suspect = worker("Raymond Opie", "cornwall-childrens-services", "maru", "duty-manager")
        elsewhere = worker("Talan Rule", "carn-brea-academy", "pastoral", "designated-safeguarding-lead")
    nurse, opie = signed_in(designated), signed_in(suspect)
    jenna = {"given_name": "Jenna", "family_name": "Opie", "date_of_birth": "2 10 1994"}
    asked = records(nurse, **jenna, **ring_back())
    assert opie.get(asked).status_code == 200
    told(**AT_THE_SCHOOL)
    after = records(nurse, **{**jenna, "agency": OTHER_SCHOOL}, **come_back())
    for path in (asked, after):
        assert opie.get(path).status_code == 404
        assert opie.post(f"{path}refer/").status_code == 404
        assert path not in text(opie, "/advice/")
        assert text(nurse, path)
        assert text(signed_in(people.duty_manager), path)
    with acting_as(suspect):
        assert not AdviceGiven.objects.exists()
        assert not DutyState.objects.filter(duty__duty_kind__startswith="advice-").exists()
    school = signed_in(people.safeguarding_lead)
    assert "Ring back after a call" in text(school, "/")
    assert text(school, asked)
    assert school.get(after).status_code == 404
    assert signed_in(elsewhere).get(asked).status_code == 404
    own = records(opie, **{**jenna, "agency": OTHER_SCHOOL})
    assert text(opie, own)


def test_the_third_call_about_a_child_stands_on_the_desk(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """A15: given two calls about a child from two schools within ninety days, then the desk says nothing; a third
    stands there with the child, how many, and who asked; news of the child ends it, as do ninety days; one child more
    costs no statement more, and nobody but the front door reads it."""
    manager = signed_in(people.duty_manager)
    records(manager, **NOBODY)
    records(manager, **{**NOBODY, "agency": OTHER_SCHOOL})
    assert "again and again" not in text(manager, "/desk/")
    third = records(manager, **NOBODY)
    desk = text(manager, "/desk/").partition("again and again")[2]
    assert "Wenna Nance" in desk
    assert "3 calls in 90 days and no referral. Asked by Carn Brea Academy and Hayle Academy" in desk
    assert f'href="{third}"' in desk
    counted = [statements(manager, "/desk/")]
    for _ in range(3):
        records(manager, **ALEX)
    assert "Alex Tregear" in text(manager, "/desk/")
    counted.append(statements(manager, "/desk/"))
    assert counted[0] == counted[1]
    arrives("alex")
    assert 'Alex Tregear</a><br><span class="daras-quiet">3 calls' not in text(manager, "/desk/")
    assert "Wenna Nance" in text(manager, "/desk/")
    later(monkeypatch, 91)
    assert "Wenna Nance" not in text(signed_in(people.duty_manager), "/desk/")


def statements(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        text(client, path)
    return len(captured)


#: Of recording a call: nobody named; a child named; and with an agreed day. Of reading: "my work" with nothing and with
#: one day waited for, the list with one call and with three, one call.
STATEMENTS = {"unnamed": 24, "named": 46, "agreed": 51, "nothing waited": 13, "waited": 14, "list": 12, "one": 13}


def test_advice_takes_exactly_so_many_statements(people: People) -> None:
    """A15: given calls, then recording and reading them take exactly so many statements, however many there are."""
    manager, school = signed_in(people.duty_manager), signed_in(people.safeguarding_lead)
    manager.get("/advice/record/")
    asked = {"nothing waited": statements(school, "/")}
    for name, said in (("unnamed", {}), ("named", NOBODY), ("agreed", {**ALEX, **ring_back()})):
        with CaptureQueriesContext(connection) as captured:
            where = records(manager, **said)
        asked[name] = len(captured)
    asked |= {"waited": statements(school, "/"), "list": statements(school, "/advice/"),
              "one": statements(school, where)}  # fmt: skip
    records(manager, **{**NOBODY, "given_name": "Tamsin"}, **ring_back())
    assert [statements(school, path) for path in ("/", "/advice/")] == [asked["waited"], asked["list"]]
    assert asked == STATEMENTS


def test_a_call_is_one_transaction(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """A15: given a practice in which no duty to ring back stands, when a call with an agreed day is recorded, then it
    fails as a whole: no advice, no record of a child, no line in the trail."""
    monkeypatch.setitem(advice_days.KINDS, "giver", "no-such-duty")
    with machine():
        before = TrailEntry.objects.filter(subject_kind="advice", action="change").count()
    client = signed_in(people.duty_manager)
    client.raise_request_exception = False
    assert client.post("/advice/record/", {**CALL, **NOBODY, **ring_back()}).status_code == 500
    with machine():
        for kind in (AdviceGiven, AdviceDayAgreed, PersonRecord, DutyState):
            assert not kind.objects.exists(), kind
        assert TrailEntry.objects.filter(subject_kind="advice", action="change").count() == before
