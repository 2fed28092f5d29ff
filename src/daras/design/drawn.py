"""Components of a page that differ from each other by a few words only are drawn once.

A page on which a record is kept has a hundred and fifty fields, most of them the same but for the name under which they
are sent. What a macro made of one is kept in the process and used for all that are alike, whoever looks: two values are
alike when everything the macro reads is equal, so that nobody is shown anything that was not given to be drawn for
them.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from functools import lru_cache
from typing import Any

from jinja2 import Environment
from markupsafe import Markup, escape

#: How many different components a process keeps, the least used forgotten first.
KEPT = 1_000
#: Nobody can guess what stands in place of a word while it is drawn, and so cannot write it.
_SECRET = secrets.token_hex(12)


class Drawn:
    """A function of the templates: `drawn(template, macro, value, ...names)`.

    `value` is a frozen dataclass of plain values. `names` are those of its attributes that the macro writes into the
    page as they stand, wherever it writes them: short of being empty they change nothing else in what is drawn.
    """

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._parts = lru_cache(maxsize=KEPT)(self._draw)

    @property
    def kept(self) -> int:
        """How many components are kept."""
        return self._parts.cache_info().currsize

    def __call__(self, template: str, macro: str, value: Any, *names: str) -> Markup:
        """What the macro of that template makes of the value."""
        words = {name: getattr(value, name) for name in names if getattr(value, name)}
        parts = self._parts(template, macro, replace(value, **{name: _placeholder(name) for name in words}))
        written = {_placeholder(name): str(escape(word)) for name, word in words.items()}
        return Markup("".join([written.get(part, part) for part in parts]))  # noqa: S704 - a macro escaped the rest

    def _draw(self, template: str, macro: str, value: Any) -> tuple[str, ...]:
        """What was drawn, cut where a word is to be written."""
        made = str(getattr(self._environment.get_template(template).module, macro)(value))
        return tuple(re.split(f"({_SECRET}-[a-z_]+-)", made))


def _placeholder(name: str) -> str:
    return f"{_SECRET}-{name}-"
