"""Forms and measures as practice data: each mistake is named by file, line and what is wrong (A3, F1, I8)."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from daras.agencies.reading import PRACTICE_FOLDER
from daras.practice import check_pack, load_pack
from daras.practice.form_definitions import Said
from daras.rules.predicates import VOCABULARY

TODAY = date(2026, 11, 24)
HOW_TO = Path(__file__).resolve().parents[4] / "docs" / "data-officer" / "adding-a-form.md"


def written() -> str:
    """The form that the how-to tells a data officer to write."""
    found = re.search(r"```toml\n(.*?)```", HOW_TO.read_text("utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    """A copy of the packs, with the how-to's form added."""
    shutil.copytree(PRACTICE_FOLDER, tmp_path / "practice")
    (tmp_path / "practice" / "cornwall" / "forms_housing.toml").write_text(written(), "utf-8")
    return tmp_path / "practice"


def test_what_the_how_to_says_is_whole_and_does_what_it_says(packs: Path) -> None:
    """F1: given exactly the form of the how-to, then the pack is whole; the form asks why only where there is no
    heating, reaches the front door only with a worry, and its duty and its measure are there."""
    assert check_pack(packs / "england-2026", VOCABULARY) == []
    pack = load_pack("england-2026", TODAY, packs)
    form = pack.forms["housing-visit"]
    cold, warm = Said({"heating": "no", "worry": "yes"}), Said({"heating": "yes", "worry": "no"})
    assert "why-not" in [question.id for question in form.asked(cold)]
    assert "why-not" not in [question.id for question in form.asked(warm)]
    assert (form.goes_to_front_door(cold), form.goes_to_front_door(warm)) == (True, False)
    assert str(pack.duty("visit-again").clock) == "5 working days"
    assert pack.measures["homes-with-heating"].target == 95


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ('kind = "textarea"', 'kind = "essay"', 'kind = "essay"', "“kind” is “essay”, not one of"),
        (
            'question = "heating", is = ["no"] }\n\n',
            'question = "heat", is = ["no"] }\n\n',
            '"heat"',
            "“heat” is no question",
        ),
        ('is = ["no"] }\n\n', 'is = ["cold"] }\n\n', '"cold"', "“cold” is no choice of “heating”"),
        ('id = "worry"', 'id = "heating"', 'id = "heating"\nask = "Are', "“heating” is asked twice"),
        ('duty = "visit-again"', 'duty = "visit"', 'duty = "visit"', "“visit” is no duty of this pack"),
        ("form-completed:housing-visit", "form-completed:visit", "form-completed:visit", "“visit” is no form"),
        ('means = "what-happened"\n', "", "reaches = ", "no question means “what-happened”"),
        ('query = "form-answer"', 'query = "form-complete"', 'query = "form-c', "is asked with form"),
        ("target = 95", "target = 195", "target = 195", "a target is a share of a hundred"),
        ('ask = "Is there heating?"', 'asks = "Is there heating?"', 'id = "heating"', "“ask” is missing"),
    ],
)
def test_each_mistake_is_named_by_file_and_line(packs: Path, old: str, new: str, at: str, says: str) -> None:
    """F1: given a mistake in the form, its duty or its measure, then the check names file and line and what is
    wrong."""
    file = packs / "cornwall" / "forms_housing.toml"
    text = written()
    assert old in text
    text = text.replace(old, new, 1)
    file.write_text(text, "utf-8")
    found = [problem for problem in check_pack(packs / "england-2026", VOCABULARY) if says in problem.message]
    assert found, [str(each) for each in check_pack(packs / "england-2026", VOCABULARY)]
    assert found[0].file == "cornwall/forms_housing.toml"
    line = text[: text.index(at)].count("\n") + 1
    assert abs(found[0].line - line) <= 1


def test_an_old_version_stays_readable(packs: Path) -> None:
    """F1: given a form whose questions change, then each day has its own version."""
    file = packs / "cornwall" / "forms_housing.toml"
    form, _, rest = written().partition("[[duty]]")
    former = form.replace("version = 1\n", "version = 1\nvalid_to = 2026-11-30\n")
    later = form.replace("version = 1\n", "version = 2\nvalid_from = 2026-12-01\n").replace(
        "Is there heating?", "Warm?"
    )
    file.write_text(former + later + "[[duty]]" + rest, "utf-8")
    assert check_pack(packs / "england-2026", VOCABULARY) == []
    for day, version, ask in ((TODAY, 1, "Is there heating?"), (date(2026, 12, 1), 2, "Warm?")):
        found = load_pack("england-2026", day, packs).forms["housing-visit"]
        question = found.question("heating")
        assert question is not None
        assert (found.version, question.ask) == (version, ask)


def test_a_score_counts_what_is_asked() -> None:
    """F4: given the exploitation tool, then choices count together, and a band is what its score reaches."""
    form = load_pack("england-2026", TODAY).forms["exploitation"]
    said = Said({"missing": "often", "who-with": ["older", "online"], "fear": "yes"})
    assert form.score(said) == 3 + 3 + 2 + 4
    band = form.band(form.score(said))
    assert band is not None
    assert band.name == "many signs"
    assert form.goes_to_front_door(said)
    assert load_pack("england-2026", TODAY).forms["vist"].score(said) is None
