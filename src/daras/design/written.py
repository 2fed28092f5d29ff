"""Words in a drawn picture: broken into lines that fit, and the marks that both pictures use. Nothing inline-styled.

The content security policy refuses style attributes, so everything is said by presentation attributes and classes.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

from markupsafe import Markup, escape

FONT = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
INK, QUIET, DEEP, RISK, SHORE = "#0b0c0c", "#44525a", "#0b3d46", "#a8071a", "#8fa7a4"


def lines_of(words: str, width: int, most: int) -> list[str]:
    """The words in lines of at most `width` letters; what does not fit into `most` lines ends in an ellipsis."""
    wrapped = textwrap.wrap(words, width, break_long_words=True, break_on_hyphens=True) or [""]
    if len(wrapped) > most:
        wrapped = [*wrapped[: most - 1], textwrap.shorten(wrapped[most - 1] + " …", width, placeholder="…")]
        if not wrapped[-1].endswith("…"):
            wrapped[-1] = wrapped[-1][: width - 1] + "…"
    return wrapped


def element(name: str, attributes: Mapping[str, object], inside: str = "") -> Markup:
    """One element; attribute names are written with underscores for hyphens. What is inside is markup already."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_plain(value))}"'
        for key, value in attributes.items()
        if value != ""
    )
    return Markup(f"<{name}{written}>{inside}</{name}>")  # noqa: S704 - every value is escaped above or by its maker


def _plain(value: object) -> object:
    return f"{value:.1f}".rstrip("0").rstrip(".") if isinstance(value, float) else value


def text(x: float, y: float, words: str, **attributes: object) -> Markup:
    """One line of words."""
    return element("text", {"x": x, "y": y} | attributes, str(escape(words)))


def picture(width: float, height: float, *, name: str, title: str, description: str, inside: str) -> Markup:
    """The whole picture: a named group, so that the links in it stay reachable by keyboard and screen reader."""
    about = element("title", {"id": f"{name}-title"}, str(escape(title)))
    about += element("desc", {"id": f"{name}-description"}, str(escape(description)))
    return element(
        "svg",
        {
            "class": f"daras-picture daras-picture--{name}",
            "xmlns": "http://www.w3.org/2000/svg",
            "width": width,
            "height": height,
            "viewBox": f"0 0 {_plain(float(width))} {_plain(float(height))}",
            "role": "group",
            "aria-labelledby": f"{name}-title",
            "aria-describedby": f"{name}-description",
            "font-family": FONT,
            "font-size": 14,
            "fill": INK,
        },
        str(about) + inside,
    )
