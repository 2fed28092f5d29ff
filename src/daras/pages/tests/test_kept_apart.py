"""Somebody suspected works with children: their agency, and their own sign-in, are kept apart until the designated
officer decides; everybody else acts at once (A17)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from daras.access import audiences
from daras.access.models import Audience, KeptApart, Worker
from daras.access.session import acting_as, machine
from daras.agencies import Owner
from daras.api.authentication import issue
from daras.custodians.emergency import open_in_emergency
from daras.duties.models import DutyState
from daras.frontdoor.deciding import decide
from daras.frontdoor.intake import receive
from daras.frontdoor.models import IndicatorMet
from daras.frontdoor.outcome import Outcome
from daras.ledger.models import Fact
from daras.ledger.refusal import Refused
from daras.matters.models import Matter
from daras.meetings.calling import Invitation, convene
from daras.outbox.models import Notice
from daras.pages.tests.partnership import REFERRALS, People, arrives, worker
from daras.people.models import PersonInMatter, RecordPerson
from daras.requests.asking import Asking, ask
from daras.requests.commands import answer
from daras.working_time import clock

pytestmark = pytest.mark.django_db
SCHOOL, SOCIAL_CARE, POLICE = "carn-brea-academy", "cornwall-childrens-services", "devon-and-cornwall-police"
TRUST = "cornwall-partnership-trust"
NHS = "9000003644"
Given = TypeVar("Given")


def told(**works: object) -> Outcome:
    """An adult tells of her uncle, who works with children."""
    document: dict[str, Any] = json.loads((REFERRALS / "no-known-child.json").read_text("utf-8"))
    document["sent_at"] = (clock.now() - timedelta(minutes=3)).isoformat()
    named = document["people"][1] | {"identifiers": [{"system": "nhs-number", "value": NHS}]} | works
    document["people"][1] = {name: value for name, value in named.items() if value}
    outcome = receive(json.dumps(document).encode())
    assert outcome.outcome == "recorded", outcome.problem
    return outcome


AT_THE_SCHOOL = {"works_with_children": "Teaching assistant at Carn Brea Academy"}
#: As a telephone writes it.
TYPED = {"works_with_children": "Sports coach; CARN  BREA academy’s holiday club"}
EMPLOYED = {"works_with_children": "", "involvements": [{"agency": SCHOOL, "kind": "employer"}]}


def by(who: Worker, does: Callable[[], Given]) -> Given:
    with acting_as(who):
        return does()


def text(who: Worker, path: str, **posted: str) -> tuple[int, str]:
    client = Client()
    client.force_login(who)
    answer = client.post(path, posted) if posted else client.get(path)
    # What they typed themselves comes back to them.
    said = re.sub(r"<h1.*?</h1>|<title.*?</title>|<input[^>]*>", "", answer.content.decode(), flags=re.DOTALL)
    return answer.status_code, said.split("<main")[-1]


def matter_of(news: Outcome) -> Matter:
    with machine():
        return Matter.objects.get(reference=news.reference)


def let_in_anyway(news: Outcome, agency: str) -> None:
    """Somebody gives an agency sight of everything of the matter, by mistake or by an older grant."""
    matter = matter_of(news)
    with machine():
        rows = Fact.objects.filter(matter_id=matter.pk).values_list("audience_id", flat=True)
        for audience in {matter.audience_id, *rows} & set(Audience.objects.values_list("pk", flat=True)):
            audiences.grant(audience, agency=agency, reason="a mistake", granted_by="test")


@pytest.fixture
def officer(people: People) -> Worker:
    with machine():
        return worker("Nessa Polglase", SOCIAL_CARE, "designated-officer", "designated-officer")


def finds_nothing(who: Worker, news: Outcome) -> None:
    """By page, list, search, notice, number, the record itself and what an agency's system asks, there is nothing."""
    reference = news.reference or ""
    for path in ("", "decide/", "convene/", "decisions/", "feedback/", "sharing/"):
        assert text(who, f"/matters/{reference}/{path}")[0] in (403, 404), path
    for path in ("/", "/notices/", "/desk/", "/our-referrals/", "/requests/", "/corrections/"):
        assert reference not in text(who, path)[1], path
        assert "Opie, born" not in text(who, path)[1], path
    for typed in ("Raymond Opie", reference, NHS):
        answer = text(who, "/find/", q=typed)[1]
        assert f"/matters/{reference}" not in answer
        assert not re.search(r"/people/P-", answer), typed
    with machine():
        numbers = set(RecordPerson.objects.values_list("number", flat=True))
        matter = Matter.objects.get(reference=reference)
    assert {text(who, f"/people/{number}/")[0] for number in numbers} <= {404}
    assert by(who, lambda: list(Matter.objects.filter(pk=matter.pk))) == []
    assert by(who, lambda: list(Fact.objects.filter(matter_id=matter.pk))) == []
    assert by(who, lambda: list(IndicatorMet.objects.filter(fact_id__gt=0))) == []
    assert by(who, lambda: list(DutyState.objects.filter(matter=matter))) == []
    assert by(who, lambda: list(Notice.objects.filter(matter=matter))) == []
    with machine():
        token = issue(who.agency, "its system")
    system = Client(headers={"authorization": f"Bearer {token}"})
    asked = {"by": who.slug, "nhs_number": NHS, "reason": "Seen today"}
    answer = system.post("/api/v1/summary", asked, content_type="application/json").json()
    assert (answer.get("name"), answer.get("agencies")) == (None, [])
    with pytest.raises(Refused, match="nothing here to open"):
        by(who, lambda: open_in_emergency(who, whom=reference, reason="I must see it at once.", proven=True))


@pytest.mark.parametrize("works", [AT_THE_SCHOOL, TYPED, EMPLOYED], ids=["in words", "on a telephone", "as employer"])
def test_the_suspects_agency_is_told_nothing(people: People, officer: Worker, works: dict[str, object]) -> None:
    """A17: given an allegation against somebody who works at a school, then no rule suggests the school, it may not be
    asked, and whatever it was granted it finds nothing; the manager reads why, and acts with the others at once."""
    news = told(**works)
    manager, lead = people.duty_manager, people.safeguarding_lead
    assert not any(SCHOOL in each.agency for each in news.invite)
    page = text(manager, f"/matters/{news.reference}/convene/")[1]
    assert "Told nothing until the designated officer decides" in page
    assert "Carn Brea Academy" in page
    both = [Invitation(POLICE, "maru", "Police."), Invitation(SCHOOL, "safeguarding", "He works there.")]
    soon = clock.now() + timedelta(hours=1)

    def called(asked: list[Invitation]) -> object:
        return by(
            manager,
            lambda: convene(
                manager, news.reference or "", planned_at=soon, mode="phone", reason="He coaches.", invitations=asked
            ),
        )

    with pytest.raises(Refused, match="until the designated officer decides"):
        called(both)
    assert called(both[:1])
    let_in_anyway(news, SCHOOL)
    finds_nothing(lead, news)
    assert text(manager, f"/matters/{news.reference}/")[0] == 200


def test_the_designated_officer_decides_and_that_holds(people: People, officer: Worker) -> None:
    """A17: given a school kept apart, when the designated officer considers the allegation and lets nobody in, then
    later news changes nothing, and the officer looks again; when the school is let in, then what it was given it sees,
    and nothing more is owed."""
    news = told(**AT_THE_SCHOOL)
    let_in_anyway(news, SCHOOL)
    duty = owed_to(officer)
    status, page = text(officer, f"/owed/{duty}/")
    assert (status, "Carn Brea Academy" in page) == (200, True)
    text(officer, f"/owed/{duty}/", words="It stays with us for now.")
    finds_nothing(people.safeguarding_lead, news)
    look_again = owed_to(officer)
    assert "Look again at who is kept apart" in text(officer, "/")[1]
    again = told(**AT_THE_SCHOOL, middle_names="Again")
    assert again.reference == news.reference
    with machine():
        (kept,) = KeptApart.objects.all()
    assert "Carn Brea Academy" in text(officer, f"/owed/{look_again}/")[1]
    text(officer, f"/owed/{look_again}/", words="The head may be told.", told=str(kept.pk))
    text(officer, f"/owed/{owed_to(officer)}/", words="As before.")
    with machine():
        assert not DutyState.objects.filter(owner_team="designated-officer", met_at__isnull=True).exists()
    assert by(people.safeguarding_lead, lambda: Matter.objects.filter(reference=news.reference).exists())
    told(**AT_THE_SCHOOL, middle_names="Once more")
    assert by(people.safeguarding_lead, lambda: Matter.objects.filter(reference=news.reference).exists())


def owed_to(officer: Worker) -> int:
    with machine():
        return int(
            DutyState.objects.filter(owner_team="designated-officer", met_at__isnull=True).earliest("pk").duty_id
        )


def test_the_suspects_own_sign_in_finds_nothing_even_in_the_front_door(people: People, officer: Worker) -> None:
    """A17: given a manager of the front door who bears the suspect's name, then of this matter their own sign-in finds
    nothing, decides nothing and opens nothing in an emergency, of any other everything; a colleague decides at once,
    and the designated officer is told though nothing says that he works with children."""
    with machine():
        suspect = worker("Raymond Opie", SOCIAL_CARE, "maru", "duty-manager")
    known = arrives("alex").reference
    before = by(suspect, IndicatorMet.objects.count)
    with machine():
        alex = Matter.objects.get(reference=known)
    news = told(works_with_children="")
    assert any("bears the name of somebody who works" in each.because for each in news.duties)
    pk = matter_of(news).pk
    assert by(suspect, lambda: list(Fact.objects.filter(matter_id=pk))) == []
    assert by(suspect, IndicatorMet.objects.count) == before
    assert by(suspect, lambda: Matter.objects.filter(pk=alex.pk).exists())
    assert text(suspect, f"/matters/{alex.reference}/")[0] == 200
    with pytest.raises((Refused, PermissionDenied)):
        by(suspect, lambda: decide(suspect, news.reference or "", decision="no-further-action", reason="Nothing."))
    for path in ("/", "/desk/", "/notices/"):
        assert str(news.reference) not in text(suspect, path)[1], path
    assert text(suspect, f"/matters/{news.reference}/")[0] == 404
    with pytest.raises(Refused, match="nothing here to open"):
        by(suspect, lambda: open_in_emergency(suspect, whom=NHS, reason="I must see it at once.", proven=True))
    manager = people.duty_manager
    assert text(manager, f"/matters/{news.reference}/")[0] == 200
    assert by(manager, lambda: decide(manager, news.reference or "", decision="strategy-discussion", reason="Now."))
    page = text(officer, f"/owed/{owed_to(officer)}/")[1]
    assert "Raymond Opie, Cornwall" in page


def test_what_the_agency_sent_stays_its_own(people: People, officer: Worker) -> None:
    """A17: given a school that refers somebody of its own staff, then it reads its receipt and what it sent, and
    nothing of the matter."""
    document: dict[str, Any] = json.loads((REFERRALS / "no-known-child.json").read_text("utf-8"))
    document["sent_at"] = (clock.now() - timedelta(minutes=3)).isoformat()
    document["from"] |= {"agency": SCHOOL, "team": "safeguarding"}
    document["people"][0].pop("anonymous_to_others")
    document["people"][1] |= AT_THE_SCHOOL
    news = receive(json.dumps(document).encode())
    lead = people.safeguarding_lead
    assert text(lead, f"/our-referrals/{news.receipt}/")[0] == 200
    assert text(lead, f"/matters/{news.reference}/")[0] == 404
    let_in_anyway(news, SCHOOL)
    assert text(lead, f"/matters/{news.reference}/")[0] == 404
    assert text(lead, f"/our-referrals/{news.receipt}/")[0] == 200


def test_whoever_is_not_meant_is_as_before(people: People, officer: Worker) -> None:
    """A17: given a suspect of whom nothing says that he works with children, then nobody is kept apart."""
    told(works_with_children="")
    with machine():
        assert not KeptApart.objects.exists()


def test_an_action_agreed_for_a_child_is_given_to_nobody_who_is_kept_apart(people: People, officer: Worker) -> None:
    """A17, F5: given a suspect who works for a health trust, when the manager brings the matter before the meeting on
    exploitation, and a member agrees an action for that trust, then it is refused: the member is told that the front
    door asks, and nothing of a suspicion; another agency is given it at once."""
    news = told(works_with_children="Support worker at Cornwall Partnership")
    with machine():
        chair = worker("Merryn Hale", SOCIAL_CARE, "assessment", "social-worker")
        clinic = worker("Senara Bray", "sexual-health-hub", "clinic", "nurse")
        camhs = worker("Tegen Vosper", TRUST, "camhs", "health-practitioner")
        (record, *_) = PersonInMatter.objects.filter(fact__matter_id=matter_of(news).pk, part="subject").values_list(
            "fact__person_record_id", flat=True
        )
    brings = Asking(None, "Older people collect him.", record, basis="duty-to-share", matter=news.reference or "")
    made = by(people.duty_manager, lambda: ask(people.duty_manager, "exploitation-meeting", brings))
    by(chair, lambda: answer(chair, made.reference, stage="answer", outcome="agenda", words="Thursday."))

    def agreed(agency: str, team: str) -> object:
        asking = Asking(Owner(agency, team), "See him this week.", on=made.reference)
        return by(clinic, lambda: ask(clinic, "exploitation-action", asking))

    with pytest.raises(Refused, match="front door asks them") as refused:
        agreed(TRUST, "camhs")
    assert "suspected" not in f"{refused.value.detail} {refused.value.remedy} {refused.value.code}"
    assert agreed("cornwall-early-help-hub", "hub")
    finds_nothing(camhs, news)
    direct = Asking(Owner(TRUST, "camhs"), "What do you hold?", record, basis="duty-to-share", matter=brings.matter)
    with pytest.raises(Refused, match="until the designated officer decides"):
        by(people.duty_manager, lambda: ask(people.duty_manager, "information", direct))


def test_what_the_page_asks_keeps_apart(people: People, officer: Worker) -> None:
    """A17: given a referral made on pages, when the sender writes as what and where somebody works, as the page asks,
    then the agency named there is kept apart from the moment that it is sent."""
    client = Client()
    client.force_login(people.outsider)
    first = {
        "people-p1-given_name": "Morwenna",
        "people-p1-family_name": "Chegwin",
        "people-p1-date_of_birth": "2 March 2018",
        "safe-p1-seen": "yes",
        "safe-p1-seen_by": "class teacher",
    }
    draft = client.post("/refer/", first).headers["Location"]
    client.post(f"{draft}people/", {"name": "Corin Chegwin", "role": "adult"})
    page = client.get(f"{draft}people/p2/").content.decode()
    assert "as what, and where?" in page
    assert "Name the employer, school or club in full" in page
    where = "Teaching assistant, Carn Brea Academy, Camborne"
    named = {"people-p2-role": "adult", "people-p2-given_name": "Corin", "people-p2-family_name": "Chegwin"}
    assert client.post(f"{draft}people/p2/", named | {"people-p2-works_with_children": where}).status_code == 302
    worry = client.post(f"{draft}worries/").headers["Location"]
    typed = {
        "shown": "2",
        "worries-w1-what_happened": "She does not want to be alone with her uncle.",
        "worries-w1-about": "p1",
        "worries-w1-suspected": "p2",
        "worries-w1-category": "sexual-abuse-in-the-family",
        "worries-w1-occurred_at": "11 2026",
    }
    assert client.post(worry, typed).status_code == 302
    sent = client.post(f"{draft}check/", follow=True)
    assert "Your referral is with the front door" in sent.content.decode()
    with machine():
        (kept,) = KeptApart.objects.filter(worker__isnull=True)
    assert (kept.agency, kept.because) == (SCHOOL, where)
