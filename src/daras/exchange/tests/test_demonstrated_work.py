"""What the newer pages have to show on the loaded demonstration: what agencies ask each other, and what stands around
the referrals. Every piece came by the function that its page calls."""

from __future__ import annotations

from datetime import timedelta

from daras.access.models import TrailEntry, Worker
from daras.access.session import acting_as, machine
from daras.exchange import demonstration
from daras.exchange.demonstration import around, between
from daras.exchange.tests.conftest import TUESDAY, Told
from daras.flags.queries import flags, reconciliation
from daras.forms import queries as forms
from daras.frontdoor import calling_parents
from daras.hubs import afternoons, streams
from daras.hubs.models import OpenAfternoon
from daras.practice import pack_for
from daras.requests.models import RequestState
from daras.requests.queries import asked_by, asked_of
from daras.safety.queries import handovers
from daras.services.caseload import caseloads
from daras.services.waiting import lengths
from daras.working_time import clock


def someone(slug: str) -> Worker:
    return Worker.objects.get(slug=slug)


def test_the_two_streams_have_something_to_show(loaded: Told) -> None:
    """A9, A10: given the demonstration, then what moved to early help, was accepted, sent back and came up again is
    counted, parts were offered to four teams, and the hub has a queue."""
    with acting_as(someone("keren-burrows")):
        moves, shares = streams.moves(TUESDAY), streams.shares()
        queue = {state.request_kind for state in asked_of(someone("keren-burrows")) if state.ended_at is None}
    assert (moves.down, moves.accepted, moves.sent_back, moves.up) == (5, 3, 1, 1)
    assert {(each.agency, each.offered, each.taken) for each in shares} == {
        ("cornwall-partnership-trust", 2, 1),
        ("cornwall-housing", 2, 1),
        ("devon-and-cornwall-police", 1, 1),
    }
    assert "step-down" in queue


def test_requests_stand_at_every_point_of_their_way(loaded: Told) -> None:
    """A8, H2: given the demonstration, then both sides of a request read where it stands: new, asked back, answered,
    declined, and at a later stage."""
    with acting_as(someone("marek-zielinski")):
        mine = {state.request_kind: state.status for state in asked_by(someone("marek-zielinski"))}
    assert mine["information"] == "asked"
    with machine():
        stands = set(RequestState.objects.values_list("status", flat=True))
    assert {"asked", "asked-back", "acknowledged", "under-way", "ended", "declined"} <= stands
    with acting_as(someone("graham-uren")):
        assert asked_of(someone("graham-uren"))


def test_a_waiting_list_is_long_enough_to_be_said(loaded: Told) -> None:
    """F8: given the demonstration, then five wait for mental health, one of them urgent and beyond its clock; others
    read how long it usually takes; the service reads its caseloads."""
    services = pack_for(clock.local_date(TUESDAY)).services
    found = lengths([services["camhs"], services["yzup"]], TUESDAY)["camhs"]
    assert (found.waiting, found.urgent, found.late) == (5, 1, 1)
    assert found.usual_days is not None
    with acting_as(someone("edward-lanyon")):
        assert caseloads(someone("edward-lanyon"), TUESDAY)


def test_a_flag_is_shown_by_some_and_one_that_ended_too_long(loaded: Told) -> None:
    """F10: given the demonstration, then two flags stand, one has ended, the hospital still shows that one, and the
    trust shows both."""
    with acting_as(someone("anjali-menon")):
        stand = sorted(flag.stands for flag in flags())
        shown, stray = reconciliation()
    assert stand == [False, True, True]
    assert [(each.agency, each.code) for each in stray] == [("royal-cornwall-hospitals", "ask-front-door")]
    assert {each.shown for each in shown} == {True, False, None}


def test_forms_calls_afternoons_and_a_handover_wait_for_somebody(loaded: Told) -> None:
    """A6, A11, A13, F7: given the demonstration, then a nurse has begun a form, another is complete, a call is to be
    made, an afternoon is to come and one was attended, and the team out of hours has something to accept."""
    with acting_as(someone("susan-petherick")):
        assert [draft.form for draft in forms.drafts_of(someone("susan-petherick"))] == ["emergency-under-18"]
    with acting_as(someone("karensa-blewett")):
        assert len(forms.completed_by(someone("karensa-blewett"))) == 1
    with acting_as(someone("hilary-quick")):
        assert len(calling_parents.calls_to_make()) == 1
        handed = handovers(someone("hilary-quick"), TUESDAY - timedelta(hours=12))
        assert [each.to_team for each in handed] == ["out-of-hours"]
    with acting_as(someone("demelza-trethowan")):
        assert [each.agency for each in afternoons.before_and_after(someone("demelza-trethowan"))]
        assert OpenAfternoon.objects.filter(starts_at__gt=TUESDAY).count() == 1


def test_what_was_said_for_it_is_in_the_trail(loaded: Told) -> None:
    """G4: given the demonstration, then every request of it was said by somebody, and the trail names them."""
    with machine():
        said = TrailEntry.objects.filter(subject_kind="request", action="change")
        by = set(said.values_list("actor", flat=True))
    assert {"demelza-trethowan", "edward-lanyon", "keren-burrows", "marek-zielinski"} <= by


def test_every_piece_may_be_brought_about_twice(loaded: Told) -> None:
    """Given the loaded demonstration, when each piece is brought about again, then the trail has no line more."""
    with machine():
        before = TrailEntry.objects.count()
    with demonstration.clock_at(TUESDAY):
        for piece in (*between.requests(timedelta()), *around.pieces(timedelta())):
            piece.bring_about()
    with machine():
        assert TrailEntry.objects.count() == before
