"""What the law may let an agency withhold, as a suggestion with its ground (G4)."""

from __future__ import annotations

import pytest

from daras.rights.weighing import Asking, Item, needs_health_opinion, suggested

SOCIAL_CARE, POLICE, TRUST, SCHOOL = "children's social care", "police", "hospital", "school"


def item(kind: str = "form-completed", agency: str = SOCIAL_CARE, **changed: object) -> Item:
    regime = "law-enforcement" if agency == POLICE else "general"
    given = {"kind": kind, "agency_kind": agency, "regime": regime, "on_safeguarding_matter": False} | changed
    return Item(**given)  # type: ignore[arg-type]


def test_nothing_speaks_against_giving_somebody_their_own() -> None:
    """G4: given an adult or a child who asks for what is plainly theirs, then nothing is suggested."""
    for capacity in ("adult", "child"):
        assert suggested(item(), Asking(capacity)) == ()
        assert suggested(item("address-stay"), Asking(capacity)) == ()
        assert suggested(item("concern", on_safeguarding_matter=True), Asking(capacity)) == ()


def test_child_abuse_data_is_weighed_when_a_parent_asks_and_never_else() -> None:
    """G4: given what says whether a child may be abused, then it is marked for a parent; not for whom the child asked
    to act, and not for the child (Data Protection Act 2018, schedule 3, part 5)."""
    said = item("concern", on_safeguarding_matter=True)
    assert suggested(said, Asking("parent"))[0] == "child-abuse"
    assert "child-abuse" not in suggested(said, Asking("for-child"))
    assert "child-abuse" not in suggested(said, Asking("child"))


@pytest.mark.parametrize(
    ("agency", "ground"),
    [
        (SOCIAL_CARE, "serious-harm-social-work"),
        (TRUST, "serious-harm-health"),
        (SCHOOL, "serious-harm-education"),
    ],
)
def test_where_a_child_is_stays_withheld_from_a_parent_elsewhere(agency: str, ground: str) -> None:
    """G4: given a home that the parent does not share, then it is marked by the test of that agency; a home they share
    is not, unless they are said to have harmed."""
    assert suggested(item("address-stay", agency), Asking("parent")) == (ground,)
    shared = item("address-stay", agency, shares_home=True)
    assert suggested(shared, Asking("parent")) == ()
    assert suggested(shared, Asking("parent", asker_suspected=True)) == (ground,)


def test_police_information_and_grades_are_restricted_for_everybody() -> None:
    """G4: given what is held to enforce the law, or is graded, then section 45 is weighed, whoever asks."""
    for capacity in ("adult", "child", "parent"):
        assert suggested(item(agency=POLICE), Asking(capacity))[0] == "law-enforcement"
        assert suggested(item(graded=True), Asking(capacity))[0] == "law-enforcement"


def test_others_are_withheld_by_default() -> None:
    """G4: given words that name somebody else, a fact recorded of somebody else, a member of the public who wrote, or
    who referred, then third parties are weighed (schedule 2, paragraphs 16 and 17)."""
    assert suggested(item(names=("Tamsin",)), Asking("adult")) == ("third-party",)
    assert suggested(item(of_another=True), Asking("adult")) == ("third-party",)
    assert suggested(item(from_public=True), Asking("child")) == ("third-party",)
    assert "third-party" in suggested(item("referral-received"), Asking("parent"))
    assert suggested(item("referral-received"), Asking("child")) == ()


def test_the_childs_wish_counts_against_a_parent_alone() -> None:
    """G4: given a child who does not want it, then everything is marked for a parent."""
    assert suggested(item(), Asking("parent", child_objects=True)) == ("childs-wishes",)
    assert suggested(item(), Asking("adult", child_objects=True)) == ()


def test_the_health_test_needs_a_health_professional_where_the_agency_is_none() -> None:
    """G4: given an agency that is no health body, then it relies on the health test, and gives what concerns health,
    with an opinion only; a hospital decides itself."""
    medical = item("medical-decided")
    assert needs_health_opinion(medical, "", shown=True)
    assert needs_health_opinion(item(), "serious-harm-health", shown=False)
    assert not needs_health_opinion(item(), "third-party", shown=False)
    assert not needs_health_opinion(item("medical-decided", TRUST), "serious-harm-health", shown=False)
