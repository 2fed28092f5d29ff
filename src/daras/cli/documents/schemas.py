"""docs/schemas/: the published JSON Schemas, the same as the software checks documents with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

SOURCE = "src/daras/frontdoor/schemas"


def documents(checkout: Path) -> Mapping[str, str]:
    """Every schema under its place in docs/schemas/."""
    return {
        f"docs/schemas/{path.name}": path.read_text(encoding="utf-8")
        for path in sorted((checkout / SOURCE).glob("*.schema.json"))
    }
