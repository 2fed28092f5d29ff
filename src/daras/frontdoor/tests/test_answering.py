"""A duty without a form of its own is answered in words, by its owner alone (A8, J1)."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied

import daras
from daras.access.models import TrailEntry, Worker
from daras.access.session import acting_as, machine
from daras.duties.answering import IN_WORDS, MOST_CHARACTERS, answer
from daras.duties.models import DutyAnswered, DutyState
from daras.duties.queries import of_matter, owed_by
from daras.frontdoor.tests.conftest import Receive
from daras.ledger.models import Detail
from daras.ledger.refusal import Refused
from daras.matters.models import Matter
from daras.practice import load_pack
from daras.working_time import clock

Workers = dict[str, Worker]
WORDS = "We know nobody at that address. The home is not agreed: a child visits next door."


def kinds_of_facts(of: type[Detail] = Detail) -> set[str]:
    """Every kind of fact that there is a table for."""
    return {kind for each in of.__subclasses__() for kind in {getattr(each, "kind", ""), *kinds_of_facts(each)}}


#: What forms and requests say themselves that they meet.
BY_COMMAND = ("form-completed:", "request-made:", "request-ended:", "by-request:")


@pytest.mark.parametrize("pack", ["england-2018", "england-2026"])
def test_no_duty_is_opened_that_nothing_could_meet(pack: str) -> None:
    """A8, J1: given every kind of duty of a pack, then a kind of fact meets it, or its owner's words, or the command
    that knows it by its name."""
    sources = [path for path in Path(daras.__file__).parent.rglob("*.py") if "tests" not in path.parts]
    named = "\n".join(path.read_text() for path in sources if path.name != "answering.py")
    known, duties = kinds_of_facts(), load_pack(pack, clock.today()).duty_kinds
    assert duties
    for duty in duties.values():
        by_a_fact = any(word in known or word.startswith(BY_COMMAND) for word in duty.met_by)
        by_words = duty.id in IN_WORDS
        assert by_a_fact or by_words or f'"{duty.id}"' in named, duty.id
        assert not (by_a_fact and by_words), f"{duty.id} has a form"


@pytest.fixture
def mark(received: Receive, workers: Workers) -> Matter:
    """Mark is due for release: police, probation and social care owe views and plans."""
    outcome = received("mark")
    with machine():
        return Matter.objects.get(reference=outcome.reference)


def owed(matter: Matter, kind: str) -> DutyState:
    with machine():
        return DutyState.objects.select_related("duty").get(matter=matter, duty__duty_kind=kind)


def test_the_owners_words_meet_its_own_duty_and_no_other(mark: Matter, workers: Workers) -> None:
    """J1: given that police and social care both owe a view on the home, when social care gives its own, then the
    police still owe theirs, and whoever sees that it was owed reads the words."""
    ours, theirs = owed(mark, "address-view-social-care"), owed(mark, "address-view-police")
    with acting_as(workers["duty-manager"]):
        answer(workers["duty-manager"], ours.pk, words=f"  {WORDS} ")
        assert ours.pk not in {state.pk for state in owed_by(workers["duty-manager"])}
        assert {each.pk: vars(each)["answer"] for each in of_matter(mark.pk)}[ours.pk] == WORDS
    assert owed(mark, "address-view-social-care").met_at is not None
    assert owed(mark, "address-view-police").met_at is None
    with machine():
        assert DutyAnswered.objects.get().duty_id == ours.pk
        entry = TrailEntry.objects.get(subject_kind="duty", action="change")
        assert (entry.actor, entry.matter_id, WORDS in entry.reason) == ("duty-manager", mark.pk, False)
    with acting_as(workers["duty-manager"]), pytest.raises(Refused, match="owes nothing here"):
        answer(workers["duty-manager"], ours.pk, words="Again.")
    with acting_as(workers["duty-manager"]), pytest.raises(Refused, match="owes nothing here"):
        answer(workers["duty-manager"], theirs.pk, words=WORDS)


@pytest.mark.parametrize("seat", ["outsider", "safeguarding-lead", "health", "recovery-worker"])
def test_nobody_answers_for_another_agency(mark: Matter, workers: Workers, seat: str) -> None:
    """G4: given a duty of social care's, when another agency answers it, then it is told of no such duty."""
    with acting_as(workers[seat]), pytest.raises(Refused, match="owes nothing here"):
        answer(workers[seat], owed(mark, "address-view-social-care").pk, words=WORDS)


def test_an_administrator_answers_nothing(mark: Matter, workers: Workers) -> None:
    """G4: given somebody who sees no child, then they may answer nothing."""
    with acting_as(workers["administrator"]), pytest.raises(PermissionDenied):
        answer(workers["administrator"], owed(mark, "address-view-social-care").pk, words=WORDS)


@pytest.mark.parametrize(("words", "code"), [("  ", "missing"), ("x" * (MOST_CHARACTERS + 1), "too-long")])
def test_an_answer_says_something(mark: Matter, workers: Workers, words: str, code: str) -> None:
    """J1: given no words, or too many, then nothing is met."""
    with acting_as(workers["duty-manager"]), pytest.raises(Refused) as refused:
        answer(workers["duty-manager"], owed(mark, "address-view-social-care").pk, words=words)
    assert refused.value.code == code
    assert owed(mark, "address-view-social-care").met_at is None


def test_what_has_a_form_of_its_own_is_not_answered_in_words(mark: Matter, workers: Workers) -> None:
    """Design, 2: given that a manager's decision is owed, when somebody writes words instead, then it is not met."""
    decision = owed(mark, "strategy-decision-due")
    with acting_as(workers["duty-manager"]), pytest.raises(Refused, match="owes nothing here"):
        answer(workers["duty-manager"], decision.pk, words="Decided.")
