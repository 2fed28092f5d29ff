"""Two people on one form: what each has changed since they saw it is merged field by field, and never overwritten.

Pure functions of what is stored, what the form showed, and what came back. A draft is nested mappings; a field is the
path to it, and an empty value is no value.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Path = tuple[str, ...]
Body = dict[str, Any]
#: What a form says of its fields: text, a yes or no, a list of choices, or nothing.
Changes = Mapping[Path, Any]


@dataclass(frozen=True, slots=True)
class Merged:
    """The draft with what could be taken; what could not is kept beside it, by field, for whoever writes next."""

    body: Body
    seen: Body  # what the form that was sent shows, should it be sent again
    taken: frozenset[Path]
    set_aside: Mapping[Path, Any]


def said(body: Mapping[str, Any], path: Path) -> Any:
    """What a draft says at a path, or None."""
    inner: Any = body
    for step in path:
        if not isinstance(inner, Mapping) or step not in inner:
            return None
        inner = inner[step]
    return inner


def put(body: Body, path: Path, value: Any) -> None:
    """Write a value at a path; nothing at all takes the field away."""
    *steps, last = path
    inner = body
    for step in steps:
        inner = inner.setdefault(step, {})
    if value in (None, "", []):
        inner.pop(last, None)
    else:
        inner[last] = value


def merge(stored: Body, base: Mapping[str, Any], changes: Changes) -> Merged:
    """Take each change of a form whose field nobody else has changed since the form showed `base`."""
    body, taken, aside = copy.deepcopy(stored), set(), {}
    for path, value in changes.items():
        typed = None if value in ("", []) else value
        before, now = said(base, path), said(stored, path)
        if typed in (before, now):
            continue
        if now != before:
            aside[path] = typed
            continue
        put(body, path, typed)
        taken.add(path)
    seen = copy.deepcopy(body)
    for path, value in changes.items():
        put(seen, path, value)
    return Merged(body, seen, frozenset(taken), aside)
