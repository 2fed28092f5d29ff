"""The data officer's how-to, done exactly as it is written: the file, the check, the preview, and all that it promises
(F1, I8)."""

from __future__ import annotations

import argparse
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from daras.access.session import machine
from daras.agencies.reading import PRACTICE_FOLDER
from daras.cli import practice as command
from daras.exchange.installation import install_all
from daras.pages import installation
from daras.pages.tests.partnership import worker
from daras.pages.tests.test_forms import drawn
from daras.practice import load_pack, pack_for
from daras.rules.tests.test_form_packs import HOW_TO, written
from tests.test_rows import Partnership, chronology

pytestmark = pytest.mark.django_db
VISIT, MORNING = "/forms/begin/housing-visit/", "2026-11-24T09:30:00+00:00"


@pytest.fixture
def practice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A checkout's packs with the new file in them, read by everything until the test ends."""
    folder = tmp_path / "practice"
    shutil.copytree(PRACTICE_FOLDER, folder)
    (folder / "cornwall" / "forms_housing.toml").write_text(written(), "utf-8")
    readers = (pack_for, load_pack)
    for each in readers:
        monkeypatch.setattr(each.__wrapped__, "__defaults__", (folder,))
        each.cache_clear()
    yield folder
    for each in readers:
        each.cache_clear()


@pytest.fixture
def partnership(db: None, monkeypatch: pytest.MonkeyPatch) -> Partnership:
    monkeypatch.setenv("DARAS_NOW", MORNING)
    installation._is_synthetic.cache_clear()
    install_all()
    return Partnership(monkeypatch)


def checked(practice: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """What `./daras practice check` says of the pack that is in force."""
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    status = command.run(parser.parse_args(["check", str(practice / "england-2026")]))
    said = capsys.readouterr()
    return status, said.out + said.err


def test_the_check_says_that_it_is_whole_and_names_a_mistake_as_the_how_to_shows(
    practice: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """F1: given the file of the how-to, then the check finds it whole; given its slip, then it is named in the how-to's
    very words."""
    assert checked(practice, capsys) == (0, "england-2026: whole\n")
    shown = re.search(r"`(cornwall/forms_housing\.toml, line (\d+): [^`]+)`", HOW_TO.read_text("utf-8"))
    assert shown is not None
    lines = written().splitlines(keepends=True)
    lines[int(shown[2]) - 1] = 'kind = "essay"\n'
    (practice / "cornwall" / "forms_housing.toml").write_text("".join(lines), "utf-8")
    status, said = checked(practice, capsys)
    assert status == 2
    assert shown[1] in said


def test_what_the_how_to_promises_is_there(practice: Path, partnership: Partnership) -> None:
    """F1, I8: given that file and nothing else, then a housing officer finds the form and its preview, has it in "my
    work" when it is begun and in the chronology when it is completed; a home without heating is owed a second visit in
    five working days, a worry is with the front door, and all three measures count it; a school sees none."""
    officer = Client()
    with machine():
        officer.force_login(worker("Graham Uren", "cornwall-housing", "safeguarding", "housing-officer"))
    partnership.clients["officer"] = officer
    assert "Is there heating?" in partnership.reads("officer", "/forms/preview/housing-visit/")
    assert VISIT in partnership.reads("officer", "/forms/")
    address = partnership.sends("officer", VISIT, {"name": "Dean Hocking 30 9 1991", "role": "adult"})
    assert "Complete a form that was begun" in partnership.reads("officer", "/")
    typed = {
        "occurred-on": "24 11 2026", "occurred-at": "09:00", "complete": "1", "answers-heating": "no",
        "answers-why-not": "The boiler is broken.", "answers-worry": "yes", "answers-what": "A girl slept in her coat.",
        "people-children-p1-given_name": "Kerra", "people-children-p1-family_name": "Hocking",
        "people-children-p1-role": "child", "people-children-p1-date_of_birth": "3 2 2019",
    }  # fmt: skip
    partnership.sends("officer", address, {**drawn(officer, address), **typed})
    work = partnership.reads("officer", "/")
    assert "Visit the home again" in work
    assert "Tuesday 1 December 2026" in work
    assert "Complete a form that was begun" not in work
    assert "Housing visit" in chronology(partnership, "officer")
    assert "Kerra Hocking" in partnership.reads("manager", "/desk/")
    for measure, counted in (
        ("form-housing-visit-complete", r"4 of 4"),
        ("form-housing-visit-on-time", r"1 of 1"),
        ("homes-with-heating", r"0 of 1"),
    ):
        assert re.search(counted, partnership.reads("officer", f"/measures/{measure}/")), measure
        assert "Nothing has been counted yet." in partnership.reads("outsider", f"/measures/{measure}/")
    partnership.reads("outsider", address, status=404)
