"""A referral is written in a draft, by one or by two, and nothing typed is lost (A1, A2, A15, A16)."""

from __future__ import annotations

from typing import Any

import pytest

from daras.access.models import TrailEntry, Worker
from daras.access.session import acting_as, machine
from daras.forms.merging import Path
from daras.frontdoor import advising, composing, drafts
from daras.frontdoor.models import Document, Draft, DraftVersion
from daras.frontdoor.tests.documents import MORNING
from daras.ledger.refusal import Refused
from daras.working_time import clock

CHILD: dict[Path, Any] = {
    ("people", "p1", "role"): "child",
    ("people", "p1", "given_name"): "Morwenna",
    ("people", "p1", "family_name"): "Chegwin",
    ("safe", "p1", "seen"): True,
    ("safe", "p1", "seen_by"): "class teacher",
}
WORRY = {
    "what_happened": "Morwenna told her teacher that she does not want to go home at the weekend.",
    "about": ["p1"],
}


@pytest.fixture
def lead(workers: dict[str, Worker], monkeypatch: pytest.MonkeyPatch) -> Worker:
    """The designated safeguarding lead of a school, on a Tuesday morning."""
    monkeypatch.setenv("DARAS_NOW", MORNING.isoformat())
    return workers["safeguarding-lead"]


def test_that_a_child_is_not_safe_is_kept_before_anything_else(lead: Worker) -> None:
    """A16: given nothing but a first name and that she was seen, when it is saved, then it is kept, for her agency."""
    with acting_as(lead):
        draft = drafts.begin(lead, CHILD)
        found = Draft.objects.get(reference=draft.reference)
        assert found.body["safe"]["p1"] == {"seen": True, "seen_by": "class teacher"}
    with machine():
        assert TrailEntry.objects.filter(subject_id=draft.reference, action="change", actor=lead.slug).exists()


def test_another_agency_never_finds_a_draft(lead: Worker, workers: dict[str, Worker]) -> None:
    """G4: given a draft of the school, then neither the front door nor an outsider sees it or writes into it."""
    with acting_as(lead):
        draft = drafts.begin(lead, CHILD)
    for seat in ("duty-manager", "outsider", "officer"):
        with acting_as(workers[seat]):
            assert not Draft.objects.exists()
            with pytest.raises(Refused, match="no such draft"):
                drafts.save(workers[seat], draft.reference, shown="1", changes={("hopes", "hoped_for"): "x"})


def test_two_people_on_one_form_merge_field_by_field(lead: Worker) -> None:
    """A1: given two people who opened the same form, when each changes another field, then both stand; when both
    change one field, the first stands and the other's words are kept beside it with their name."""
    with acting_as(lead):
        draft = drafts.begin(lead, CHILD)
        drafts.save(lead, draft.reference, shown="1", changes={("people", "p1", "town"): "Camborne"})
        saved = drafts.save(
            lead,
            draft.reference,
            shown="1",
            changes={("people", "p1", "town"): "Redruth", ("people", "p1", "postcode"): "TR14 8QT"},
        )
        assert saved.others_wrote
        held = Draft.objects.get(reference=draft.reference)
        assert (held.body["people"]["p1"]["town"], held.body["people"]["p1"]["postcode"]) == ("Camborne", "TR14 8QT")
        assert held.set_aside == {"people/p1/town": {"by": lead.name, "typed": "Redruth"}}
        # The form that saved itself still shows "Redruth": sent again it changes nothing, and overwrites nobody.
        again = drafts.save(lead, draft.reference, shown=saved.token, changes={("people", "p1", "town"): "Redruth"})
        assert not again.others_wrote
        assert Draft.objects.get(reference=draft.reference).body["people"]["p1"]["town"] == "Camborne"


def test_a_draft_is_sent_once_and_then_holds_its_receipt_only(lead: Worker) -> None:
    """A1, A2: given a whole draft, when it is sent twice, then there is one document and one receipt, and the draft
    keeps no second copy of it."""
    with acting_as(lead):
        draft = drafts.begin(lead, CHILD)
        with pytest.raises(Refused, match="No worry is written"):
            drafts.send(lead, draft.reference)
        before = composing.quality(draft.body, lead, clock.now())
        drafts.add(lead, draft.reference, "worries", WORRY)
        whole = Draft.objects.get(reference=draft.reference)
        assert composing.quality(whole.body, lead, clock.now()).score > before.score
        receipt = drafts.send(lead, draft.reference)
        assert drafts.send(lead, draft.reference) == receipt
        with pytest.raises(Refused, match="has been sent"):
            drafts.save(lead, draft.reference, shown="2", changes={("hopes", "hoped_for"): "x"})
    with machine():
        sent = Document.objects.get(receipt=receipt)
        assert sent.body["from"]["agency"] == lead.agency
        assert sent.body["concerns"][0]["about"] == ["p1"]
        assert Draft.objects.get().body == {}
        assert not DraftVersion.objects.exists()


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (("people", "p1", "date_of_birth"), "2031-01-01", "born-in-the-future"),
        (("people", "p1", "nhs_number"), "943 476 5910", "impossible-identifier"),
        (("voice", "p1", "text"), "N/A", "voice-without-reason"),
        (("people", "p1", "date_of_birth"), "next week", "wrong-shape"),
    ],
)
def test_the_same_refusals_lead_to_the_field(lead: Worker, path: Path, value: str, code: str) -> None:
    """A1, A3: given what the front door refuses by any way in, then the page is told which field it is."""
    with acting_as(lead):
        draft = drafts.begin(lead, {**CHILD, path: value})
        drafts.add(lead, draft.reference, "worries", WORRY)
        draft = Draft.objects.get(reference=draft.reference)
        refused = drafts.problem_with(draft, lead)
        assert refused is not None
        assert refused.code == code
        assert composing.field_at(draft.body, refused.pointer) == path
        assert composing.quality(draft.body, lead, clock.now()).score >= 0


def test_taking_somebody_out_takes_every_mention_out(lead: Worker) -> None:
    """A1: given a person in a worry, a tie and what was said, when taken out, then no trace is left, and the next
    person is somebody new."""
    with acting_as(lead):
        draft = drafts.begin(lead, {**CHILD, ("voice", "p1", "text"): "I want to stay here."})
        other = drafts.add(lead, draft.reference, "people", {"role": "adult", "given_name": "Tom"})
        drafts.add(lead, draft.reference, "ties", {"start": other, "relation": "father", "end": "p1"})
        drafts.add(lead, draft.reference, "worries", {**WORRY, "suspected": [other]})
        drafts.remove(lead, draft.reference, "people", other)
        body = Draft.objects.get(reference=draft.reference).body
        assert (body["ties"], "suspected" in body["worries"]["w1"]) == ({}, False)
        assert drafts.add(lead, draft.reference, "people", {"role": "adult", "given_name": "Ann"}) == "p3"


def test_advice_becomes_a_referral_without_writing_anything_again(lead: Worker, workers: dict[str, Worker]) -> None:
    """A15: given advice on a named child, when the school makes it a referral, then question and child stand in it; an
    outsider finds neither."""
    manager = workers["duty-manager"]
    caller = advising.Caller(lead.agency, lead.team, "Loveday", "safeguarding lead")
    with acting_as(manager):
        advice = advising.record_advice(
            manager,
            caller=caller,
            question="A girl in year 4 says she is afraid of the weekend. Is that a referral?",
            child={"given_name": "Morwenna", "date_of_birth": "2018-03-02"},
            advice="Yes: write down her words, and send it today.",
            refer=True,
            because="She names a person.",
        )
    with acting_as(lead):
        draft = advising.refer_after_advice(lead, advice.reference)
        assert draft.body["people"]["p1"]["given_name"] == "Morwenna"
        assert "afraid of the weekend" in draft.body["worries"]["w1"]["what_happened"]
        assert drafts.problem_with(draft, lead) is None
    with acting_as(workers["outsider"]), pytest.raises(Refused, match="no such advice"):
        advising.refer_after_advice(workers["outsider"], advice.reference)
