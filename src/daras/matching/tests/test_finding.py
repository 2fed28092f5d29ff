"""What somebody typed is understood in any order, and only what agrees with all of it is found (A5)."""

from __future__ import annotations

from datetime import date

import pytest

from daras.matching.features import describe, home
from daras.matching.finding import Question, _judged, understood

ALEX = describe(
    given_name="Alexander",
    family_name="Tregear",
    date_of_birth="2015-03-22",
    other_identifiers=[("nhs-number", "943 476 5919"), ("upn", "A823432165012")],
    homes=[home(lines=["17 Trevenson Close"], town="Camborne", postcode="TR14 8AB")],
)


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        ("Tregear, Alex", Question(("tregear", "alex"))),
        ("alex 22/3/2015", Question(("alex",), date(2015, 3, 22))),
        ("22 March 2015", Question((), date(2015, 3, 22))),
        ("2015-03-22 tr14 8ab", Question((), date(2015, 3, 22), (), "TR148AB")),
        ("943 476 5919", Question((), None, ("9434765919",))),
        ("a823432165012 alex", Question(("alex",), None, ("A823432165012",))),
        ("O'Neill-Smith", Question(("oneill", "smith"))),
        ("31/2/2015", Question()),
        ("   ", Question()),
    ],
)
def test_what_was_typed_is_understood(typed: str, question: Question) -> None:
    """Given names, dates, numbers and postcodes in any order, then each is taken for what it is."""
    assert understood(typed) == question


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("alex", "Alexander, another form of the name"),
        ("tregeer", "Tregear, one letter different"),
        ("22/3/2015", "date of birth"),
        ("3/22/2015 alexander", None),
        ("943 476 5919", "number (NHS number)"),
        ("A823432165012", "number (upn)"),
        ("tr148ab tregear", "postcode"),
    ],
)
def test_each_hit_says_why(typed: str, why: str | None) -> None:
    """Given what is known of a child, then a hit gives the reason, and what does not agree is no hit."""
    hit = _judged(1, ALEX, understood(typed))
    if why is None:
        assert hit is not None
        assert "date of birth" not in hit.why
    else:
        assert hit is not None
        assert why in hit.why


@pytest.mark.parametrize("typed", ["alexander penrose", "tregear 1/1/1950", "tregear TR14 9ZZ", "alex 943 476 5870"])
def test_all_that_was_typed_must_agree(typed: str) -> None:
    """Given one thing that is wrong, then nobody is found by the rest."""
    assert _judged(1, ALEX, understood(typed)) is None
