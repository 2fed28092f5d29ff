"""A forecast as SVG: the middle line, the band around it, weeks across and how many wait up.

Pure and the same each time. A table beside it says the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from daras.design.written import DEEP, QUIET, element, picture, text

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720.0, 280.0, 52.0, 16.0, 20.0, 44.0
#: A quarter of a year.
EVERY = 13


def draw(
    low: Sequence[float], middle: Sequence[float], high: Sequence[float], *, title: str, name: str = "forecast"
) -> Markup:
    """The chart; every edge has one value a week."""
    most = _top(max([*high, 1.0]))
    step = (WIDTH - LEFT - RIGHT) / max(len(middle) - 1, 1)

    def points(values: Iterable[tuple[int, float]]) -> str:
        return " ".join(f"{LEFT + week * step:.1f},{_y(value, most):.1f}" for week, value in values)

    drawn = Markup("")
    for part in range(5):
        value = most * part / 4
        at = _y(value, most)
        drawn += element("line", {"x1": LEFT, "x2": WIDTH - RIGHT, "y1": at, "y2": at, "stroke": "#e3ebe9"})
        drawn += text(LEFT - 8, at + 4, f"{value:g}", font_size=12, fill=QUIET, text_anchor="end")
    band = [*enumerate(high), *reversed(list(enumerate(low)))]
    drawn += element("polygon", {"points": points(band), "fill": "#cfe0dc", "stroke": "none"})
    line = {"points": points(enumerate(middle)), "fill": "none", "stroke": DEEP, "stroke_width": 2.5}
    drawn += element("polyline", line)
    for week in range(0, len(middle), EVERY):
        at = LEFT + week * step
        drawn += text(at, HEIGHT - BOTTOM + 22, f"week {week + 1}", font_size=12, fill=QUIET, text_anchor="middle")
    description = (
        "Weeks across, how many wait up: the middle line, and the band of eight in ten. The table says the same."
    )
    return picture(WIDTH, HEIGHT, name=name, title=title, description=description, inside=str(drawn))


def _y(value: float, most: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / most)


def _top(value: float) -> float:
    """A round number above, that divides by four."""
    step = 4.0
    while step < value:
        step = step * 2 if step < 32 else step + 20
    return step
