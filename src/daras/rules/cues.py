"""Phrases in an account that point to something. They suggest; they measure nothing, and a person reads the account.

A cue is a list of phrases from the pack. In a phrase a word stands for itself, `touch*` for any word that begins so,
and `...` for up to five words between. A phrase with an odd number of denials before it in the same clause does not
count. What somebody is said to deny counts all the same: that a person denies it does not take a child's words back.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

_GAP = r"(?:\s+[\w’'-]+){0,5}?"
_CLAUSE_ENDS = re.compile(r"[.;:!?\n]|,|\b(?:but|although|though|however)\b", re.IGNORECASE)
_DENIAL = re.compile(r"\b(?:not|no|never|nobody|nothing|neither|nor|without|cannot)\b|n['’]t\b", re.IGNORECASE)
_NO_DENIAL = re.compile(
    r"\b(?:no doubt|not (?:only|sure|clear|certain|known)|do(?:es)?n['’]t know|(?:cannot|not) rule out)\b",
    re.IGNORECASE,
)
_WORDS_BEFORE = 8


@functools.lru_cache(maxsize=2048)
def pattern(phrase: str) -> re.Pattern[str]:
    """The phrase as a pattern over whole words, whatever the case."""
    parts: list[str] = []
    for word in phrase.split():
        if word == "...":
            parts.append(_GAP)
            continue
        written = re.escape(word.rstrip("*")).replace("'", "['’]")
        ending = r"[\w’'-]*" if word.endswith("*") else r"\b"
        parts.append((r"\s+" if parts else r"\b") + written + ending)
    return re.compile("".join(parts), re.IGNORECASE)


def words_found(account: str, phrases: Iterable[str]) -> tuple[str, ...]:
    """The phrases as they stand in the account, in order, each once; those denied are left out."""
    found: dict[str, int] = {}
    for phrase in phrases:
        for match in pattern(phrase).finditer(account):
            if not _denied(account, match.start()):
                found.setdefault(" ".join(match.group().split()), match.start())
    inside = {shorter for shorter in found for longer in found if shorter != longer and shorter in longer}
    return tuple(sorted(found.keys() - inside, key=found.__getitem__))


def _denied(account: str, start: int) -> bool:
    clause_begins = max((end.end() for end in _CLAUSE_ENDS.finditer(account, 0, start)), default=0)
    before = " ".join(account[clause_begins:start].split()[-_WORDS_BEFORE:])
    return len(_DENIAL.findall(_NO_DENIAL.sub(" ", before))) % 2 == 1
