"""On which grounds each agency holds and shares what it records, as a partnership writes it; and the grounds in law on
which something may be withheld from whoever asks what is held. Pure (G4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, cast, get_args

from daras.practice.entry_words import EntryMistake, Sources, Words
from daras.practice.files import Entry
from daras.practice.pack import Source

Regime = Literal["general", "law-enforcement"]
Basis = Literal["", "public-task", "legal-obligation", "law-enforcement", "legitimate-interests", "vital-interests"]
Confidentiality = Literal["", "public-interest", "duty", "court", "consent", "none-owed"]

#: In words, for whoever is asked or reads it.
BASES: dict[str, str] = {
    "public-task": "a public task",
    "legal-obligation": "a legal obligation",
    "law-enforcement": "necessary for law enforcement",
    "legitimate-interests": "legitimate interests, weighed",
    "vital-interests": "vital interests",
}
CONFIDENTIALITY: dict[str, str] = {
    "public-interest": "safeguarding a child outweighs the confidence",
    "duty": "a duty in law to share",
    "court": "a court has ordered it",
    "consent": "whoever is owed the confidence agrees",
    "none-owed": "it was not said in confidence",
}
#: By what a suggestion to withhold is made: what each is allowed to be called by in a pack.
WITHHOLDINGS = (
    "third-party", "serious-harm-health", "serious-harm-social-work", "serious-harm-education", "child-abuse",
    "childs-wishes", "law-enforcement", "crime", "legal-privilege",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Processing:
    """How one agency's facts of some kinds are held when nothing else is said."""

    id: str
    regime: Regime
    basis: Basis
    confidentiality: Confidentiality
    source: Source | None = None
    agency_kinds: frozenset[str] = frozenset()
    facts: frozenset[str] = frozenset()
    graded: bool = False
    recipients: frozenset[str] = frozenset()

    def is_new(self, recipient_kind: str) -> bool:
        """Whether sharing with an agency of this kind is not what is done by default; with no list, none is new."""
        return bool(self.recipients) and recipient_kind not in self.recipients


#: Where a pack says nothing at all.
UNSAID = Processing("unsaid", "general", "", "")


@dataclass(frozen=True, slots=True)
class Withholding:
    """A ground in law on which something is not given to whoever asks what is held."""

    id: str
    name: str
    asks: str  # what has to be weighed, in words for whoever decides
    source: Source
    paragraph: str

    @property
    def cited(self) -> str:
        """Where it stands, and whether that was read there."""
        confirmed = "" if self.source.read_in_the_original else " (not read in the original)"
        return f"{self.source.name}, {self.paragraph}{confirmed}"


def processing(entry: Entry, sources: Sources) -> Processing:
    """An entry `[[processing]]`; raises `EntryMistake`."""
    words = Words(entry.words)
    made = Processing(
        id=words.text("id"),
        regime=cast(Regime, words.one_of("regime", get_args(Regime))),
        basis=cast(Basis, words.one_of("basis", tuple(BASES))),
        confidentiality=cast(Confidentiality, words.one_of("confidentiality", tuple(CONFIDENTIALITY))),
        source=words.source(sources),
        agency_kinds=frozenset(words.texts("agency_kinds", needed=False)),
        facts=frozenset(words.texts("facts", needed=False)),
        graded=words.flag("graded"),
        recipients=frozenset(words.texts("recipients", needed=False)),
    )
    words.done()
    if (made.regime == "law-enforcement") != (made.basis == "law-enforcement"):
        raise EntryMistake("basis", "law-enforcement processing and its basis go together")
    return made


def withholding(entry: Entry, sources: Sources) -> Withholding:
    """An entry `[[withholding]]`; raises `EntryMistake` for a ground that no rule of the house knows."""
    words = Words(entry.words)
    made = Withholding(
        id=words.one_of("id", WITHHOLDINGS),
        name=words.text("name"),
        asks=words.text("asks"),
        source=words.source(sources),
        paragraph=words.text("paragraph"),
    )
    words.done()
    if made.source.authority != "statute":
        raise EntryMistake("source", "nothing is withheld on anything but a statute")
    return made


def chosen(rules: Iterable[Processing], agency_kind: str, fact_kind: str) -> Processing:
    """The entry that holds for a fact: the most particular one."""
    found = [
        each
        for each in rules
        if (not each.agency_kinds or agency_kind in each.agency_kinds) and (not each.facts or fact_kind in each.facts)
    ]
    return max(found, key=lambda each: (bool(each.facts), bool(each.agency_kinds)), default=UNSAID)
