"""Two people write one section: what each changed is put together where they changed different lines (interface: merge,
never overwrite)."""

from __future__ import annotations

from difflib import SequenceMatcher

#: The lines of the first text from and to which are replaced by these.
Change = tuple[int, int, list[str]]


def merge_texts(before: str, mine: str, theirs: str) -> str | None:
    """Both changes to one text, or none where both changed the same lines or lines next to each other."""
    if theirs in (before, mine):
        return mine
    if mine == before:
        return theirs
    lines = before.splitlines()
    ours, others = _changes(lines, mine.splitlines()), _changes(lines, theirs.splitlines())
    together = ours + [each for each in others if each not in ours]
    for one in ours:
        if any(other != one and one[0] <= other[1] and other[0] <= one[1] for other in others):
            return None
    for first, last, new in sorted(together, reverse=True):
        lines[first:last] = new
    return "\n".join(lines)


def _changes(before: list[str], after: list[str]) -> list[Change]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return [(i, j, after[k:end]) for tag, i, j, k, end in matcher.get_opcodes() if tag != "equal"]
