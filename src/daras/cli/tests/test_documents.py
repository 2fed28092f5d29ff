"""What the documents say is so: generated parts are made from the sources, and what is named in the rest is there."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from daras.access.policy import ROLES
from daras.agencies import load_directory
from daras.bench import kept
from daras.bench.figures import Figure
from daras.cli.documents import DocumentsRefused, environment, measured, refusals, requirements, schemas
from daras.cli.main import COMMANDS
from daras.frontdoor.reading import read
from daras.home.folder import CHECKOUT
from daras.outbox import signature

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s#]+)(?:#[^)]*)?\)")
PLACE = re.compile(r"`((?:src|docs|practice|demo|bootstrap|requirements|tests)/[\w./-]+)`")
COMMAND = re.compile(r"\./daras ([a-z]+)")
#: Pictures are made by a command and not kept in every checkout.
PICTURES = "docs/pictures/"


def pages() -> Iterator[Path]:
    """Every page that people read."""
    yield CHECKOUT / "README.md"
    yield from sorted((CHECKOUT / "docs").rglob("*.md"))


def made(folder: Path, files: dict[str, str]) -> Path:
    """A small checkout with these files."""
    for place, text in files.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(text, encoding="utf-8")
    return folder


ROWS = """
[[section]]
id = "A"
name = "The front door"
[[row]]
id = "A1"
kind = "strength"
found = "One door."
does = "A receipt at once."
[[row]]
id = "A16"
kind = "necessity"
does = "Safe tonight is asked first."
"""


def test_a_requirement_shows_the_tests_that_name_it(tmp_path: Path) -> None:
    """Set-up: given rows and a test that names one, then the page has the test's sentence under it, "not yet"
    elsewhere."""
    method = '    def test_it(self):\n        """Given a referral,\n        then a receipt."""\n'
    test = f'class TestDoor:\n    """A1"""\n{method}'
    page = requirements.document(made(tmp_path, {requirements.SOURCE: ROWS, "tests/test_door.py": test}))
    first, second = page.split("### A16")
    assert "- Given a referral, then a receipt.\n  `tests/test_door.py`, `TestDoor.test_it`" in first
    assert "Not yet." not in first
    assert "Not yet." in second
    assert "| all | 2 | 1 | 1 |" in page


def test_a_test_that_names_no_row_is_refused(tmp_path: Path) -> None:
    """Set-up: given a test with a mistyped id, then the page is not written, and the refusal names file and test."""
    test = 'def test_it():\n    """A99: given nothing."""\n'
    checkout = made(tmp_path, {requirements.SOURCE: ROWS, "tests/test_door.py": test})
    with pytest.raises(DocumentsRefused, match=r"tests/test_door\.py: test_it names A99"):
        requirements.document(checkout)


def test_ids_before_and_after_a_sentence_are_left_out_of_it(tmp_path: Path) -> None:
    """Given docstrings with ids first or last, then the page reads as sentences."""
    test = 'def test_a():\n    """A1, A16: given news, then a receipt."""\ndef test_b():\n    """Then safe (A1)."""\n'
    page = requirements.document(made(tmp_path, {requirements.SOURCE: ROWS, "tests/test_door.py": test}))
    assert page.count("- Given news, then a receipt.\n") == 2
    assert "- Then safe.\n" in page


def test_a_refusal_without_a_meaning_is_named(tmp_path: Path) -> None:
    """Given a new refusal that nobody explained, then the table is not written, and its code is named."""
    source = 'def check() -> None:\n    raise Refused("too-odd", "", "It is odd.", "Mend it.")\n'
    meanings = '[[group]]\nname = "Shape"\nabout = "."\n[group.given-when]\n'
    files = {
        "src/daras/frontdoor/checks.py": source,
        refusals.STATUSES: '_STATUS = {"too-odd": 409}\n',
        refusals.MEANINGS: meanings,
    }
    checkout = made(tmp_path, files)
    with pytest.raises(DocumentsRefused, match="too-odd"):
        refusals.document(checkout)
    made(tmp_path, {refusals.MEANINGS: meanings + 'too-odd = "it is odd"\n'})
    assert "| `too-odd` | 409 | it is odd | Mend it. |" in refusals.document(checkout)


def test_a_variable_without_a_meaning_is_named(tmp_path: Path) -> None:
    """Given a setting that nobody explained, then the page is not written, and the variable is named."""
    files = {
        "src/daras/settings.py": 'import os\nPORT = os.environ.get("DARAS_DOOR", "8000")\n',
        environment.LAUNCHER: "#!/bin/sh\n",
        environment.MEANINGS: '[[group]]\nname = "Web"\nabout = "."\nvariable = []\n',
    }
    checkout = made(tmp_path, files)
    with pytest.raises(DocumentsRefused, match="DARAS_DOOR"):
        environment.document(checkout)
    explained = '[[group]]\nname = "Web"\nabout = "."\nvariable = [{name = "DARAS_DOOR", means = "The port."}]\n'
    made(tmp_path, {environment.MEANINGS: explained})
    assert "| `DARAS_DOOR` | The port. | `8000` |" in environment.document(checkout)


def test_the_published_schemas_are_those_that_documents_are_checked_with() -> None:
    """A1: given docs/schemas, then each file is word for word what the software uses."""
    published = {path.name for path in (CHECKOUT / "docs/schemas").iterdir()}
    used = schemas.documents(CHECKOUT)
    assert {Path(place).name for place in used} == published
    assert [place for place, text in used.items() if (CHECKOUT / place).read_text("utf-8") != text] == []


def test_every_link_in_the_documents_leads_somewhere() -> None:
    """Given every page, then each link inside the project leads to a file."""
    broken = []
    for page in pages():
        for target in LINK.findall(page.read_text("utf-8")):
            if "://" in target or PICTURES in str((page.parent / target).resolve()):
                continue
            if not (page.parent / target).exists():
                broken.append(f"{page.relative_to(CHECKOUT)}: {target}")
    assert broken == []


def test_every_place_and_command_in_the_documents_exists() -> None:
    """Given every page, then each file it names is in the checkout, and each ./daras command is one."""
    missing = []
    for page in pages():
        text = page.read_text("utf-8")
        missing += [f"{page.name}: {place}" for place in PLACE.findall(text) if not (CHECKOUT / place).exists()]
        missing += [f"{page.name}: ./daras {name}" for name in COMMAND.findall(text) if name not in COMMANDS]
    assert missing == []


def test_the_webhook_check_in_the_guide_is_the_right_one() -> None:
    """A8: given the lines that a partner's developer copies, then they take what we sign and nothing changed or old."""
    guide = (CHECKOUT / "docs/administrator/people-and-systems.md").read_text("utf-8")
    lines = guide.split("```python\n")[1].split("```")[0]
    copied: dict[str, Callable[[str, bytes, str], bool]] = {}
    exec(lines, copied)
    is_from_daras, now = copied["is_from_daras"], int(time.time())
    header = signature.sign("secret", b"{}", at=now)
    assert is_from_daras("secret", b"{}", header)
    assert not is_from_daras("secret", b"{ }", header)
    assert not is_from_daras("other", b"{}", header)
    assert not is_from_daras("secret", b"{}", signature.sign("secret", b"{}", at=now - 301))


def test_the_guide_names_every_role() -> None:
    """G4: given the roles that somebody may have, then the administrator's page has all of them."""
    guide = (CHECKOUT / "docs/administrator/people-and-systems.md").read_text("utf-8")
    assert [role for role in ROLES if f"`{role}`" not in guide] == []


def test_every_example_in_the_documents_is_accepted() -> None:
    """A1: given the examples that a partner's developer begins with, then each is read as it stands."""
    page = (CHECKOUT / "docs/reference/referral-document.md").read_text("utf-8")
    examples = [text.split("```")[0].encode() for text in page.split("```json\n")[1:]]
    examples += [path.read_bytes() for path in sorted((CHECKOUT / "docs/examples").glob("*.json"))]
    now = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    assert [read(example, load_directory(), now).kind for example in examples] == ["referral", "referral"]


def test_the_map_of_the_house_names_every_layer() -> None:
    """Given the packages of src/daras, then the developer's map names each."""
    house = (CHECKOUT / "docs/developer/house.md").read_text("utf-8")
    layers = {path.parent.name for path in (CHECKOUT / "src/daras").glob("*/__init__.py")}
    assert sorted(layer for layer in layers if f"`{layer}`" not in house) == []


def test_what_was_measured_stands_under_its_command(tmp_path: Path) -> None:
    """Set-up: given a kept measurement, then the page says the command, the day, the machine and each figure with its
    target, leaves details to the file, and refuses a file that is none."""
    (tmp_path / kept.FOLDER).mkdir(parents=True)
    figures = [
        Figure("machine", "cores", 2.0, ""),
        Figure("screening", "screen 5 people, p95", 108.9, "ms", 100.0),
        Figure("screening", "one of many", 1.0, "ms", detail=True),
    ]
    kept.keep(tmp_path / kept.FOLDER / "screening.json", "./daras bench screening --people 100000", figures)
    page = measured.document(tmp_path)
    assert "    ./daras bench screening --people 100000\n" in page
    assert "cores 2." in page
    assert "| screen 5 people, p95 | 108.9 ms | 100 ms: **does not hold** |" in page
    assert "one of many" not in page
    assert "1 further figures, one by one, are in `docs/measured/screening.json`." in page
    (tmp_path / kept.FOLDER / "odd.json").write_text("{}", encoding="utf-8")
    with pytest.raises(DocumentsRefused, match=r"odd\.json"):
        measured.document(tmp_path)
