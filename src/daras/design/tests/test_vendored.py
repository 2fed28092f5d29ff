"""The vendored assets: nothing we may not use, nothing fetched from elsewhere, nothing missing."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

import daras.design

STATIC = Path(daras.design.__file__).parent / "static" / "daras"
TEXTS = sorted(path for path in STATIC.rglob("*") if path.suffix in {".css", ".js", ".svg"})


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_no_government_brand_and_no_map(path: Path) -> None:
    """Given that Daras is no GOV.UK service, then its typeface and crest are not here, nor a builder's maps."""
    text = path.read_text("utf-8")
    for unwanted in ("GDS Transport", "govuk-crest", "sourceMappingURL"):
        assert unwanted not in text


@pytest.mark.parametrize("path", [path for path in TEXTS if path.suffix == ".css"], ids=lambda path: path.name)
def test_everything_a_style_names_is_here(path: Path) -> None:
    """Given each address in a stylesheet, then it is a file beside it."""
    for address in re.findall(r"url\(([^)]+)\)", path.read_text("utf-8")):
        assert (path.parent / address.strip("\"'")).is_file(), address
    assert "@import" not in path.read_text("utf-8")


def test_each_vendored_text_has_its_compressed_twin() -> None:
    """Given that nobody builds before serving, then what is sent compressed is what stands beside it."""
    found = sorted(STATIC.rglob("*.min.*"))
    plain = [path for path in found if path.suffix != ".gz"]
    assert len(plain) == 5
    for path in plain:
        assert gzip.decompress(path.with_name(path.name + ".gz").read_bytes()) == path.read_bytes()


def test_third_parties_are_named() -> None:
    """Given each vendored folder, then the list of third parties names it with its version."""
    named = (STATIC.parents[1] / "THIRD_PARTY.md").read_text("utf-8")
    for folder in (STATIC / "vendor").iterdir():
        assert folder.name.rpartition("-")[2] in named


def colours() -> dict[str, str]:
    return dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6});", (STATIC / "daras.css").read_text("utf-8")))


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        ("--daras-ink", "#ffffff"),
        ("--daras-ink", "--daras-mist"),
        ("--daras-quiet", "#ffffff"),
        ("--daras-quiet", "--daras-mist"),
        ("--daras-risk", "#ffffff"),
        ("--daras-risk", "--daras-risk-pale"),
        ("--govuk-link-colour", "#ffffff"),
        ("--govuk-link-colour", "--daras-mist"),
        ("--govuk-link-visited-colour", "#ffffff"),
        ("#ffffff", "--daras-deep"),
        ("#ffffff", "--daras-sea"),
    ],
)
def test_every_ink_reads_on_its_paper(ink: str, paper: str) -> None:
    """Given our own colours, then text on its ground has a contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3)."""
    known = colours()
    assert contrast(known.get(ink, ink), known.get(paper, paper)) >= 4.5
