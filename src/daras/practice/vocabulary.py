"""The words a pack may use, told to it by the layers above, so that a pack is checked as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Word:
    """A predicate: what it may be asked to look for, and which words it gives to a reason."""

    may_want: frozenset[str] = frozenset()
    must_want: frozenset[str] = frozenset()
    gives: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Predicates by name, and what clocks may count from."""

    predicates: Mapping[str, Word] = field(default_factory=dict)
    anchors: frozenset[str] = frozenset()
