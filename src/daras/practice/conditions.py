"""What a rule of the pack asks: predicates by name, put together with all, any and not. There is no other language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


class ConditionRefused(ValueError):
    """A condition is not put together from predicates with all, any and not."""


@dataclass(frozen=True, slots=True)
class Asks:
    """One predicate, with what it is to look for."""

    predicate: str
    wanted: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition


Condition = Asks | All | AnyOf | Not


def read_condition(written: object) -> Condition:
    """A condition from a pack: "name", {test = "name", ...}, {all = [...]}, {any = [...]} or {not = ...}."""
    if isinstance(written, str):
        return Asks(written)
    if not isinstance(written, Mapping):
        raise ConditionRefused(f"{written!r} is no condition: write a predicate's name, all, any or not")
    if isinstance(written.get("test"), str):
        return Asks(written["test"], {key: value for key, value in written.items() if key != "test"})
    if len(written) == 1:
        word, inner = next(iter(written.items()))
        if word == "not":
            return Not(read_condition(inner))
        if word in ("all", "any") and isinstance(inner, list) and inner:
            parts = tuple(read_condition(part) for part in inner)
            return All(parts) if word == "all" else AnyOf(parts)
    raise ConditionRefused(f"{dict(written)!r} is no condition: write test, all, any or not, one of them")


def asked_in(condition: Condition) -> Iterator[Asks]:
    """Every predicate that the condition asks, in order."""
    match condition:
        case Asks():
            yield condition
        case Not(part):
            yield from asked_in(part)
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from asked_in(part)


def always_met_by(condition: Condition) -> Iterator[Asks]:
    """The predicates that must have been met whenever the condition is: what a reason may count on."""
    match condition:
        case Asks():
            yield condition
        case All(parts):
            for part in parts:
                yield from always_met_by(part)
        case AnyOf((only,)):
            yield from always_met_by(only)
        case _:
            return
