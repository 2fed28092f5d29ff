"""From a rule that is met to a sentence about the people it is met by; those with the same reason share a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from daras.practice.conditions import Condition
from daras.practice.entry_words import placeholders
from daras.practice.pack import ForEach
from daras.rules.predicates import Asked, Evidence, met
from daras.rules.situation import Person, PersonKey
from daras.working_time.wording import listed

UNNAMED = "A person who wishes to stay unnamed"


@dataclass(frozen=True, slots=True)
class Matching:
    """A rule met: by whom, on which words, and why in one sentence."""

    about: tuple[PersonKey, ...]
    words: tuple[str, ...]
    reason: str


def matchings(when: Condition, template: str, for_each: ForEach, question: Asked) -> Iterator[Matching]:
    """Each way the rule is met: once by the news, or by people, those with the same reason together."""
    if for_each == "news":
        evidence = met(when, question)
        if evidence is not None:
            yield _matching((), [evidence], template, question)
        return
    used = _used(template)
    groups: dict[tuple[tuple[str, str], ...], list[tuple[Person, Evidence]]] = {}
    for person in question.situation.people.values():
        evidence = met(when, question.of(person))
        if evidence is not None:
            said = {name: value for name, value in evidence.gives.items() if name in used}
            groups.setdefault(tuple(sorted(said.items())), []).append((person, evidence))
    for group in groups.values():
        yield _matching(tuple(person for person, _ in group), [evidence for _, evidence in group], template, question)


@lru_cache(maxsize=4_096)
def _used(template: str) -> frozenset[str]:
    return frozenset(placeholders(template))


def _matching(people: tuple[Person, ...], found: list[Evidence], template: str, question: Asked) -> Matching:
    words = tuple(dict.fromkeys(unnamed(word, question) for evidence in found for word in evidence.words))
    names = dict.fromkeys(UNNAMED if person.anonymous_to_others else person.name for person in people)
    given = dict(found[0].gives)
    quoted = listed([f"“{word}”" for word in words])
    reason = template.format(**given, name=listed(list(names)), words=quoted, facts=listed(words))
    return Matching(tuple(person.key for person in people), words, reason)


def unnamed(text: str, question: Asked) -> str:
    """The text without the names of those who wish to stay unnamed."""
    for person in question.situation.people.values():
        if person.anonymous_to_others:
            for name in sorted(person.name.split(), key=len, reverse=True):
                text = " ".join("[unnamed]" if word.strip(".,;:’'") == name else word for word in text.split(" "))
    return text
