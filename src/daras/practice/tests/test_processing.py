"""On which grounds an agency holds what it records, as the pack says it (G4)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from daras.practice import pack_for
from daras.practice.entry_words import EntryMistake
from daras.practice.files import Entry
from daras.practice.pack import Source
from daras.practice.processing import BASES, CONFIDENTIALITY, UNSAID, WITHHOLDINGS, chosen, processing, withholding

ON = date(2026, 11, 24)
STATUTE = Source("act", "An Act", "statute")
LOCAL = Source("ours", "Our own target", "local")
SOURCES = {"act": STATUTE, "ours": LOCAL}


def entry(**words: object) -> Entry:
    given = {"id": "one", "regime": "general", "basis": "public-task", "confidentiality": "duty", "source": "act"}
    return Entry("processing", given | words, Path("processing.toml"))


def test_every_kind_of_agency_has_its_grounds() -> None:
    """G4: given the pack of today, then each kind of agency has a regime and both grounds, each with its source; the
    police's information alone is graded; and every ground of withholding that a rule may suggest is there."""
    pack = pack_for(ON)
    for kind in ("children's social care", "police", "hospital", "school", "voluntary", "a kind nobody knows"):
        found = chosen(pack.processing, kind, "name")
        assert found.basis in BASES
        assert found.confidentiality in CONFIDENTIALITY
        assert found.source is not None
        assert found.graded == (kind == "police")
        assert (found.regime == "law-enforcement") == (kind == "police")
    assert set(pack.withholdings) == set(WITHHOLDINGS)
    assert all("statute" in each.source.authority for each in pack.withholdings.values())


def test_the_most_particular_entry_holds() -> None:
    """G4: given an entry for all, one for an agency's kind and one for a kind of fact of it, then the last holds for
    that fact, the second for its others, the first for everybody else; and with none at all nothing is said."""
    everybody = processing(entry(id="all"), SOURCES)
    schools = processing(entry(id="schools", agency_kinds=["school"], basis="legal-obligation"), SOURCES)
    names = processing(entry(id="names", agency_kinds=["school"], facts=["name"], basis="vital-interests"), SOURCES)
    rules = (names, everybody, schools)
    assert chosen(rules, "school", "name").id == "names"
    assert chosen(rules, "school", "birth").id == "schools"
    assert chosen(rules, "police", "name").id == "all"
    assert chosen((), "school", "name") is UNSAID


def test_who_is_new() -> None:
    """G4: given recipients by default, then any other kind is new; with no list nobody is."""
    some = processing(entry(recipients=["police"]), SOURCES)
    assert not some.is_new("police")
    assert some.is_new("housing")
    assert not processing(entry(), SOURCES).is_new("housing")


@pytest.mark.parametrize(
    "wrong",
    [
        {"regime": "law-enforcement"},
        {"basis": "law-enforcement"},
        {"basis": "consent"},
        {"confidentiality": "because"},
        {"source": "nowhere"},
    ],
)
def test_a_mistake_is_named(wrong: dict[str, object]) -> None:
    """G4: given a regime without its basis, agreement as a basis, or a source that is none, then the pack is
    refused."""
    with pytest.raises(EntryMistake):
        processing(entry(**wrong), SOURCES)


def test_nothing_is_withheld_on_guidance() -> None:
    """G4: given a ground that is not the law's, or one that no rule knows, then the pack is refused."""
    words = {"id": "third-party", "name": "Others", "asks": "Who?", "paragraph": "16"}
    made = withholding(Entry("withholding", words | {"source": "act"}, Path("rights.toml")), SOURCES)
    assert made.cited == "An Act, 16 (not read in the original)"
    for wrong in ({"source": "ours"}, {"source": "act", "id": "because"}):
        with pytest.raises(EntryMistake):
            withholding(Entry("withholding", words | wrong, Path("rights.toml")), SOURCES)
