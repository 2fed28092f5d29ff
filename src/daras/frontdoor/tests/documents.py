"""The example referrals, and small changes to them, for tests."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

REFERRALS = Path(__file__).resolve().parents[4] / "demo" / "referrals"
NAMES = ("mark", "alex", "open-case", "julie", "no-known-child")
#: The morning after the last of them was sent.
MORNING = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

Json = dict[str, Any]


def referral(name: str) -> Json:
    """An example referral, to be changed at will."""
    loaded: Json = json.loads((REFERRALS / f"{name}.json").read_text("utf-8"))
    return loaded


def changed(name: str, path: str, value: object) -> bytes:
    """An example with the value at a path ("people/0/date_of_birth") changed, or removed where it is None."""
    document = copy.deepcopy(referral(name))
    *steps, last = (int(step) if step.isdigit() else step for step in path.split("/"))
    inner: Any = document
    for step in steps:
        inner = inner[step]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return encoded(document)


def encoded(document: object) -> bytes:
    """A document as bytes."""
    return json.dumps(document, ensure_ascii=False).encode()
