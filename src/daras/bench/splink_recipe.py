"""Splink 5 as its documentation teaches it, on DuckDB: the same records and questions, trained on them without labels.

Names by Jaro-Winkler with term frequencies, date of birth and postcode by Splink's own comparisons; once with the first
line of the address as one more piece of evidence, as a recipe has it, and once without. The threshold is the one that
gives the highest F1 on the very questions, which flatters it. Of a million records so many are trained on as fit into
memory.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Any

from daras.bench.figures import Figure, milliseconds, percentile
from daras.bench.matching_set import OpenSet
from daras.bench.peers import fields
from daras.bench.scoring import Answer, at_best_threshold, cut
from daras.frontdoor.document import PersonNamed

BENCH = "matching"
_COLUMNS = ("given_name", "family_name", "date_of_birth", "postcode")
_ALONE = 20
_PAIRS_TOGETHER = 10_000
MOST_TRAINED_ON = 200_000
#: Of a question and a record, whichever of the two stands left ("q" comes before "r").
_BEST = """
SELECT asked, arg_max(held, probability), max(probability)
FROM (SELECT least(unique_id_l, unique_id_r) AS asked, greatest(unique_id_l, unique_id_r) AS held,
             match_probability AS probability FROM {pairs})
GROUP BY asked
"""


def answered(
    found: OpenSet, *, one_by_one: bool = True, database: Mapping[str, str] | None = None
) -> tuple[dict[str, list[Answer]], list[Figure]]:
    """The answers of both recipes at their best threshold, how long a batch takes, and one record alone where that is
    wanted. `database`: settings of DuckDB."""
    import duckdb

    logging.getLogger("splink").setLevel(logging.ERROR)
    answers, figures = {}, []
    for name, with_address in (("Splink 5, address as evidence", True), ("Splink 5, without address", False)):
        began, idle = time.perf_counter(), time.process_time()
        connection = duckdb.connect(config=dict(database or {}))
        linker, api = _trained(found, connection, with_address=with_address)
        scored = _scored(linker, connection, found)
        seconds, worked = time.perf_counter() - began, time.process_time() - idle
        threshold, _ = at_best_threshold(scored)
        answers[f"{name}, at its best threshold {threshold:.3f}"] = cut(scored, threshold)
        words = f"{name}: training and {len(found.questions):,} questions in a batch"
        figures += [Figure(BENCH, words, seconds, "s"), Figure(BENCH, f"{words}, of the processor", worked, "s")]
        if one_by_one and not with_address:
            figures += _alone(linker, api, found)
    return answers, figures


def _trained(found: OpenSet, connection: Any, *, with_address: bool) -> tuple[Any, Any]:
    """Ready to answer. Of more records than fit, every so many are trained on, as its documentation advises; how likely
    two records are one person is then found out among all of them."""
    from splink import DuckDBAPI, Linker

    api = DuckDBAPI(connection=connection)
    settings = _settings(with_address=with_address)
    step = -(-len(found.records) // MOST_TRAINED_ON)
    linker = Linker(_tables(api, found, step), settings, log_level=logging.ERROR)
    _prior(linker)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for columns in (("given_name", "family_name"), ("date_of_birth",)):
        linker.training.estimate_parameters_using_expectation_maximisation(_block_on(*columns))
    if step > 1:
        linker = Linker(_tables(api, found), linker.misc.save_model_to_json(), log_level=logging.ERROR)
        _prior(linker)
    return linker, api


def _prior(linker: Any) -> None:
    rules = [_block_on("given_name", "family_name", "date_of_birth")]
    linker.training.estimate_probability_two_random_records_match(rules, recall=0.7)


def _block_on(*columns: str) -> Any:
    from splink import block_on

    return block_on(*columns)


def _tables(api: Any, found: OpenSet, step: int = 1) -> list[Any]:
    held, asked = found.records[::step], found.questions[::step]
    return [
        api.register(_table([record.named for record in held], "r"), dataset_display_name=f"records{step}"),
        api.register(_table([question.named for question in asked], "q"), dataset_display_name=f"questions{step}"),
    ]


def _settings(*, with_address: bool) -> Any:
    import splink.comparison_library as cl
    from splink import SettingsCreator

    comparisons: list[Any] = [
        cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
        cl.NameComparison("family_name").configure(term_frequency_adjustments=True),
        cl.DateOfBirthComparison("date_of_birth", input_is_string=True),
        cl.PostcodeComparison("postcode"),
    ]
    if with_address:
        comparisons.append(cl.JaroWinklerAtThresholds("address", [0.9]))
    return SettingsCreator(
        link_type="link_only",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=[
            _block_on("given_name", "family_name"),
            _block_on("date_of_birth", "family_name"),
            _block_on("date_of_birth", "given_name"),
            _block_on("date_of_birth", "postcode"),
            _block_on("given_name", "postcode"),
            _block_on("family_name", "postcode"),
            _block_on("substr(given_name, 1, 3)", "substr(family_name, 1, 3)", "substr(date_of_birth, 1, 4)"),
        ],
        retain_matching_columns=False,
    )


def _table(people: list[PersonNamed], prefix: str) -> Any:
    import pyarrow

    rows = []
    for place, named in enumerate(people):
        values = [value or None for value in fields(named)]
        line = named.address.lines[0].lower() if named.address and named.address.lines else None
        rows.append({"unique_id": f"{prefix}{place}", **dict(zip(_COLUMNS, values, strict=True)), "address": line})
    kinds = pyarrow.schema([(name, pyarrow.string()) for name in ("unique_id", *_COLUMNS, "address")])
    return pyarrow.Table.from_pylist(rows, schema=kinds)


def _scored(linker: Any, connection: Any, found: OpenSet) -> list[Answer]:
    """The best record for each question; chosen by DuckDB, so that what is measured is Splink and not the reading of
    its answer."""
    pairs = linker.inference.predict(threshold_match_probability=0.001)
    best: dict[int, tuple[float, int]] = {}
    answer = connection.execute(_BEST.format(pairs=pairs.physical_name))
    while some := answer.fetchmany(_PAIRS_TOGETHER):
        for asked, held, probability in some:
            best[int(asked[1:])] = (float(probability), found.records[int(held[1:])].person)
    nobody: tuple[float, int | None] = (0.0, None)
    return [
        Answer(question.truth, None, best=best.get(place, nobody)[1], score=best.get(place, nobody)[0])
        for place, question in enumerate(found.questions)
    ]


def _alone(linker: Any, api: Any, found: OpenSet) -> list[Figure]:
    """One record at a time, as a front door would ask."""
    records = api.register(_table([record.named for record in found.records], "r"), dataset_display_name="held")
    seconds = []
    for place, question in enumerate(found.questions[:_ALONE]):
        one = api.register(_table([question.named], "q"), dataset_display_name=f"asked{place}")
        began = time.perf_counter()
        linker.inference.predict_between(one, records, threshold_match_probability=0.5).as_record_list()
        seconds.append(time.perf_counter() - began)
    return [
        Figure(BENCH, f"Splink 5, one record alone, {name}", milliseconds(percentile(seconds, share)), "ms")
        for share, name in ((0.5, "p50"), (0.95, "p95"))
    ]
