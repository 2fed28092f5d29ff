"""Set-up: one entry for all commands, with an exit status that says whether it was done, refused, or a fault."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from daras.cli import chromium, installation, licences
from daras.cli.main import COMMANDS, main
from daras.cli.progress import Progress
from daras.cli.refusal import CommandRefused

SOURCE = Path(licences.__file__).resolve().parents[2]
PARTS_OF_A_DECISION = ("To decide", "Decided", "What follows")


def test_every_command_is_listed_and_nothing_else_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    """Set-up: given no command, or one that does not exist, then the commands are listed, with status 2."""
    assert main([]) == 2
    listed = capsys.readouterr()
    assert listed.out == ""
    assert all(name in listed.err for name in COMMANDS)
    assert main(["demonstrate"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "'demonstrate'" in told.err
    assert all(name in told.err for name in COMMANDS)


def test_help_loads_no_framework() -> None:
    """Set-up: given --help, then it answers without loading Django or starting a database."""
    script = (
        "import sys; from daras.cli.main import main\ntry: main(['--help'])\nfinally: print('django' in sys.modules)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.stdout.rstrip().endswith("False")


def test_a_refusal_with_json_is_one_document(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Set-up: given --json and a home that cannot be, then standard output is one JSON document, and the status 2."""
    monkeypatch.setenv("DARAS_HOME", "/dev/null/home")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert main(["receive", "--json", "nothing.json"]) == 2
    said = capsys.readouterr()
    assert "DARAS_HOME" in json.loads(said.out)["problem"]["detail"]
    assert "daras: The home /dev/null/home cannot be used" in said.err


def test_an_owner_without_an_application_is_refused() -> None:
    """Set-up: given only the owner's address, then it is not taken for the application's."""
    with pytest.raises(CommandRefused, match="DATABASE_URL is not"):
        installation.external_addresses({"DATABASE_OWNER_URL": "postgresql://owner@db.example/daras"})
    assert installation.external_addresses({}) is None


def test_progress_without_a_terminal_is_lines_not_drawing() -> None:
    """Set-up: given output that goes to a file, when the demo loads, then no control characters are written."""
    stream = io.StringIO()
    progress = Progress(stream)
    progress(0, 2, "people")
    progress(1, 2, "people")
    progress(2, 2, "people")
    progress.finish()
    assert stream.getvalue() == "daras: 0 of 2 people\ndaras: 2 of 2 people\n"


class Terminal(io.StringIO):
    """Output that somebody watches."""

    def isatty(self) -> bool:
        return True


def test_progress_in_a_terminal_is_a_bar_that_goes_away() -> None:
    """Set-up: given a terminal, when the demo loads, then a bar grows on one line, and nothing of it is left."""
    stream = Terminal()
    progress = Progress(stream)
    progress(1, 4, "people")
    progress(4, 4, "people")
    progress.finish()
    drawn = stream.getvalue().split("\r\x1b[K")
    assert drawn == ["", "[#######.......................] 1 of 4 people", f"[{'#' * 30}] 4 of 4 people", ""]


def test_the_readme_says_what_it_is_with_a_picture_and_the_two_commands() -> None:
    """Set-up: given somebody who has just cloned this, then the first page says what it is, shows a page of it, and has
    both commands, and every command there is."""
    page = (SOURCE.parent / "README.md").read_text("utf-8")
    assert page.index("# Daras\n\nDaras (Cornish for") < page.index("](docs/pictures/matter-desk.png)")
    assert (SOURCE.parent / "docs" / "pictures" / "matter-desk.png").stat().st_size > 10_000
    for command in ("demo", "test"):
        assert f"\n    ./daras {command}\n" in page
    assert [name for name in COMMANDS if f"| `./daras {name}" not in page] == []


@pytest.mark.parametrize("subject", ["ledger", "person-records", "audiences", "status", "trail", "outbox", "packs"])
def test_what_was_decided_about_the_spine_is_written_down(subject: str) -> None:
    """Set-up: given each decision that the spine rests on, then its record says what was to be decided, what was chosen
    and what it costs."""
    (record,) = (SOURCE.parent / "docs" / "decisions").glob(f"[0-9]*-{subject}.md")
    text = record.read_text("utf-8")
    for part in PARTS_OF_A_DECISION:
        assert f"**{part}" in text, (subject, part)


@pytest.mark.parametrize(
    ("licence", "unfit"),
    [
        ("MIT", False),
        ("BSD-3-Clause", False),
        ("GNU Lesser General Public License v3 (LGPLv3); License :: OSI Approved :: LGPL", False),
        ("GPL-3.0-only OR MIT", False),
        ("GPL-3.0-only", True),
        ("License :: OSI Approved :: GNU Affero General Public License v3", True),
        ("Proprietary", True),
        ("", True),
    ],
)
def test_licences_that_bind_our_users_are_found(licence: str, unfit: bool) -> None:
    """Set-up: given a package's licence, then copyleft, unknown and unstated ones do not pass."""
    assert licences.unfit(licence) is unfit


def test_no_package_of_the_product_binds_our_users() -> None:
    """Set-up: given everything that is locked for the product, then every licence is known and fits MIT."""
    packages = licences.locked_packages(licences.REQUIREMENTS / "base.txt")
    assert "django" in packages
    stated = {package: licences.stated_licence(package) for package in packages}
    assert {package for package, licence in stated.items() if licence is not None and licences.unfit(licence)} == set()


def test_a_snaps_stub_is_no_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set-up: given a machine whose chromium only asks for a snap, then a browser that runs is found, or none."""
    monkeypatch.setenv("PATH", str(tmp_path))
    stub = tmp_path / "chromium-browser"
    stub.write_text("#!/bin/sh\necho 'requires the chromium snap to be installed'\n")
    stub.chmod(0o755)
    assert chromium.path({}) is None
    (tmp_path / "google-chrome").write_text("#!/bin/sh\n")
    (tmp_path / "google-chrome").chmod(0o755)
    assert chromium.path({}) == str(tmp_path / "google-chrome")
    assert chromium.path({"DARAS_CHROMIUM": str(stub)}) == str(stub)
