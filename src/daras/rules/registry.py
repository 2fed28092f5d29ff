"""Predicates by name: each asks one thing of a situation and answers with the words that met it, or with none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from daras.practice.conditions import All, AnyOf, Asks, Condition, Not
from daras.practice.vocabulary import Vocabulary, Word
from daras.rules.cues import words_found
from daras.rules.family import Family
from daras.rules.situation import Person, Situation


class Evidence(NamedTuple):
    """That a predicate is met: the words that met it, and names for the sentence that says why."""

    words: tuple[str, ...] = ()
    gives: Mapping[str, str] = MappingProxyType({})


#: That something does not hold meets a condition, and says nothing.
NOTHING_SAID = Evidence()


class Reading:
    """What is read of a situation once and asked often: its families, and the words of its accounts."""

    def __init__(self, situation: Situation, cues: Mapping[str, tuple[str, ...]]) -> None:
        self.family = Family(situation)
        self._cues = cues
        self._found: dict[tuple[str, str, str], tuple[str, ...]] = {}

    def words(self, account: str, cue: str, given: str = "") -> tuple[str, ...]:
        """The words of an account that meet a cue; `{given}` in its phrases is a person's given name."""
        asked = (account, cue, given)
        if asked not in self._found:
            phrases = (phrase.replace("{given}", given) for phrase in self._cues[cue] if given or "{" not in phrase)
            self._found[asked] = words_found(account, phrases)
        return self._found[asked]


class Asked(NamedTuple):
    """A question put to a situation, about one person or about the news as a whole.

    A pack asks a thousand of them of one piece of news: they are tuples because tuples are made fastest.
    """

    situation: Situation
    on: date
    reading: Reading
    person: Person | None = None
    wanted: Mapping[str, Any] = MappingProxyType({})
    strategy_because: tuple[str, ...] = ()  # names of the indicators met that ask for a strategy discussion

    def of(self, person: Person) -> Asked:
        """The same question about one person."""
        return Asked(self.situation, self.on, self.reading, person, self.wanted, self.strategy_because)

    def looking_for(self, wanted: Mapping[str, Any]) -> Asked:
        """The same question, with what a predicate is to look for."""
        return Asked(self.situation, self.on, self.reading, self.person, wanted, self.strategy_because)


Predicate = Callable[[Asked], Evidence | None]
AboutPerson = Callable[[Asked, Person], Evidence | None]


class UnknownPredicate(LookupError):
    """A pack asks a predicate that the rules do not have."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A predicate and what a pack may ask of it."""

    ask: Predicate
    word: Word


PREDICATES: dict[str, Registered] = {}


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


def about_news(name: str, *, may: str = "", must: str = "", gives: str = "") -> Callable[[Predicate], Predicate]:
    """Register a predicate about the news as a whole under a name."""

    def register(ask: Predicate) -> Predicate:
        PREDICATES[name] = Registered(ask, Word(_names(may), _names(must), _names(gives)))
        return ask

    return register


def about_person(name: str, *, may: str = "", must: str = "", gives: str = "") -> Callable[[AboutPerson], AboutPerson]:
    """Register a predicate about one person under a name; about no person it is never met."""

    def register(ask: AboutPerson) -> AboutPerson:
        def asked_of_somebody(asked: Asked) -> Evidence | None:
            return ask(asked, asked.person) if asked.person is not None else None

        PREDICATES[name] = Registered(asked_of_somebody, Word(_names(may), _names(must), _names(gives)))
        return ask

    return register


def met(condition: Condition, asked: Asked) -> Evidence | None:
    """The evidence that a condition is met, all its words together, or none. Raises `UnknownPredicate`."""
    # Not `match`: what is asked of everybody by every rule is told apart by its type alone.
    if type(condition) is Asks:
        return _ask(condition.predicate, condition.wanted, asked)
    if type(condition) is All:
        found = []
        for part in condition.parts:
            evidence = met(part, asked)
            if evidence is None:
                return None
            found.append(evidence)
        return _together(found)
    if type(condition) is AnyOf:
        found = [evidence for part in condition.parts if (evidence := met(part, asked)) is not None]
        return _together(found) if found else None
    assert type(condition) is Not
    return NOTHING_SAID if met(condition.part, asked) is None else None


def _ask(predicate: str, wanted: Mapping[str, Any], asked: Asked) -> Evidence | None:
    registered = PREDICATES.get(predicate)
    if registered is None:
        raise UnknownPredicate(f"“{predicate}” is no predicate.")
    return registered.ask(asked.looking_for(wanted))


def _together(found: list[Evidence]) -> Evidence:
    if len(found) == 1:
        return found[0]
    words = tuple(dict.fromkeys(word for evidence in found for word in evidence.words))
    gives = {name: value for evidence in found for name, value in evidence.gives.items()}
    return Evidence(words, gives)


def within_days(asked: Asked, day: date | None, days: int) -> bool:
    """Whether a day lies no more than so many days before today."""
    return day is not None and asked.on - timedelta(days=days) <= day <= asked.on + timedelta(days=1)


def vocabulary(anchors: frozenset[str]) -> Vocabulary:
    """What a pack may use, for its check."""
    return Vocabulary({name: registered.word for name, registered in PREDICATES.items()}, anchors)
