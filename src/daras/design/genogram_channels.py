"""Which channel between two rows each stretch of a line takes, so that no line seems to be another's.

Two stretches that would touch stand in different channels. Where a line comes down from somebody at the very place
where another goes on down to somebody else, the first must turn aside above the second: else the line of a mother's
partner would run into that of a child who is not his.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

#: Closer than this, two lines look like one.
APART = 6.0
#: And closer than this, two stretches of one height.
BESIDE = 36.0


@dataclass(slots=True)
class Segment:
    """A stretch along a channel, and where lines come down to it from above and go down from it."""

    left: float
    right: float
    above: list[float] = field(default_factory=list)
    below: list[float] = field(default_factory=list)
    channel: int = 0
    y: float = 0


def assign(segments: Sequence[Segment]) -> int:
    """Give every stretch its channel, counted from above; returns how many channels there are."""
    waiting = sorted(segments, key=lambda each: (each.left, each.right))
    placed: list[Segment] = []
    while waiting:
        # In a ring of lines, each to be above another, the leftmost goes first: the lines cross, and no more.
        free = [each for each in waiting if not any(is_above(other, each) for other in waiting if other is not each)]
        chosen = (free or waiting)[0]
        waiting.remove(chosen)
        lowest = max((each.channel + 1 for each in placed if is_above(each, chosen)), default=0)
        taken = {each.channel for each in placed if _touch(each, chosen)}
        chosen.channel = next(channel for channel in range(lowest, lowest + len(taken) + 1) if channel not in taken)
        placed.append(chosen)
    return max((each.channel + 1 for each in placed), default=0)


def is_above(one: Segment, other: Segment) -> bool:
    """Whether one must turn aside before the other begins to go down."""
    return any(abs(down - begins) < APART for down in one.above for begins in other.below)


def _touch(one: Segment, other: Segment) -> bool:
    return one.left - BESIDE <= other.right and other.left - BESIDE <= one.right
