"""Packs by date and by layer."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from daras.agencies.reading import PRACTICE_FOLDER
from daras.practice import NoPackForThatDay, PackRefused, load_pack, pack_for, pack_names, voice_placeholders
from daras.practice.conditions import All, AnyOf, Asks, ConditionRefused, Not, asked_in, read_condition
from daras.practice.loading import folded

TODAY = date(2026, 11, 24)


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    """A copy of the packs that may be changed."""
    shutil.copytree(PRACTICE_FOLDER, tmp_path / "practice")
    return tmp_path / "practice"


def rewrite(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("on", "name", "guidance"),
    [
        (date(2018, 10, 8), "england-2018", "Working Together to Safeguard Children 2018"),
        (date(2026, 3, 18), "england-2018", "Working Together to Safeguard Children 2018"),
        (date(2026, 3, 19), "england-2026", "Working Together to Safeguard Children 2026"),
        (TODAY, "england-2026", "Working Together to Safeguard Children 2026"),
    ],
)
def test_each_day_has_its_pack(on: date, name: str, guidance: str) -> None:
    """Given a day, when its pack is asked for, then it is the one in force then, with its own guidance (J1)."""
    pack = pack_for(on)
    assert pack.id == name
    assert pack.sources["working-together"].name == guidance


def test_a_pack_is_loaded_once_a_day() -> None:
    """Given a pack that was loaded, when it is asked for again, then nothing is read again."""
    assert pack_for(TODAY) is pack_for(TODAY)
    assert pack_names() == ("england-2018", "england-2026")


def test_a_local_entry_replaces_a_national_one(packs: Path) -> None:
    """Given an overlay with an entry of the same id, when the pack is loaded, then the local one holds."""
    file = packs / "cornwall" / "hours.toml"
    file.write_text(
        file.read_text(encoding="utf-8")
        + '\n[[placeholder]]\nid = "voice"\nwords = ["not on shift"]\n[[duty]]\nid = "offender-notification-check"\n'
        "withdrawn = true\n",
        encoding="utf-8",
    )
    pack = load_pack("england-2026", TODAY, packs)
    assert pack.voice_placeholders == {"notonshift"}
    assert "offender-notification-check" not in pack.duty_kinds
    assert "offender-notification-check" in pack_for(TODAY).duty_kinds


def test_entries_have_their_own_dates(packs: Path) -> None:
    """Given office hours that change in 2027, when packs of two days are loaded, then each has its own."""
    file = packs / "cornwall" / "hours.toml"
    rewrite(file, 'id = "offices"', 'id = "offices"\nvalid_to = 2026-12-31')
    later = "".join(f'{day} = "09:00-17:00"\n' for day in ("monday", "tuesday", "wednesday", "thursday", "friday"))
    file.write_text(
        file.read_text(encoding="utf-8") + f'\n[[office_hours]]\nid = "offices"\nvalid_from = 2027-01-01\n{later}',
        encoding="utf-8",
    )
    opens = {
        on: load_pack("england-2026", on, packs).calendar.hours.monday[0].isoformat("minutes")
        for on in (date(2026, 12, 31), date(2027, 1, 1))
    }
    assert opens == {date(2026, 12, 31): "08:45", date(2027, 1, 1): "09:00"}


def test_the_hours_in_which_parents_are_called_are_the_partnerships(packs: Path) -> None:
    """A6: given evening calls in the pack, then the local hours count; a last call before the first is refused by
    name."""
    calls = load_pack("england-2026", TODAY).evening_calls
    assert calls is not None
    assert (calls.first.isoformat("minutes"), calls.length.total_seconds(), calls.source.authority) == (
        "17:30", 1800, "local",
    )  # fmt: skip
    file = packs / "cornwall" / "hours.toml"
    rewrite(file, 'last = "20:00"', 'last = "16:00"')
    with pytest.raises(PackRefused, match=r"hours\.toml, line \d+: .*the last call is before the first"):
        load_pack("england-2026", TODAY, packs)


def test_a_pack_with_mistakes_is_refused_naming_file_and_line(packs: Path) -> None:
    """Given a clock nobody can read, when the pack is loaded, then the refusal names file, line and mistake."""
    file = packs / "cornwall" / "duties.toml"
    rewrite(file, 'clock = "60 minutes"', 'clock = "soonish"')
    line = next(n for n, text in enumerate(file.read_text("utf-8").splitlines(), 1) if "soonish" in text)
    with pytest.raises(PackRefused, match=rf"duties\.toml, line {line}: .*“soonish” is no clock"):
        load_pack("england-2026", TODAY, packs)


def test_a_day_without_a_pack_is_refused(packs: Path) -> None:
    """Given packs that begin later, when an earlier day is asked for, then the refusal names the day."""
    rewrite(packs / "england-2018" / "pack.toml", "valid_to", "valid_from = 2018-01-01\nvalid_to")
    with pytest.raises(NoPackForThatDay, match="2017-12-31"):
        pack_for(date(2017, 12, 31), packs)


@pytest.mark.parametrize("text", ["N/A", "n.a.", "Not applicable", "NOT APPLICABLE.", "none", "Not known", "-", "nil"])
def test_what_is_no_voice_of_a_child(text: str) -> None:
    """Given words that stand for nothing, when they are compared, then however written they are no voice (A3)."""
    assert folded(text) in voice_placeholders(TODAY)


@pytest.mark.parametrize(
    "text", ["No!", "I don't want to go there.", "Jake said Toby doesn't mind.", "nothing happened"]
)
def test_a_child_may_say_no(text: str) -> None:
    """Given a child's words, then they are a voice; a lone "no" asks the sender for the words around it (A3)."""
    assert (folded(text) in voice_placeholders(TODAY)) == (text == "No!")


def test_conditions_are_predicates_with_all_any_and_not() -> None:
    """Given conditions as a pack writes them, when they are read, then there is no other language (design idea 4)."""
    written = {"all": ["open-case", {"any": [{"test": "age", "at_most": 17}, {"not": "suspected"}]}]}
    read = read_condition(written)
    age = Asks("age", {"at_most": 17})
    assert read == All((Asks("open-case"), AnyOf((age, Not(Asks("suspected"))))))
    assert [test.predicate for test in asked_in(read)] == ["open-case", "age", "suspected"]
    refused: list[object] = [{"all": []}, {"xor": ["a"]}, {"all": ["a"], "any": ["b"]}, 3, {"not": ["a"]}]
    for wrong in refused:
        with pytest.raises(ConditionRefused):
            read_condition(wrong)


def test_the_questions_of_the_quality_check_make_a_hundred() -> None:
    """Given the questions a good referral answers, then their points make 100 (A2)."""
    questions = pack_for(TODAY).questions
    assert sum(question.points for question in questions) == 100
    assert {question.id for question in questions} >= {"what-happened", "voice", "safe-now", "who-else"}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('between = ["a", "b", "c"]\nmatch = 970\npossible = 100', "between two agencies"),
        ('between = ["a", "b"]\nmatch = 100\npossible = 970', "below match"),
    ],
)
def test_thresholds_of_matching_that_cannot_be_are_refused(packs: Path, wrong: str, said: str) -> None:
    """A5: given a threshold between three agencies, or one for possible above that for a match, then it is named."""
    (packs / "cornwall" / "matching.toml").write_text(
        f'[[link_threshold]]\nid = "x"\n{wrong}\nsource = "local-target"\n', encoding="utf-8"
    )
    with pytest.raises(PackRefused, match=said):
        load_pack("cornwall", date(2026, 11, 24), packs)
