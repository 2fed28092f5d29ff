"""Who stands where follows the directory of agencies (G4)."""

from __future__ import annotations

from daras.access import audiences
from daras.access.installation import install, places
from daras.access.models import ScopeMembership, StandingScope, Worker
from daras.access.session import machine
from daras.access.tests.people import record_for, seen_by
from daras.agencies import load_directory


def standing() -> set[tuple[str, str, str, str]]:
    """Everybody's place, as the database has it."""
    rows = ScopeMembership.objects.select_related("scope")
    return {(row.scope.slug, row.agency, row.team, row.role) for row in rows}


def test_installing_again_changes_nothing(workers: dict[str, Worker]) -> None:
    """Given an installed database, when it is installed again, then nothing is made twice and nobody moves."""
    before = set(ScopeMembership.objects.values_list("pk", flat=True)), StandingScope.objects.count()
    with machine():
        install(load_directory())
    assert (set(ScopeMembership.objects.values_list("pk", flat=True)), StandingScope.objects.count()) == before
    assert standing() == places(load_directory())


def test_every_agency_has_its_scope_and_its_custodians(workers: dict[str, Worker]) -> None:
    """Given the directory, when it is installed, then every agency has a scope for its own workers, and custodians,
    whoever employs them, have one (G4)."""
    for agency in load_directory().agencies:
        assert ("agency:" + agency, agency, "", "") in standing()
        assert ("custodians", agency, "", "custodian") in standing()


def test_the_front_doors_are_who_they_are(workers: dict[str, Worker]) -> None:
    """Given the two authorities, when they are installed, then social care is each its own, and police, health and
    out of hours serve both (G4)."""
    both = {
        ("cornwall-childrens-services", "out-of-hours"),
        ("devon-and-cornwall-police", "maru"),
        ("cornwall-partnership-trust", "maru-health"),
    }
    for authority, own in (
        ("908", ("cornwall-childrens-services", "maru")),
        ("420", ("isles-of-scilly-childrens-services", "children")),
    ):
        scope = audiences.front_door_scope(authority)
        assert {(agency, team) for slug, agency, team, _ in standing() if slug == scope} == both | {own}


def test_who_stands_there_no_longer_is_taken_out(workers: dict[str, Worker]) -> None:
    """Given somebody who stood in the front door by an earlier directory, when the present one is installed, then
    they do not stand there, and see nothing of it any more (G4)."""
    with machine():
        audiences.enrol(audiences.front_door_scope("908"), "hayle-academy")
        audience = audiences.open_audience(audiences.front_door_scope("908"), "matter")
    record = record_for(audience)
    assert seen_by(workers["outsider"]) == {record}
    with machine():
        install(load_directory())
    assert seen_by(workers["outsider"]) == set()


def test_whoever_administers_stands_nowhere_however_wide_the_grant(workers: dict[str, Worker]) -> None:
    """Given a grant to a whole agency, when its administrator or data officer looks, then they see nothing (G4)."""
    with machine():
        audience = audiences.open_audience(audiences.front_door_scope("420"), "matter")
        audiences.grant(audience, agency="cornwall-childrens-services", reason="all of it", granted_by="x")
    record = record_for(audience)
    assert seen_by(workers["duty-manager"]) == {record}
    assert seen_by(workers["administrator"]) == seen_by(workers["data-officer"]) == set()
