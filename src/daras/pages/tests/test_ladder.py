"""A disagreement that the answer does not settle goes up the ladder, level by level (I6, B5)."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from daras.access.models import Worker
from daras.access.session import machine
from daras.challenges.queries import themes
from daras.duties.models import DutyState
from daras.pages.tests.partnership import People, worker
from daras.pages.tests.test_requests import ASKED, signed_in, text_of
from daras.working_time import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def court(people: People) -> Worker:
    with machine():
        return worker("Nancy Tonkin", "probation-service", "court", "probation-officer")


@pytest.fixture
def challenge(people: People, court: Worker) -> str:
    """The front door declines what probation asked, and probation disagrees, in one click from the decision."""
    asks, answers = signed_in(court), signed_in(people.duty_manager)
    address = asks.post("/requests/ask/court-allocation/", ASKED).headers["Location"]
    said = {"decline-why": "not-held", "decline-reason": "The youth court holds it."}
    assert answers.post(f"{address}decline/", said).status_code == 302
    (disagree,) = re.findall(r'href="(/decisions/\d+/disagree/)"', text_of(asks, address))
    return str(asks.post(disagree, {"reason": "It does not."}).headers["Location"])


def owed(kind: str) -> list[DutyState]:
    with machine():
        return list(DutyState.objects.filter(duty__duty_kind=kind, met_at__isnull=True))


def test_it_goes_up_level_by_level_and_every_view_stands(people: People, court: Worker, challenge: str) -> None:
    """I6: given an answer that settles nothing, when probation takes it up, then the next level owes an answer by its
    own clock, neither whoever decided nor whoever answered before gives it, both sides' reasons stand, and what it was
    about and what is learned is written once; at the top it goes no further."""
    asks = signed_in(court)
    with machine():
        colleague = worker("Ruth Hocking", "cornwall-childrens-services", "maru", "social-worker")
        second = worker("Jory Bray", "cornwall-childrens-services", "maru", "service-manager")
        designated = worker("Piran Lanyon", "cornwall-integrated-care-board", "safeguarding", "doctor")
    upheld = {"outcome": "upheld", "reason": "We hold nothing.", "theme": "sharing", "learning": ""}
    assert signed_in(people.duty_manager).post(challenge, upheld).status_code == 403
    assert signed_in(colleague).post(challenge, upheld).status_code == 302
    wrong = asks.post(challenge, {"up": "1", "why_up": " "})
    assert (wrong.status_code, "Say why it goes up." in wrong.content.decode()) == (422, True)
    assert asks.post(challenge, {"up": "1", "why_up": "The court sits on Thursday."}).status_code == 302
    (state,) = owed("escalation-managers")
    assert (state.owner_team, clock.local(state.due_at).strftime("%a %H:%M")) == ("maru", "Thu 17:15")
    assert signed_in(colleague).post(challenge, upheld).status_code == 403
    assert signed_in(second).post(challenge, upheld).status_code == 302
    assert owed("escalation-managers") == []
    assert asks.post(challenge, {"up": "1", "why_up": "The same again."}).status_code == 302
    settled = {"outcome": "changed", "reason": "You hold it.", "theme": "sharing", "learning": "Say who holds it."}
    assert signed_in(designated).post(challenge, settled).status_code == 302
    page = text_of(asks, challenge)
    for words in (
        "It does not.",
        "We hold nothing.",
        "The court sits on Thursday.",
        "You hold it.",
        "Say who holds it.",
    ):
        assert words in page, words
    assert "Take it to the next level" not in page
    text_of(signed_in(people.outsider), challenge, 404)
    assert signed_in(people.outsider).post(challenge, settled).status_code == 404


def test_the_board_reads_themes_and_no_small_number(people: People, court: Worker, challenge: str) -> None:
    """I6, I8: given one disagreement that was settled, then the board reads its theme without the number that might say
    whose it was, and a school reads no theme at all."""
    with machine():
        colleague = worker("Ruth Hocking", "cornwall-childrens-services", "maru", "social-worker")
        officer = worker("Mabyn Uren", "safeguarding-partnership", "quality-and-performance", "data-officer")
    said = {"outcome": "changed", "reason": "We give it.", "theme": "sharing", "learning": "Ask once."}
    assert signed_in(colleague).post(challenge, said).status_code == 302
    board = text_of(signed_in(officer), "/disagreements/")
    assert "What is shared, and when" in board
    assert "fewer than 5" in board
    assert "Ask once." not in board
    assert "Ask once." in text_of(signed_in(court), "/disagreements/")
    assert "What is shared" not in text_of(signed_in(people.outsider), "/disagreements/")
    with machine():
        assert [(each.theme, each.settled, each.changed) for each in themes(clock.now())] == [("sharing", 1, 1)]
    assert Client().get("/disagreements/").status_code == 302
