"""Pages of one kind are of one pattern of address, and a picture is named after it."""

from __future__ import annotations

import pytest

from daras.cli.picture_walk import kind, name


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/", "my-work"),
        ("/matters/D-7GN6-JB9V/", "matter"),
        ("/our-referrals/", "our-referrals"),
        ("/discussions/S-1/family/", "discussion-family"),
        ("/discussions/S-1/family/V-1/", "discussion-family-one"),
        ("/people/P-1/chronology/", "person-chronology"),
        ("/requests/ask/medical/", "requests-ask-one"),
        ("/services/what-helps/", "services-what-helps"),
        ("/services/camhs/", "service"),
    ],
)
def test_a_picture_is_named_in_words(path: str, named: str) -> None:
    assert name(path, "") == named
    assert name(path, "school") == f"{named}-school"


def test_entries_of_one_person_are_one_kind_and_what_is_not_there_is_its_own() -> None:
    assert kind("/people/P-1/contest/c6f9cdbdc911dc94/") == kind("/people/P-2/contest/0bbf35ce2007bd0b/")
    assert kind("/services/what-helps/") != kind("/services/camhs/")
    assert kind("/nowhere/at/all/") == "/nowhere/at/all/"
