"""Two hubs: what moves between them without being typed again, who takes which part, and open afternoons (A9, A10,
A11, A13)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from daras.access.models import Worker
from daras.access.session import machine
from daras.frontdoor.models import Draft
from daras.hubs import afternoons
from daras.hubs.models import Booking, OpenAfternoon
from daras.requests.models import RequestMade
from daras.requests.tests.conftest import Sides, sides
from daras.services.commands import count_forecasts
from daras.working_time import clock

__all__ = ["sides"]

pytestmark = pytest.mark.django_db
JORY = {"given_name": "Jory", "family_name": "Keast", "date_of_birth": "2012-04-02"}


def signed_in(somebody: Worker) -> Client:
    client = Client()
    client.force_login(somebody)
    return client


def asked(client: Client, kind: str, **said: str) -> str:
    sent = client.post(f"/requests/ask/{kind}/", {**JORY, "asks": "Mornings at home are hard.", **said})
    assert sent.status_code == 302, sent.content.decode()
    return str(sent.headers["Location"])


def said(client: Client, address: str, stage: str, outcome: str, words: str = "So.", **more: str) -> None:
    typed = {"stage": stage, "answer-outcome": outcome, "answer-words": words, **more}
    answer = client.post(f"{address}answer/", typed)
    assert answer.status_code == 302, answer.content.decode()


def test_down_to_early_help_and_up_again_without_typing_anything_twice(sides: Sides) -> None:
    """A9: given a family that moves to early help, when the hub accepts it and later steps it up, then the referral it
    makes holds whom and what was already said, and both moves are counted; a school may not step it up."""
    maru, hub = signed_in(sides.manager), signed_in(sides.hub)
    address = asked(maru, "step-down", to="cornwall-early-help-hub/hub", basis="agreement", urgency="routine")
    said(hub, address, "answer", "accepted", "Morwenna visits on Friday.")
    assert signed_in(sides.outsider).post(f"{address}refer/").status_code == 404
    assert maru.post(f"{address}refer/").status_code == 404
    up = hub.post(f"{address}refer/")
    assert up.status_code == 302
    with machine():
        body = Draft.objects.get().body
        assert body["people"]["p1"]["family_name"] == "Keast"
        assert body["people"]["p1"]["date_of_birth"] == "2012-04-02"
        assert body["worries"]["w1"]["what_happened"].split("\n\n") == [
            "Mornings at home are hard.",
            "Tuesday 24 November 2026, Morwenna Pender: Morwenna visits on Friday.",
        ]
    assert hub.get(up.headers["Location"]).status_code == 200
    said(hub, address, "plan", "stepped-up", "More is needed than early help.")
    page = hub.get("/hubs/").content.decode()
    assert "1, of them accepted 1, sent back 0" in page


def test_criteria_not_met_become_a_named_service_that_is_checked(sides: Sides) -> None:
    """A9, F8: given a child whom mental health does not see, when triage shows the way to a named service, then whether
    it was taken up is owed and said."""
    hub, camhs = signed_in(sides.hub), signed_in(sides.camhs)
    address = asked(hub, "mental-health", to="cornwall-partnership-trust/camhs", urgency="routine")
    said(camhs, address, "answer", "signposted", "YZUP knows them.", **{"answer-service": "yzup"})
    assert "Find out whether the other service was taken up" in camhs.get("/").content.decode()
    said(camhs, address, "taken-up", "taken-up", "")
    assert "It was taken up" in hub.get(address).content.decode()


def test_neighbourhood_police_take_a_part_and_their_share_is_seen(sides: Sides) -> None:
    """A10: given a part in a plan that the hub offers, then the neighbourhood team has it in its queue, takes it, and
    its share stands beside the others'."""
    hub, police = signed_in(sides.hub), signed_in(sides.neighbourhood)
    address = asked(hub, "early-help-action", to="devon-and-cornwall-police/redruth-neighbourhood")
    assert address in police.get("/hubs/").content.decode()
    said(police, address, "answer", "accepted", "We walk past each evening.")
    page = hub.get("/hubs/").content.decode()
    assert "Redruth neighbourhood team" in page
    assert "Parts offered and taken, by team" in page


def test_an_open_afternoon_is_booked_and_attendance_stands_beside_referrals(
    sides: Sides, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A13: given an afternoon with one place, then a school takes it, nobody else gets one, the hub says who came, and
    the school reads its own referrals before and after, and that its place was used, and no other agency's; who counts
    for all reads no number of one. It stands in the "my work" of whoever booked until it has been, and of the hub until
    it has said who came."""
    hub, school, hub_manager = signed_in(sides.hub), signed_in(sides.outsider), signed_in(sides.manager)
    wrong = hub.post("/hubs/afternoons/", {"starts_at": "2026-11-20T13:00", "places": "1"})
    assert (wrong.status_code, "This day is past." in wrong.content.decode()) == (422, True)
    assert hub.post("/hubs/afternoons/", {"starts_at": "2026-12-01T13:00", "places": "1"}).status_code == 302
    assert school.post("/hubs/afternoons/", {"starts_at": "2026-12-01T13:00", "places": "1"}).status_code == 403
    with machine():
        pk = OpenAfternoon.objects.get().pk
    for client in (school, school, signed_in(sides.clinic)):
        assert client.post(f"/hubs/afternoons/{pk}/book/").status_code == 302
    with machine():
        assert [booking.worker for booking in Booking.objects.all()] == ["outsider"]
    work = [">Open afternoons<" in each.get("/").content.decode() for each in (school, hub, signed_in(sides.clinic))]
    assert work == [True, True, False]
    assert "You have a place." in school.get("/hubs/afternoons/").content.decode()
    monkeypatch.setenv("DARAS_NOW", (clock.now() + timedelta(days=8)).isoformat())
    work = [">Open afternoons<" in each.get("/").content.decode() for each in (school, hub)]
    assert work == [False, True]
    assert school.post(f"/hubs/afternoons/{pk}/came/", {"came": "outsider"}).status_code == 403
    assert hub.post(f"/hubs/afternoons/{pk}/came/", {"came": "outsider"}).status_code == 302
    assert ">Open afternoons<" not in hub.get("/").content.decode()
    assert "too few" in school.get("/hubs/afternoons/").content.decode()
    assert [each.agency for each in afternoons.before_and_after(sides.outsider)] == ["hayle-academy"]
    assert afternoons.before_and_after(sides.clinic) == []
    assert "1 of 1" in school.get("/measures/afternoon-came/").content.decode()
    assert "held back" in hub_manager.get("/measures/afternoon-came/").content.decode()


def test_services_are_found_by_need_and_their_list_is_counted(sides: Sides) -> None:
    """H1, F8: given what a child needs, then services that do it are listed with how long one waits; asked for from
    there, the child waits on that service's list by a clock, in the practitioner's caseload, and the forecast is asked
    for by the service and not by a school."""
    maru, therapist = signed_in(sides.manager), signed_in(sides.therapist)
    page = maru.post("/services/", {"need": "recovery", "age": "9", "postcode": "TR15 2XX"}).content.decode()
    assert page.index("Child independent sexual violence advisers") < page.index("Jigsaw psychology")
    assert "YZUP" not in page
    assert "Brook" not in page
    typed = {**JORY, "to": "jigsaw/children", "asks": "Sleep.", "urgency": "urgent"}
    sent = maru.post("/requests/ask/therapy/?service=jigsaw", typed)
    address = sent.headers["Location"]
    said(therapist, address, "answer", "accepted", "From next week.")
    given = {"allocate-to": "therapist", "allocate-risk": "high"}
    assert therapist.post(f"{address}allocate/", given).status_code == 302
    with machine():
        assert RequestMade.objects.get().service == "jigsaw"
    own = therapist.get("/services/jigsaw/").content.decode()
    assert "Jory Keast" in own
    assert "Lowen Trethewey" in own
    other = signed_in(sides.outsider).get("/services/jigsaw/").content.decode()
    assert "Jory" not in other
    assert "Fewer than 5 wait." in other
    asks = {"arriving": "0.5", "seen": "3", "practitioners": "2"}
    assert signed_in(sides.outsider).post("/services/jigsaw/", asks).status_code == 403
    assert therapist.post("/services/jigsaw/", {**asks, "seen": "none"}).status_code == 422
    assert therapist.post("/services/jigsaw/", asks).status_code == 302
    assert "It is being counted" in therapist.get("/services/jigsaw/").content.decode()
    assert count_forecasts(clock.now()) == 1
    counted = therapist.get("/services/jigsaw/").content.decode()
    assert "Everybody who waits now has begun by about week" in counted
    assert "<svg" in counted


def test_who_works_where_and_with_how_much(sides: Sides) -> None:
    """I10: given two children asked of a service of whom one is given to a practitioner as high risk, then the service
    reads its team with what it owes and who has how many; a manager who counts for all reads that fewer than five are
    asked of it and nobody's name; a school reads its own team and no other."""
    maru, therapist = signed_in(sides.manager), signed_in(sides.therapist)
    addresses = [asked(maru, "therapy", to="jigsaw/children", urgency="routine") for _ in range(2)]
    given = {"allocate-to": "therapist", "allocate-risk": "high"}
    assert therapist.post(f"{addresses[0]}allocate/", given).status_code == 302
    own = therapist.get("/workforce/").content.decode()
    (row,) = [each for each in own.split("<tr") if 'scope="row"' in each and "Jigsaw" in each]
    cells = re.findall(r'data-label="([^"]+)">([^<]+)<', row)
    assert cells == [
        ("People", "1"), ("Owed", "3"), ("Overdue", "0"), ("Asked of them", "2"), ("High risk", "1"),
        ("Given to nobody yet", "1"),
    ]  # fmt: skip
    assert "Lowen Trethewey" in own
    all_teams = maru.get("/workforce/").content.decode()
    assert "Jigsaw" in all_teams
    assert "fewer than 5" in all_teams
    assert "Trethewey" not in all_teams
    school = signed_in(sides.outsider).get("/workforce/").content.decode()
    assert "Hayle" in school
    assert "Jigsaw" not in school
