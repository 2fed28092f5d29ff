"""`./daras practice check`."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import pytest

from daras.agencies.reading import PRACTICE_FOLDER
from daras.cli import practice as command


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args(["check", *words]))


def test_the_command_says_that_packs_are_whole(capsys: pytest.CaptureFixture[str]) -> None:
    """Set-up: given whole packs, when they are checked from the command line, then the exit status is 0 and each is
    named."""
    assert run() == 0
    assert capsys.readouterr().out.splitlines() == ["cornwall: whole", "england-2018: whole", "england-2026: whole"]


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    """A copy of the packs that may be spoilt."""
    shutil.copytree(PRACTICE_FOLDER, tmp_path / "practice")
    return tmp_path / "practice"


def test_the_command_prints_one_document_and_refuses(packs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Set-up: given a pack with a mistake, when it is checked with --json, then one document names it and the status is
    2."""
    file = packs / "cornwall" / "duties.toml"
    file.write_text(
        file.read_text(encoding="utf-8").replace('clock = "60 minutes"', 'clock = "soon"'), encoding="utf-8"
    )
    assert run("--json", str(packs / "england-2026"), str(packs / "nowhere")) == 2
    first, second = json.loads(capsys.readouterr().out)
    assert first["pack"] == "england-2026"
    assert not first["holds"]
    assert first["problems"][0]["file"] == "cornwall/duties.toml"
    assert "is no pack" in second["problems"][0]["message"]
