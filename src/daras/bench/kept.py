"""Measurements that are kept: what a command printed, with the command and the day, as one JSON file each.

Records of decisions speak of these files and hold no figures of their own, so that every figure says what prints it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from daras.bench.figures import Figure

#: Of the checkout.
FOLDER = "docs/measured"


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one command printed on one day, that of the machine and never `$DARAS_NOW`."""

    command: str
    on: date
    figures: Sequence[Figure]


def keep(path: Path, command: str, figures: Sequence[Figure]) -> None:
    """Write what a command printed today; whatever stood there is replaced."""
    kept = {"command": command, "on": datetime.now(UTC).date().isoformat(), "figures": [f.as_json() for f in figures]}
    path.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read(path: Path) -> Measurement:
    """What was kept. Raises KeyError or ValueError where the file is none of ours."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    return Measurement(
        command=kept["command"],
        on=date.fromisoformat(kept["on"]),
        figures=[Figure.read(each) for each in kept["figures"]],
    )
