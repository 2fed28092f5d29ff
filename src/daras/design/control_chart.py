"""A control chart as SVG, and the two icons beside it: what the latest month says, and what the target may count on.

Pure and the same each time. A table beside the chart says the same in words; the icons are drawn here, and each has its
words beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from daras.design.written import DEEP, INK, QUIET, SHORE, element, picture, text

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720.0, 260.0, 52.0, 120.0, 20.0, 44.0
ICON = 44
#: Words beside two lines that lie close stand at least so far apart.
LABEL = 15.0


@dataclass(frozen=True, slots=True)
class Point:
    """One month: its short name, percent, and what is special about it, in words; none where it is held back."""

    label: str
    value: float
    special: str = ""
    improving: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines across the chart, in percent; a target where there is one."""

    mean: float
    lower: float
    upper: float
    target: float | None = None


def draw(points: Sequence[Point], lines: Lines, *, title: str, name: str = "control") -> Markup:
    """The chart: months across, percent up; special months are filled squares (worse) or diamonds (better)."""
    low, high = _range(points, lines)

    def y(value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - low) / (high - low))

    step = (WIDTH - LEFT - RIGHT) / max(len(points) - 1, 1)
    xs = [LEFT + place * step for place in range(len(points))]
    drawn = _axis(low, high, y)
    across: list[tuple[float, str, dict[str, object]]] = [
        (lines.upper, "upper limit", {"stroke": QUIET, "stroke_dasharray": "6 4"}),
        (lines.mean, "mean", {"stroke": DEEP}),
        (lines.lower, "lower limit", {"stroke": QUIET, "stroke_dasharray": "6 4"}),
    ]
    if lines.target is not None:
        across.append((lines.target, "target", {"stroke": INK, "stroke_dasharray": "2 4"}))
    words_at = TOP - LABEL
    for value, words, look in sorted(across, key=lambda each: -each[0]):
        words_at = max(words_at + LABEL, y(value) + 4)
        drawn += _line(y(value), words_at, f"{words} {value:.0f} %", **look)
    path = " ".join(f"{x:.1f},{y(point.value):.1f}" for x, point in zip(xs, points, strict=True))
    drawn += element("polyline", {"points": path, "fill": "none", "stroke": SHORE, "stroke_width": 2})
    every = max(1, len(points) // 8)
    for place, (x, point) in enumerate(zip(xs, points, strict=True)):
        drawn += _point(x, y(point.value), point)
        if place % every == 0:
            drawn += text(x, HEIGHT - BOTTOM + 22, point.label, font_size=12, fill=QUIET, text_anchor="middle")
    description = "Months across, percent up, with mean and limits. The table beside this picture says the same."
    return picture(WIDTH, HEIGHT, name=name, title=title, description=description, inside=str(drawn))


def _range(points: Sequence[Point], lines: Lines) -> tuple[float, float]:
    values = [*(point.value for point in points), lines.lower, lines.upper, lines.mean]
    values += [] if lines.target is None else [lines.target]
    low, high = max(0.0, min(values) - 5), min(100.0, max(values) + 5)
    return (low, high) if high - low >= 10 else (max(0.0, low - 5), min(100.0, high + 5))


def _axis(low: float, high: float, y: object) -> Markup:
    drawn = Markup("")
    for value in range(0, 101, 10):
        if low <= value <= high:
            at = y(float(value))  # type: ignore[operator]
            across = {"x1": LEFT, "x2": WIDTH - RIGHT, "y1": at, "y2": at, "stroke": "#e3ebe9", "stroke_width": 1}
            drawn += element("line", across)
            drawn += text(LEFT - 8, at + 4, f"{value} %", font_size=12, fill=QUIET, text_anchor="end")
    return drawn


def _line(at: float, words_at: float, words: str, **look: object) -> Markup:
    across: dict[str, object] = {"x1": LEFT, "x2": WIDTH - RIGHT, "y1": at, "y2": at, "stroke_width": 1.5}
    return element("line", across | look) + text(WIDTH - RIGHT + 8, words_at, words, font_size=12, fill=INK)


def _point(x: float, y: float, point: Point) -> Markup:
    told = element("title", {}, str(escape(f"{point.label}: {point.value:.0f} %. {point.special}".strip())))
    if not point.special:
        return element(
            "circle", {"cx": x, "cy": y, "r": 4, "fill": "#fff", "stroke": DEEP, "stroke_width": 2}, str(told)
        )
    if point.improving:
        corners = f"{x},{y - 7} {x + 7},{y} {x},{y + 7} {x - 7},{y}"
        return element("polygon", {"points": corners, "fill": DEEP}, str(told))
    return element("rect", {"x": x - 5, "y": y - 5, "width": 10, "height": 10, "fill": "#8a4b00"}, str(told))


#: What each icon shows inside its ring: a path, and the colour of the ring.
_VARIATION = {
    "too-few": ("M14 22h16", QUIET),
    "common": ("M10 24c4-8 8-8 12 0s8 8 12 0", QUIET),
    "improving": ("M12 30L22 14l10 16M16 24h12", DEEP),
    "concerning": ("M22 11v14M22 30v3", "#8a4b00"),
}
_ASSURANCE = {
    "no-target": ("M14 22h16", QUIET),
    "too-few": ("M14 22h16", QUIET),
    "passing": ("M12 23l7 8 13-17", DEEP),
    "failing": ("M14 14l16 16M30 14L14 30", "#8a4b00"),
    "hit-or-miss": ("M16 17c0-8 12-8 12 0 0 5-6 5-6 9M22 32v2", QUIET),
}


def variation_icon(kind: str) -> Markup:
    """A wave for what is usual, a rising mark for better, a warning for worse."""
    return _icon(*_VARIATION[kind])


def assurance_icon(kind: str) -> Markup:
    """A tick where the target will be met, a cross where it will not, a question where it is chance."""
    return _icon(*_ASSURANCE[kind])


def _icon(path: str, colour: str) -> Markup:
    ring = element("circle", {"cx": 22, "cy": 22, "r": 20, "fill": "#fff", "stroke": colour, "stroke_width": 3})
    look = {"d": path, "fill": "none", "stroke": colour, "stroke_width": 3, "stroke_linecap": "round"}
    box = {"width": ICON, "height": ICON, "viewBox": "0 0 44 44", "aria_hidden": "true", "focusable": "false"}
    return element("svg", box, str(ring + element("path", look)))
