"""Every address of the site is measured."""

from __future__ import annotations

from daras.bench.pages import path_of
from daras.bench.pages_examples import EXAMPLES, forgotten, patterns


def test_no_address_is_forgotten() -> None:
    """Given every pattern of the site, then each has an example that says as whom it is opened, and how."""
    assert forgotten() == []
    assert len(set(patterns())) == len(list(patterns())) > 50


def test_an_example_fills_every_word_of_its_address() -> None:
    """Given each pattern with its example, then no word of the address stays open."""
    for route, example in EXAMPLES.items():
        assert "<" not in path_of(route, example.given), route
