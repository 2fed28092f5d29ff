"""What was said beside what was so: likelihoods as they were given, and how often they were right, as SVG.

Pure and the same each time. Points on the line from corner to corner say what they mean; above it more was right than
was said. The bars are Wilson's bounds, and the table beside the picture says the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from daras.design.written import DEEP, INK, QUIET, SHORE, element, picture, text

SIDE, LEFT, RIGHT, TOP, BOTTOM = 420.0, 56.0, 24.0, 20.0, 52.0
#: The largest and the smallest circle, for the band with the most and the fewest answers.
LARGEST, SMALLEST = 11.0, 4.0


@dataclass(frozen=True, slots=True)
class Band:
    """Answers whose likelihood lies near one another: what was said on average, the share that was right and its
    bounds, and how many there were."""

    said: float
    right: float
    low: float
    high: float
    answers: int


def draw(bands: Sequence[Band], *, title: str, name: str = "reliability") -> Markup:
    """The picture: said across, right up, both from nought to one."""
    drawn = _axes()
    most = max((band.answers for band in bands), default=1)
    for band in bands:
        at = _x(band.said)
        drawn += element(
            "line", {"x1": at, "x2": at, "y1": _y(band.low), "y2": _y(band.high), "stroke": SHORE, "stroke_width": 2}
        )
        radius = SMALLEST + (LARGEST - SMALLEST) * (band.answers / most) ** 0.5
        drawn += element("circle", {"cx": at, "cy": _y(band.right), "r": round(radius, 1), "fill": DEEP})
    description = "Likelihood said across, share that was right up, with bounds. The table beside it says the same."
    return picture(SIDE + LEFT, SIDE, name=name, title=title, description=description, inside=str(drawn))


def _axes() -> Markup:
    drawn = Markup("")
    for tenth in (0, 2, 4, 6, 8, 10):
        share = tenth / 10
        look = {"stroke": QUIET, "stroke_width": 0.5}
        drawn += element("line", {"x1": _x(0), "x2": _x(1), "y1": _y(share), "y2": _y(share), **look})
        drawn += text(LEFT - 8, _y(share) + 4, f"{share:.1f}", font_size=12, fill=QUIET, text_anchor="end")
        drawn += text(_x(share), SIDE - BOTTOM + 18, f"{share:.1f}", font_size=12, fill=QUIET, text_anchor="middle")
    drawn += element(
        "line", {"x1": _x(0), "x2": _x(1), "y1": _y(0), "y2": _y(1), "stroke": INK, "stroke_dasharray": "4 4"}
    )
    drawn += text(_x(0.5), SIDE - 12, "likelihood said", font_size=13, fill=INK, text_anchor="middle")
    return drawn + text(LEFT - 40, TOP - 6, "share that was right", font_size=13, fill=INK)


def _x(share: float) -> float:
    return round(LEFT + share * (SIDE - RIGHT), 1)


def _y(share: float) -> float:
    return round(SIDE - BOTTOM - share * (SIDE - TOP - BOTTOM), 1)
