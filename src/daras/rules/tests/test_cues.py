"""Phrases in an account, and what a denial does to them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daras.practice import pack_for
from daras.rules.cues import words_found

#: The clock of the machine that runs the tests is not what is tested.
UNHURRIED = settings(deadline=None, max_examples=60)

CUES = pack_for(date(2026, 11, 24)).cues


@pytest.mark.parametrize(
    ("cue", "account", "words"),
    [
        ("sexual-touch", "his cousin has touched him sexually more than once", ("touched him sexually",)),
        ("sexual-touch", "Her uncle abused her when she was a child.", ("abused her",)),
        ("sexual-touch", "He did not touch her sexually.", ()),
        ("sexual-touch", "He never touched anyone in a sexual way.", ()),
        ("sexual-touch", "Nothing happened, but later she said he touched her sexually.", ("touched her sexually",)),
        ("sexual-touch", "He denies that he touched her sexually.", ("touched her sexually",)),
        ("sexual-touch", "There is no doubt he touched her sexually.", ("touched her sexually",)),
        ("sexual-touch", "I am not sure whether he touched her sexually.", ("touched her sexually",)),
        ("sexual-touch", "He did not say he did not touch her sexually.", ("touch her sexually",)),
        ("injury", "injury seen on examination", ("injury",)),
        ("injury", "There was no injury.", ()),
        ("injury", "There were no marks. Bruises were seen later.", ("Bruises",)),
        ("injury", "She wasn't hurt, her brother said; there is a bruise.", ("bruise",)),
        ("release", "expects to live with them when he is released", ("released",)),
        ("moving-in", "expects to live with them when he is released", ("live with",)),
        ("staying-over", "when staying over", ("staying over",)),
        ("more-than-once", "It happened more than once, for months", ("more than once", "for months")),
        ("another-child", "it happens to Toby too", ("happens to Toby too",)),
        ("threat-or-secret", "he said it was our secret and not to tell", ("our secret", "not to tell")),
    ],
)
def test_the_words_that_meet_a_cue(cue: str, account: str, words: tuple[str, ...]) -> None:
    """Given an account, when a cue is looked for, then the words stand as written, without denied ones (A7)."""
    assert words_found(account, CUES[cue]) == words


@UNHURRIED
@given(st.text(max_size=200), st.sampled_from(sorted(CUES)))
def test_words_always_stand_in_the_account(account: str, cue: str) -> None:
    squeezed = " ".join(account.split())
    for word in words_found(account, CUES[cue]):
        assert word in squeezed


def test_a_long_account_is_read_quickly() -> None:
    """Given an account of 20,000 letters, when every cue is looked for, then no phrase runs away."""
    account = "he touched the table and the chair and the wall " * 400
    assert not any(words_found(account, CUES[cue]) for cue in ("sexual-touch", "injury", "release"))
