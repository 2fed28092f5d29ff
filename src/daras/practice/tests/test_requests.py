"""Kinds of request and services as a partnership writes them: every mistake names its key, and clocks become duties
(A12, H1)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from daras.practice import pack_for
from daras.practice.entry_words import EntryMistake
from daras.practice.files import Entry
from daras.practice.pack import Source
from daras.practice.request_definitions import RequestKind, duties_of, request
from daras.practice.service_definitions import Wanted, matching
from daras.working_time import clock
from daras.working_time.clocks import Clock

SOURCES = {"local": Source("local", "The partnership", "local")}
GOOD: dict[str, Any] = {
    "id": "taxi",
    "name": "Taxi",
    "purpose": "Somebody is driven.",
    "asks": "Where to?",
    "to": ["anybody"],
    "source": "local",
    "stage": [
        {
            "id": "answer",
            "name": "Answer",
            "routine": "2 working days",
            "urgent": "1 hour",
            "outcomes": [{"id": "yes", "name": "Yes", "then": "driven"}, {"id": "no", "name": "No"}],
        },
        {"id": "driven", "name": "Drive", "clock": "1 week", "outcomes": [{"id": "done", "name": "Done"}]},
    ],
}


def built(**words: Any) -> RequestKind:
    return request(Entry("request", GOOD | words, Path("requests.toml")), SOURCES)


def test_each_stage_is_a_duty_and_an_urgent_clock_one_of_its_own() -> None:
    """A12: given a kind with two stages of which one has an urgent clock, then three duties and one for saying more are
    owed by it, each with its own clock, and none that news could open."""
    kind = built()
    duties = duties_of({kind.id: kind})
    assert {duty: str(each.clock) for duty, each in duties.items()} == {
        "request-taxi-answer": "2 working days",
        "request-taxi-answer-urgent": "1 hour",
        "request-taxi-driven": "1 week",
        "request-taxi-say-more": "2 working days",
    }
    assert kind.duty("driven", "urgent") == "request-taxi-driven"
    assert kind.stages[0].clock("urgent") == Clock(1, "hour")
    assert all(each.may_pause for each in duties.values())


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ({"stage": []}, "stage"),
        ({"id": "Taxi!"}, "id"),
        ({"to": []}, "to"),
        ({"surprise": 1}, "surprise"),
        ({"source": "none"}, "source"),
        ({"stage": [GOOD["stage"][0]]}, "stage 1.outcomes"),
        ({"stage": [{**GOOD["stage"][1], "clock": "soon"}]}, "stage 1.clock"),
        ({"stage": [{**GOOD["stage"][1], "outcomes": []}]}, "stage 1.outcomes"),
        ({"stage": [{**GOOD["stage"][1], "id": "say-more"}]}, "stage"),
        ({"bases": [{"id": "x"}]}, "bases 1.name"),
    ],
)
def test_a_mistake_names_its_key(words: dict[str, Any], key: str) -> None:
    """A12: given a kind with a mistake, then it is refused at the key in which it stands."""
    with pytest.raises(EntryMistake) as mistake:
        built(**words)
    assert mistake.value.key == key


def test_services_are_found_by_what_is_needed() -> None:
    """H1: given what a child needs, an age, a place and a language, then only services for all of it are found, those
    that meet most of the needs first."""
    services = pack_for(clock.today()).services.values()
    by_need = [each.id for each in matching(services, Wanted(needs=("recovery", "court"), age=9))]
    assert by_need[0] == "independent-advisers"
    assert "jigsaw" in by_need
    assert "brook" not in by_need
    assert [each.id for each in matching(services, Wanted(language="cornish"))] == ["outdoor-activities"]
    assert "outdoor-activities" not in {each.id for each in matching(services, Wanted(area="PL12"))}
    assert len(matching(services, Wanted())) == len(services)


def test_an_outcome_shares_only_where_there_is_a_forum() -> None:
    """F5: given an outcome that opens a request to a meeting, then the kind names who belongs to it, or is refused; a
    forum that lacks its members or names what is no key of it is refused, too."""
    stage = {
        "id": "answer",
        "name": "Answer",
        "clock": "1 week",
        "outcomes": [{"id": "yes", "name": "Yes", "shares": True}],
    }
    forum = {"members": ["camhs"], "actions": "taxi-action"}
    kind = built(stage=[stage], forum=[forum])
    assert kind.forum is not None
    assert (kind.forum.members, kind.forum.actions, kind.forum.indicators) == (("camhs",), "taxi-action", ())
    assert kind.stages[0].outcomes[0].shares
    for wrong in ({}, {"forum": [{"actions": "taxi-action"}]}, {"forum": [{**forum, "chair": "camhs"}]}):
        with pytest.raises(EntryMistake):
            built(stage=[stage], **wrong)
