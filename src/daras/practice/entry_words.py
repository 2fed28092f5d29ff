"""An entry's words, each asked for by name and type, so that every mistake names the key it stands in."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any, cast

from daras.practice.conditions import Condition, ConditionRefused, read_condition
from daras.practice.pack import Source
from daras.working_time.clocks import Clock, UnknownClock

Sources = Mapping[str, Source]

#: The keys every entry may carry besides those of its kind.
OF_EVERY_KIND = frozenset({"id", "valid_from", "valid_to", "withdrawn"})


class EntryMistake(ValueError):
    """Something is wrong with one key of an entry."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


class Words:
    """An entry's words, each asked for by name and type; what nobody asked for is a mistake."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        self._words = words
        self._asked: set[str] = set(OF_EVERY_KIND)

    def _value(self, key: str, kind: type, default: object) -> Any:
        self._asked.add(key)
        value = self._words.get(key, default)
        if value is None:
            raise EntryMistake(key, f"“{key}” is missing")
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise EntryMistake(key, f"“{key}” is {value!r}, which is no {_NAMES[kind]}")
        return value

    def text(self, key: str, default: str | None = None) -> str:
        found = cast(str, self._value(key, str, default))
        if default is None and not found.strip():
            raise EntryMistake(key, f"“{key}” is empty")
        return found

    def number(self, key: str) -> int:
        return cast(int, self._value(key, int, None))

    def flag(self, key: str) -> bool:
        return cast(bool, self._value(key, bool, False))

    def texts(self, key: str, *, needed: bool = True) -> tuple[str, ...]:
        found = self._value(key, list, None if needed else [])
        if not all(isinstance(item, str) for item in found) or (needed and not found):
            raise EntryMistake(key, f"“{key}” is a list of words, at least one")
        return tuple(found)

    def tables(self, key: str) -> tuple[Mapping[str, Any], ...]:
        found = self._value(key, list, [])
        if not all(isinstance(item, dict) for item in found):
            raise EntryMistake(key, f"“{key}” is a list of tables")
        return tuple(found)

    def one_of(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        found = self.text(key, default)
        if found not in allowed:
            raise EntryMistake(key, f"“{key}” is “{found}”, not one of {', '.join(allowed)}")
        return found

    def clock(self, key: str) -> Clock:
        try:
            return Clock.parse(self.text(key))
        except UnknownClock as error:
            raise EntryMistake(key, str(error)) from error

    def condition(self, key: str) -> Condition:
        self._asked.add(key)
        if key not in self._words:
            raise EntryMistake(key, f"“{key}” is missing")
        try:
            return read_condition(self._words[key])
        except ConditionRefused as error:
            raise EntryMistake(key, str(error)) from error

    def source(self, sources: Mapping[str, Source], key: str = "source") -> Source:
        written = self.text(key)
        if written not in sources:
            raise EntryMistake(key, f"“{written}” is not a source of this pack")
        return sources[written]

    def template(self, key: str) -> str:
        written = self.text(key)
        try:
            placeholders(written)
        except ValueError as error:
            raise EntryMistake(key, f"“{key}” is no sentence with {{names}} in it: {error}") from error
        return written

    def done(self) -> None:
        """Raise for the first word that no kind of this entry knows."""
        for key in self._words:
            if key not in self._asked:
                raise EntryMistake(key, f"“{key}” is not a word this entry knows")


_NAMES = {str: "text", int: "whole number", bool: "true or false", list: "list"}


def placeholders(template: str) -> frozenset[str]:
    """The names in braces in a sentence; raises `ValueError` for one that cannot be filled in."""
    names = [name for _, name, _, _ in Formatter().parse(template) if name is not None]
    if not all(name.isidentifier() for name in names):
        raise ValueError("a name in braces is one word")
    return frozenset(names)
