"""All predicates a pack may ask, by name (design idea 4): a few dozen, pure and typed; a new one is a new function."""

from __future__ import annotations

from daras.practice.vocabulary import Vocabulary
from daras.rules import about_family, about_forms, about_news, about_people
from daras.rules.anchors import ANCHORS
from daras.rules.registry import PREDICATES, Asked, Evidence, Reading, UnknownPredicate, met, vocabulary

__all__ = ["PREDICATES", "VOCABULARY", "Asked", "Evidence", "Reading", "UnknownPredicate", "met"]

_REGISTERED_BY = (about_family, about_forms, about_news, about_people)

#: What a pack may use: for the check of a whole pack.
VOCABULARY: Vocabulary = vocabulary(frozenset(ANCHORS))
