"""A figure with its target, and what is read from a series of times."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure. `target` is the most it may be, `against` what something else takes for the same; a
    `detail` is printed and kept, and left out of the page of what was measured."""

    bench: str
    figure: str
    value: float | str
    unit: str
    target: float | None = None
    against: str | None = None
    detail: bool = False

    @property
    def holds(self) -> bool | None:
        """Whether the target holds; none where there is no target."""
        if self.target is None or isinstance(self.value, str):
            return None
        return self.value <= self.target

    def as_json(self) -> dict[str, Any]:
        """Plain JSON, in the order in which it is printed."""
        return {
            "bench": self.bench,
            "figure": self.figure,
            "value": round(self.value, 3) if isinstance(self.value, float) else self.value,
            "unit": self.unit,
            "target": self.target,
            "holds": self.holds,
            "against": self.against,
            "detail": self.detail,
        }

    @classmethod
    def read(cls, plain: dict[str, Any]) -> Figure:
        """The figure that another process printed."""
        wanted = {name: plain[name] for name in ("bench", "figure", "value", "unit", "target", "against", "detail")}
        return cls(**wanted)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all do not exceed (nearest rank, so always one that was measured)."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def milliseconds(seconds: float) -> float:
    """Seconds as milliseconds."""
    return seconds * 1000
