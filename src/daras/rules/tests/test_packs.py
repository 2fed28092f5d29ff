"""The check of a whole pack: what a partnership gets wrong is named by file and line, all of it at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from daras.agencies.reading import PRACTICE_FOLDER
from daras.practice import Problem, check_pack
from daras.rules.predicates import PREDICATES, VOCABULARY


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    """A copy of the packs that may be spoilt."""
    shutil.copytree(PRACTICE_FOLDER, tmp_path / "practice")
    return tmp_path / "practice"


def spoil(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def problems(packs: Path, name: str = "england-2026") -> list[Problem]:
    return check_pack(packs / name, VOCABULARY)


@pytest.mark.parametrize("name", ["england-2018", "england-2026", "cornwall"])
def test_the_packs_that_come_with_daras_are_whole(name: str) -> None:
    """Set-up: given the packs as they are shipped, when they are checked, then nothing is wrong with them."""
    assert check_pack(PRACTICE_FOLDER / name, VOCABULARY) == []


def test_there_are_a_few_dozen_predicates_and_each_says_what_it_asks() -> None:
    """Given the predicates, then each has a docstring of its own: it is what a pack's author reads (design idea 4)."""
    assert 24 <= len(PREDICATES) <= 60
    assert all(name == name.lower() and " " not in name for name in PREDICATES)


MISTAKES = [
    ("cornwall/duties.toml", 'when = "strategy-indicated"', 'when = "strategy-indicatd"', "is no predicate"),
    ("cornwall/duties.toml", 'owner = "front-door"', 'owner = "back-door"', "Nobody answers as “back-door”"),
    ("cornwall/duties.toml", 'clock = "60 minutes"', 'clock = "soon"', "“soon” is no clock"),
    ("cornwall/duties.toml", 'anchor = "received"', 'anchor = "easter"', "no clock can count from “easter”"),
    ("cornwall/duties.toml", 'source = "local-target"', 'source = "hearsay"', "“hearsay” is not a source"),
    ("cornwall/duties.toml", 'source = "local-target"\n', "", "“source” is missing"),
    ("cornwall/duties.toml", 'authority = "local"', 'authority = "statute"', "statute is claimed without a statute"),
    ("cornwall/duties.toml", 'authority = "local"', 'authority = "guidance"', "is a local source"),
    ("cornwall/duties.toml", 'source = "local-target"', 'source = "working-together"', "make it look like more"),
    ("england-2018/duties.toml", 'authority = "guidance"', 'authority = "statute"', "statute is claimed"),
    ("cornwall/duties.toml", "told = ", "tell = ", "“tell” is not a word this entry knows"),
    ("cornwall/duties.toml", "{indicators}", "{verdict}", "{verdict} is not given"),
    ("cornwall/duties.toml", 'to = "front-door"', 'to = "nobody"', "Nobody answers as “nobody”"),
    ("cornwall/indicators.toml", "level = 4", "level = 5", "there is no level 5"),
    ("cornwall/indicators.toml", 'cue = "told"', 'cue = "tolled"', "“tolled” is no cue"),
    ("cornwall/indicators.toml", "category = ", "categories = ", "does not know “categories”"),
    ("cornwall/indicators.toml", "{ all = [", "{ xor = [", "is no condition"),
    ("cornwall/indicators.toml", "is of {facts}.", "is of {facts", "is no sentence"),
    ("cornwall/questions.toml", "points = 20", "points = 25", "make 105, not 100"),
    ("cornwall/hours.toml", "08:45-17:15", "17:15-08:45", "closes before it opens"),
    ("cornwall/hours.toml", 'id = "local-target"', 'id = "offices"\nfoo = 1', "is not a source"),
    ("cornwall/agencies.toml", 'owner = "cornwall-childrens-services/maru"', 'owner = "x/y"', "“x” is not an agency"),
    ("england-2018/invitations.toml", 'who = "police"', 'who = "army"', "Nobody answers as “army”"),
    ("england-2018/voice.toml", "[[placeholder]]", "[[placeholdr]]", "[[placeholdr]] is no kind of entry"),
    ("england-2026/pack.toml", 'builds_on = "england-2018"', 'builds_on = "england-2026"', "builds on itself"),
    ("england-2026/pack.toml", 'id = "england-2026"', 'id = "england"', "the folder is called “england-2026”"),
    ("england-2026/sources.toml", '[[source]]\nid = "best', '[[source]\nid = "best', "is not TOML"),
    ("cornwall/caseloads.toml", "most = 12", "most = 0", "a ceiling is at least 1"),
    ("cornwall/caseloads.toml", "most = 12", 'most = "a dozen"', "is no whole number"),
    ("cornwall/caseloads.toml", "most = 12", "most = 12\nmust = true", "“must” is not a word this entry knows"),
    (
        "cornwall/caseloads.toml",
        'source = "local-target"',
        'source = "offender-notification"',
        "no statute says",
    ),
    ("cornwall/caseloads.toml", '["therapy"]', '["theropy"]', "no agency is of the kind “theropy”"),
    ("cornwall/caseloads.toml", '["advisers"]', '["avisers"]', "“avisers” is no team of an agency of this kind"),
    ("cornwall/caseloads.toml", '["edge of care"]', '["therapy"]', "“therapy” speaks of the same teams"),
    ("cornwall/caseloads.toml", "valid_from = 2026-04-01", 'valid_from = "April"', "dates are written 2021-06-26"),
]


@pytest.mark.parametrize(("file", "right", "wrong", "message"), MISTAKES)
def test_a_mistake_is_named_by_file_and_line(packs: Path, file: str, right: str, wrong: str, message: str) -> None:
    """Given a pack with one mistake, when it is checked, then file, a true line and the mistake are named."""
    spoil(packs / file, right, wrong)
    found = [problem for problem in problems(packs) if message in problem.message]
    assert found, problems(packs)
    if file == found[0].file and wrong and "\n" not in wrong:
        lines = (packs / file).read_text(encoding="utf-8").splitlines()
        value = "\n".join(lines[found[0].line - 1 : found[0].line + 5])  # a value may run over some lines
        assert wrong in value or found[0].line == 1


def test_every_mistake_is_named_at_once(packs: Path) -> None:
    """Given three mistakes in three files, when the pack is checked, then all three are named."""
    for file, right, wrong, _ in (MISTAKES[0], MISTAKES[13], MISTAKES[22]):
        spoil(packs / file, right, wrong)
    assert {problem.file for problem in problems(packs)} >= {
        file for file, *_ in (MISTAKES[0], MISTAKES[13], MISTAKES[22])
    }


def test_two_entries_in_force_on_one_day_are_a_mistake(packs: Path) -> None:
    """Given two entries of one id, when their dates overlap, then the second names the line of the first."""
    file = packs / "cornwall" / "thresholds.toml"
    again = '\n[[level]]\nlevel = 4\nname = "Harm"\nmeaning = "Harm."\n'
    file.write_text(file.read_text(encoding="utf-8") + again, encoding="utf-8")
    assert [p.message for p in problems(packs)] == [
        "is in force on the same days as the one in cornwall/thresholds.toml, line 18"
    ]
    spoil(
        file,
        '\n[[level]]\nlevel = 4\nname = "Significant harm"',
        '\n[[level]]\nlevel = 4\nvalid_to = 2026-12-31\nname = "Significant harm"',
    )
    spoil(file, 'name = "Harm"', 'valid_from = 2027-01-01\nname = "Harm"')
    assert problems(packs) == []
