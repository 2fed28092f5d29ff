"""Templates are translated once for an account of the machine, and a page never fails because that cannot be kept."""

from __future__ import annotations

import stat
import tempfile
from pathlib import Path

import pytest
from jinja2 import DictLoader

from daras.design.environment import environment, load_all

PAGES = {"greeting.html": "<p>{{ name }}</p>"}


@pytest.fixture
def temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this process keeps temporary files, for one test."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_what_is_translated_is_kept_for_the_next_process_where_nobody_else_may_read_it(temporary_files: Path) -> None:
    load_all(environment(DictLoader(PAGES)))
    (folder,) = temporary_files.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == stat.S_IRWXU
    kept = {each: each.stat().st_mtime_ns for each in folder.iterdir()}
    assert kept
    load_all(environment(DictLoader(PAGES)))
    assert {each: each.stat().st_mtime_ns for each in folder.iterdir()} == kept


def test_a_changed_template_is_translated_anew(temporary_files: Path) -> None:
    load_all(environment(DictLoader(PAGES)))
    changed = environment(DictLoader({"greeting.html": "<b>{{ name }}</b>"}))
    assert changed.get_template("greeting.html").render(name="<Alex>") == "<b>&lt;Alex&gt;</b>"


def test_a_folder_that_went_away_costs_no_page(temporary_files: Path) -> None:
    made = environment(DictLoader(PAGES))
    for each in temporary_files.iterdir():
        each.rmdir()
    assert made.get_template("greeting.html").render(name="Alex") == "<p>Alex</p>"


def test_a_folder_that_is_not_ours_is_not_used(temporary_files: Path) -> None:
    load_all(environment(DictLoader(PAGES)))
    (folder,) = temporary_files.iterdir()
    for each in folder.iterdir():
        each.unlink()
    folder.rmdir()
    folder.symlink_to(temporary_files.parent)
    made = environment(DictLoader(PAGES))
    assert made.bytecode_cache is None
    assert made.get_template("greeting.html").render(name="Alex") == "<p>Alex</p>"
