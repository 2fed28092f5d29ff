"""Two authorities and children from elsewhere: both are told, and nothing lapses on the way between them (A14)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from daras.access.models import TrailEntry, Worker
from daras.access.session import acting_as, machine
from daras.duties.models import DutyState
from daras.frontdoor import authorities, deciding, transferring
from daras.frontdoor.authorities import stated_on
from daras.frontdoor.intake import receive
from daras.frontdoor.models import AgencyToInvite, AuthorityStated
from daras.frontdoor.queries import matter_around
from daras.frontdoor.tests.conftest import Receive
from daras.frontdoor.tests.documents import MORNING, encoded, referral
from daras.ledger.refusal import Refused
from daras.matters.commands import untrue_projections
from daras.matters.models import Matter
from daras.outbox.models import Notice
from daras.people.models import PersonInMatter
from daras.working_time import clock

Workers = dict[str, Worker]
SCILLY = ("isles-of-scilly-childrens-services", "children")
MARU = ("cornwall-childrens-services", "maru")


@pytest.fixture
def islands(workers: Workers) -> Worker:
    """Rosalind, who manages the front door of the Isles of Scilly."""
    with machine():
        return Worker.objects.create(
            slug="rosalind", email="r@scilly.example", name="Rosalind Trenear", agency=SCILLY[0], team=SCILLY[1],
            role="duty-manager",
        )  # fmt: skip


def lives_at(postcode: str, town: str) -> bytes:
    """The school's referral of a boy whose home is somewhere else."""
    document = referral("alex")
    alex = next(person for person in document["people"] if person["ref"] == document["concerns"][0]["about"][0])
    alex["address"] = {"lines": ["2 Quay Cottages"], "town": town, "postcode": postcode}
    return encoded(document)


def arrives(raw: bytes, monkeypatch: pytest.MonkeyPatch) -> Matter:
    monkeypatch.setenv("DARAS_NOW", MORNING.isoformat())
    outcome = receive(raw)
    assert outcome.reference, outcome.problem
    with machine():
        return Matter.objects.get(reference=outcome.reference)


def stated(matter: Matter) -> AuthorityStated:
    with machine():
        return next(iter(stated_on(matter.pk).values()))


def to_invite(matter: Matter) -> set[tuple[str, str]]:
    with machine():
        return set(AgencyToInvite.objects.filter(fact__matter_id=matter.pk).values_list("agency", "team"))


def test_a_child_of_the_islands_found_in_cornwall_invites_both(
    workers: Workers, islands: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A14: given a boy who lives on Tresco and a Cornish school that writes, then the Isles of Scilly are responsible,
    he was found in Cornwall, the two stand apart, and a discussion is to have both."""
    matter = arrives(lives_at("TR24 0QQ", "Tresco"), monkeypatch)
    found = stated(matter)
    assert (found.responsible, found.found_in, found.by_rule) == ("420", "908", True)
    assert matter.authority == "420"
    assert {SCILLY, MARU} <= to_invite(matter)
    with acting_as(islands):
        assert stated_on(matter.pk)
    with acting_as(workers["outsider"]):
        assert not stated_on(matter.pk)


def test_a_visitor_from_another_county_is_told_apart(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    """A14: given a boy whose home is in Plymouth, then Cornwall acts where he was found, and the responsible authority
    stands as that of Plymouth, by its place until somebody writes its name."""
    matter = arrives(lives_at("PL4 8AA", "Plymouth"), monkeypatch)
    found = stated(matter)
    assert (found.responsible, found.responsible_name, found.found_in) == (
        "", "the authority of Plymouth, PL4 8AA", "908",
    )  # fmt: skip
    assert matter.authority == "908"
    assert MARU in to_invite(matter)


def test_a_child_at_home_in_the_county_needs_no_such_line(received: Receive) -> None:
    """A14: given Alex, who lives where the school is, then nothing is stated and nobody further is to be invited."""
    reference = received("alex").reference
    with machine():
        matter = Matter.objects.get(reference=reference)
        assert stated_on(matter.pk) == {}
    assert SCILLY not in to_invite(matter)


def state(worker: Worker, matter: Matter, **changes: Any) -> AuthorityStated:
    with machine():
        part = PersonInMatter.objects.select_related("fact").filter(fact__matter_id=matter.pk, part="subject").first()
        assert part is not None
        record = part.fact.person_record_id
    said: dict[str, Any] = {
        "person_record_id": record,
        "responsible": "elsewhere",
        "responsible_name": "Plymouth City Council",
        "found_in": "420",
        "found_at": "a campsite on Bryher",
        "because": "His father says so, and Plymouth confirms.",
    }
    with acting_as(worker):
        return authorities.state(worker, matter.reference, **{**said, **changes})


def test_the_front_door_says_it_better_and_the_former_words_stand(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A14: given what the rule said, when a social worker states it by hand, then the newest counts, both stand, and
    the authority of the place found is to be invited; a school may not, and what is missing is named."""
    matter = arrives(lives_at("PL4 8AA", "Plymouth"), monkeypatch)
    state(workers["social-worker"], matter)
    assert stated(matter).responsible_name == "Plymouth City Council"
    with machine():
        assert AuthorityStated.objects.count() == 2
    assert SCILLY in to_invite(matter)
    with pytest.raises(PermissionDenied):
        state(workers["safeguarding-lead"], matter)
    for field, wrong in (
        ("responsible", {"responsible": ""}),
        ("found_in", {"found_in": "999"}),
        ("responsible_name", {"responsible_name": " "}),
        ("because", {"because": ""}),
        ("person", {"person_record_id": 0}),
    ):
        with pytest.raises(Refused) as refused:
            state(workers["social-worker"], matter, **wrong)
        assert refused.value.pointer == f"/{field}"


def offered(worker: Worker, matter: Matter, **changes: Any) -> None:
    said = {"to": "420", "because": "He lives on Tresco with his mother."}
    with acting_as(worker):
        transferring.offer(worker, matter.reference, **{**said, **changes})


def owed(matter: Matter) -> dict[str, tuple[str, str]]:
    """What is owed on a matter, and by whom."""
    with machine():
        states = DutyState.objects.select_related("duty").filter(matter=matter, met_at__isnull=True)
        return {each.duty.duty_kind: (each.owner_agency, each.owner_team) for each in states}


def due(matter: Matter, kind: str) -> Any:
    with machine():
        return DutyState.objects.get(matter=matter, duty__duty_kind=kind, met_at__isnull=True).due_at


def test_a_transfer_waits_for_a_name_and_nothing_lapses_until_then(
    received: Receive, workers: Workers, islands: Worker
) -> None:
    """A14: given Alex's matter, when Cornwall offers it to the Isles of Scilly, then they read it and owe an answer
    within a working day, all that Cornwall owed it owes still; when their manager accepts, what Cornwall's front door
    owed is theirs by the same clock, what others owe is untouched, and the acceptance carries her name."""
    matter = matter_named(received("alex").reference)
    before = owed(matter)
    clock_before = due(matter, "strategy-decision-due")
    with acting_as(islands):
        assert matter_around(matter.reference, clock.today()) is None
    offered(workers["duty-manager"], matter)
    assert owed(matter) == before | {"transfer-acceptance": SCILLY}
    with machine():
        assert Notice.objects.filter(kind="transfer-offered", receiver__agency=SCILLY[0]).exists()
    with acting_as(islands):
        story = matter_around(matter.reference, clock.today())
        assert story is not None
        assert story.concerns  # they read what they are asked to take
        answer = transferring.answer(islands, matter.reference, accepts=True)
    assert answer.answered_by == "Rosalind Trenear"
    after = owed(matter)
    mine = {kind for kind, owner in before.items() if owner == MARU}
    assert "strategy-decision-due" in mine
    assert {after[kind] for kind in mine} == {SCILLY}
    assert {kind: owner for kind, owner in after.items() if kind not in mine} == {
        kind: owner for kind, owner in before.items() if kind not in mine and owner[1] != "assessment"
    } | {kind: SCILLY for kind, owner in before.items() if owner[1] == "assessment"}
    assert due(matter, "strategy-decision-due") == clock_before
    with machine():
        matter.refresh_from_db()
        assert matter.authority == "420"
        assert untrue_projections() == []
        assert TrailEntry.objects.filter(actor="rosalind", reason="took the matter over").exists()
    with acting_as(islands):
        deciding.decide(islands, matter.reference, decision="strategy-discussion", reason="As the school says.")
    assert "strategy-decision-due" not in owed(matter)


def matter_named(reference: str | None) -> Matter:
    with machine():
        return Matter.objects.get(reference=reference)


def test_a_declined_transfer_leaves_everything_where_it_was(
    received: Receive, workers: Workers, islands: Worker
) -> None:
    """A14: given an offer, when it is declined with a reason, then the sender is told at once and owes all of it as
    before; without a reason, or by anybody else, it is not declined."""
    matter = matter_named(received("alex").reference)
    before = owed(matter)
    offered(workers["duty-manager"], matter)
    with acting_as(islands), pytest.raises(Refused, match="Why it is declined"):
        transferring.answer(islands, matter.reference, accepts=False)
    with acting_as(workers["duty-manager"]), pytest.raises(Refused, match="not offered to your team"):
        transferring.answer(workers["duty-manager"], matter.reference, accepts=True)
    with acting_as(islands):
        transferring.answer(islands, matter.reference, accepts=False, reason="His mother lives in Truro.")
    assert owed(matter) == before
    with machine():
        assert Notice.objects.filter(kind="transfer-answered", receiver__agency=MARU[0], interrupts=True).exists()
    assert matter_named(matter.reference).authority == "908"


def test_an_authority_elsewhere_answers_by_telephone(received: Receive, workers: Workers) -> None:
    """A14: given an offer to Plymouth, then the sender's own front door owes it that somebody answers; when their team
    manager accepts on the telephone, her name and who heard it stand, what the front door owed is met, and the matter
    closes here."""
    matter, manager = matter_named(received("alex").reference), workers["duty-manager"]
    offered(manager, matter, to="elsewhere", to_name="Plymouth City Council", to_contact="01752 000000, duty desk")
    assert owed(matter)["transfer-acceptance"] == MARU
    with acting_as(manager):
        with pytest.raises(Refused) as refused:
            transferring.note_answer(manager, matter.reference, accepts=True, answered_by=" ")
        assert refused.value.pointer == "/answered_by"
        answer = transferring.note_answer(
            manager, matter.reference, accepts=True, answered_by="Jo Lane, team manager", reason="By telephone, 11:20."
        )
    assert (answer.answered_by, answer.said_to) == ("Jo Lane, team manager", "Duty-Manager")
    assert MARU not in owed(matter).values()
    with machine():
        matter.refresh_from_db()
        assert matter.state.status == "closed"
        assert untrue_projections() == []


def test_an_offer_that_cannot_be_is_refused(received: Receive, workers: Workers) -> None:
    """A14: given an offer to oneself, to nobody, without a reason, a second one, or by somebody who may not, then it is
    refused and says why."""
    matter, manager = matter_named(received("alex").reference), workers["duty-manager"]
    for field, wrong in (
        ("to", {"to": "908"}),
        ("to", {"to": ""}),
        ("to_name", {"to": "elsewhere"}),
        ("to_contact", {"to": "elsewhere", "to_name": "Plymouth"}),
        ("because", {"because": ""}),
    ):
        with pytest.raises(Refused) as refused:
            offered(manager, matter, **wrong)
        assert refused.value.pointer == f"/{field}"
    with pytest.raises(PermissionDenied):
        offered(workers["social-worker"], matter)
    offered(manager, matter)
    with pytest.raises(Refused, match="Another offer waits"):
        offered(manager, matter)
