"""The weights of matching learned from a partnership's own list: Splink 5's expectation maximisation on DuckDB.

What Splink learns is how often each level of agreement is seen among records of one person (m) and of strangers (u). It
knows no relatives, so that third reading, and every level that it does not tell apart, stay as they were shipped. The
outcome is a model file as `model.toml` is, with the name shares of the list beside it, both for people to read.
"""

from __future__ import annotations

import logging
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from daras.exchange.linking.describing import FieldRefused, described
from daras.exchange.linking.reading import NothingRead, Problem, Reader
from daras.matching import names
from daras.matching.features import PersonFeatures
from daras.matching.model import LEVELS, SHIPPED, SHOWN_FROM, load

FEWEST_ROWS = 1_000
#: A name is listed when so many rows bear it.
FEWEST_BEARERS = 3
#: No share is taken to be nought or one: a level that was not seen may be seen.
SMALLEST = 1e-6

_A, _B = "{0}_l = {0}_r", "damerau_levenshtein({0}_l, {0}_r) <= 1"
#: What Splink tells apart of each field: a level of the model and when a pair is at it, the first that holds.
TOLD_APART: Mapping[str, tuple[tuple[str, str], ...]] = {
    "given_name": (
        ("same", _A.format("given_name")),
        ("short_form", "list_has_any(given_classes_l, given_classes_r)"),
        ("close", _B.format("given_name")),
        ("different", ""),
    ),
    "middle_names": (
        ("same", _A.format("middle_names")),
        ("initial", "(length(middle_names_l) = 1 or length(middle_names_r) = 1)"
         " and left(middle_names_l, 1) = left(middle_names_r, 1)"),
        ("different", ""),
    ),
    "family_name": (
        ("same", _A.format("family_name")),
        ("part", "list_has_any(family_parts_l, family_parts_r)"),
        ("close", _B.format("family_name")),
        ("different", ""),
    ),
    "date_of_birth": (
        ("same", _A.format("date_of_birth")),
        ("swapped", "left(date_of_birth_l, 4) = left(date_of_birth_r, 4)"
         " and substr(date_of_birth_l, 6, 2) = substr(date_of_birth_r, 9, 2)"
         " and substr(date_of_birth_l, 9, 2) = substr(date_of_birth_r, 6, 2)"),
        ("slip", _B.format("date_of_birth")),
        ("other_day", "left(date_of_birth_l, 7) = left(date_of_birth_r, 7)"),
        ("other_year", "right(date_of_birth_l, 5) = right(date_of_birth_r, 5)"),
        ("different", ""),
    ),
    "home": (
        ("same", _A.format("home")),
        ("same_line", "split_part(home_l, '|', 1) = split_part(home_r, '|', 1)"
         " and (postcode_l is null) <> (postcode_r is null)"),
        ("same_postcode", "postcode_l = postcode_r"),
        ("same_district", "left(postcode_l, -3) = left(postcode_r, -3)"),
        ("different", ""),
    ),
}  # fmt: skip
_BLOCKS = (("given_name", "family_name"), ("date_of_birth",), ("family_name", "postcode"))

Learned = dict[tuple[str, str], tuple[float, float]]


class TrainingRefused(Exception):
    """The list cannot be trained on; the message says why."""


@dataclass(frozen=True, slots=True)
class Trained:
    """What was written, and from how many rows."""

    rows: int
    model: Path
    shares: Path
    learned: Learned


def train(people: Path, out: Path, today: date, reject: Callable[[Problem], None]) -> Trained:
    """Learn from a list in which people are more than once, and write the model. Raises `NothingRead` and
    `TrainingRefused`."""
    reader = Reader(people, reject)
    found = list(_readable(reader, today))
    if not found:
        raise NothingRead(f"{people}: no row could be used.")
    if len(found) < FEWEST_ROWS:
        raise TrainingRefused(f"{people}: {len(found)} rows are too few to learn from; {FEWEST_ROWS:,} are needed.")
    learned = _learned(found)
    shares = shares_beside(out)
    shares.write_text(_shares(found), encoding="utf-8")
    out.write_text(_model(learned, len(found), today), encoding="utf-8")
    load.cache_clear()
    load(out)
    return Trained(len(found), out, shares, learned)


def shares_beside(model: Path) -> Path:
    """Where the name shares of a trained model are."""
    return model.with_name(f"{model.stem}.shares.toml")


def _readable(reader: Reader, today: date) -> Iterable[PersonFeatures]:
    for line, row in reader.rows():
        try:
            yield described(row, today)
        except FieldRefused as refused:
            reader.refuse(line, refused.field, str(refused), row)


def _learned(found: list[PersonFeatures]) -> Learned:
    import splink
    import splink.comparison_level_library as levels
    import splink.comparison_library as comparisons

    logging.getLogger("splink").setLevel(logging.ERROR)
    told: list[Any] = []
    for field, steps in TOLD_APART.items():
        rungs: list[Any] = [levels.CustomLevel(when, label_for_charts=level) for level, when in steps if when]
        null = levels.NullLevel(field)
        told.append(
            comparisons.CustomComparison(output_column_name=field, comparison_levels=[null, *rungs, levels.ElseLevel()])
        )
    settings = splink.SettingsCreator(
        link_type="dedupe_only",
        comparisons=told,
        blocking_rules_to_generate_predictions=[splink.block_on(*block) for block in _BLOCKS],
    )
    linker = splink.Linker(splink.DuckDBAPI().register(_table(found)), settings, log_level=logging.ERROR)
    linker.training.estimate_probability_two_random_records_match(
        [splink.block_on("given_name", "family_name", "date_of_birth")], recall=0.7
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for block in _BLOCKS:
        linker.training.estimate_parameters_using_expectation_maximisation(splink.block_on(*block))
    return _read(linker.misc.save_model_to_json())


def _read(model: Mapping[str, Any]) -> Learned:
    """m and u of every level that Splink learned."""
    learned: Learned = {}
    for comparison in model["comparisons"]:
        field = comparison["output_column_name"]
        rungs = [each for each in comparison["comparison_levels"] if not each.get("is_null_level")]
        for (level, _), rung in zip(TOLD_APART[field], rungs, strict=True):
            if "m_probability" in rung and "u_probability" in rung:
                learned[field, level] = float(rung["m_probability"]), float(rung["u_probability"])
    return learned


def _table(found: list[PersonFeatures]) -> Any:
    import pyarrow

    texts = ("given_name", "middle_names", "family_name", "date_of_birth", "home", "postcode")
    lists = ("given_classes", "family_parts")
    schema = pyarrow.schema(
        [("unique_id", pyarrow.int64()), *((name, pyarrow.string()) for name in texts)]
        + [(name, pyarrow.list_(pyarrow.string())) for name in lists]
    )
    return pyarrow.Table.from_pylist([_row(number, each) for number, each in enumerate(found)], schema=schema)


def _row(number: int, features: PersonFeatures) -> dict[str, Any]:
    born, home = features.date_of_birth, next(iter(features.homes), None)
    return {
        "unique_id": number,
        "given_name": features.given.plain if features.given else None,
        "given_classes": sorted(names.classes(features.given.plain)) if features.given else None,
        "middle_names": features.middle_names[0].plain if features.middle_names else None,
        "family_name": features.family.plain if features.family else None,
        "family_parts": list(features.family.parts) if features.family else None,
        "date_of_birth": born.iso if born and born.full else None,
        "home": home.key if home else None,
        "postcode": home.postcode if home else None,
    }


def _model(learned: Learned, rows: int, today: date) -> str:
    """A model file: what was learned in the place of what was shipped, each field's levels together one."""
    with SHIPPED.open("rb") as file:
        table = tomllib.load(file)
    lines = [
        f"# The weights of matching, learned by `./daras match train` with Splink 5 from a list of {rows:,} rows.",
        "# What they mean is explained in the shipped model (src/daras/matching/model.toml). What stands under",
        "# `relative`, and levels that were not learned, are as shipped. How common names are is in the file beside.",
        f'version = "{today}"',
        f'status = "trained on {rows} rows"',
        "",
        "[prior]",
        f"relatives = {table['prior']['relatives']}",
        f"strangers = {max(rows, FEWEST_ROWS)}",
        "strangers_a_record = 1",
        "",
        "[thresholds]",
        *(f"{name} = {table['thresholds'][name]}" for name in ("match", "possible", *SHOWN_FROM.values())),
    ]
    for field, levels in LEVELS.items():
        lines += ["", f"[{field}]"]
        shares = {level: _odds(table[field][level], learned.get((field, level))) for level in levels}
        total = {reading: _scale(shares, reading, field, learned) for reading in ("same_person", "stranger")}
        for level, odds in shares.items():
            was_learned = (field, level) in learned
            lines.append(f"{level} = {_written(odds, total if was_learned else {})}")
    return "\n".join(lines) + "\n"


def _odds(shipped: Mapping[str, Any], learned: tuple[float, float] | None) -> dict[str, Any]:
    odds = dict(shipped)
    if learned:
        odds["same_person"] = learned[0]
        if not isinstance(odds["stranger"], str):
            odds["stranger"] = learned[1]
    return odds


def _scale(shares: Mapping[str, Mapping[str, Any]], reading: str, field: str, learned: Learned) -> float:
    """What learned shares are multiplied by, so that they leave room for the levels that were not learned."""
    kept = sum(
        float(odds[reading])
        for level, odds in shares.items()
        if (field, level) not in learned and not isinstance(odds[reading], str)
    )
    return max(0.5, 1 - kept)


def _written(odds: Mapping[str, Any], scale: Mapping[str, float]) -> str:
    parts = []
    for reading in ("same_person", "relative", "stranger"):
        value = odds[reading]
        if isinstance(value, str):
            parts.append(f'{reading} = "{value}"')
        else:
            share = min(max(float(value) * scale.get(reading, 1.0), SMALLEST), 1 - SMALLEST)
            parts.append(f"{reading} = {share:.7f}")
    return "{ " + ", ".join(parts) + " }"


def _shares(found: list[PersonFeatures]) -> str:
    """How common each name is in the list, in people in ten thousand."""
    lines = ["# How common names are in the list that was trained on: people in ten thousand.", 'status = "trained"']
    counted = (
        ("family", Counter(each.family.plain for each in found if each.family)),
        ("given", Counter(each.given.plain for each in found if each.given)),
    )
    for kind, count in counted:
        total = max(1, sum(count.values()))
        once = 10_000 / total
        lines += ["", f"[{kind}]", f"unlisted = {once:.4f}", f"[{kind}.listed]"]
        lines += [
            f"{name} = {10_000 * number / total:.4f}"
            for name, number in count.most_common()
            if number >= FEWEST_BEARERS
        ]
    return "\n".join(lines) + "\n"
