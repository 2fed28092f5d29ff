"""Every address of the site is measured."""

from __future__ import annotations

from daras.bench.pages import _asked, path_of
from daras.bench.pages_examples import EXAMPLES, HEALTH, LEAD, MANAGER, NURSE, OFFICER, forgotten, patterns
from daras.bench.pages_setting import SPOKEN_OF, Setting


def test_no_address_is_forgotten() -> None:
    """Given every pattern of the site, then each has an example that says as whom it is opened, and how."""
    assert forgotten() == []
    assert len(set(patterns())) == len(list(patterns())) > 50


def test_an_example_fills_every_word_of_its_address() -> None:
    """Given each pattern with its example, then no word of the address stays open."""
    for route, example in EXAMPLES.items():
        assert "<" not in path_of(route, example.given), route


def test_an_address_is_asked_about_each_story_that_has_what_it_speaks_of() -> None:
    """Given two stories of which one has no family version, then a page about the matter is asked about both, one about
    the version about the one that has it, and a page about no object once."""
    whole = {name: f"{name} 1".replace(" ", "-") for name in SPOKEN_OF}
    other = {name: f"{name} 2".replace(" ", "-") for name in SPOKEN_OF - {"family version"}}
    setting = Setting([whole, other], {}, "token")
    sessions = dict.fromkeys((MANAGER, LEAD, HEALTH, NURSE, OFFICER), "session")
    asked = {route: _asked(route, EXAMPLES[route], setting, sessions).requests for route in patterns()}
    paths = {route: [each.path for each in requests] for route, requests in asked.items()}
    assert paths["matters/<str:reference>/"] == ["/matters/matter-1/", "/matters/matter-2/"]
    assert paths["discussions/<str:reference>/family/<str:version>/"] == [
        "/discussions/discussion-1/family/family-version-1/"
    ]
    assert [(each.path, each.body) for each in asked["find/"]] == [
        ("/find/", b"q=name-heard-1"),
        ("/find/", b"q=name-heard-2"),
    ]
    assert paths["desk/"] == ["/desk/"]
