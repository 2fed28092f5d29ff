"""The same matching through Splink, on DuckDB or on Spark: for lists of a region or a country.

Splink finds the pairs under common keys and compares them level by level, spread over the machine or a cluster. Keys,
levels and weights are those of `daras.matching`: the levels are asked of its own code inside the engine, and the three
readings of a pair are weighed in SQL made from the model. What may be somebody is then decided here, as without an
engine.
"""

from __future__ import annotations

import base64
import logging
import marshal
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

from daras.exchange.linking.store import Index
from daras.exchange.linking.written import features_of_plain, plain_of_features
from daras.matching import keys
from daras.matching.agreement import Agreement, agreement
from daras.matching.features import PersonFeatures
from daras.matching.model import LEVELS, Model
from daras.matching.names import NameShares

Engine = Literal["daras", "splink", "spark"]
#: What has to be installed for each, and where it is listed.
NEEDED = {
    "splink": (("splink", "linkage"),),
    "spark": (("splink", "linkage"), ("pyspark", "spark")),
}

_ROWS_AT_A_TIME = 10_000
_MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Scored:
    """A pair of rows, and the likelihood that the engine worked out."""

    row: int
    other: int
    probability: float


def scored(engine: Engine, index: Index, people: Index | None, model: Model, folder: Path) -> Iterator[Scored]:
    """Every pair that may be one person or that a rule may hand to a person, in the order of rows; without `people`,
    the pairs within the index."""
    tables = [_written(index, folder / "b_index.parquet", bounded=True)]
    if people is not None:
        # Splink tells left from right by the name.
        tables.insert(0, _written(people, folder / "a_asked.parquet", bounded=False))
    yield from (_duckdb if engine == "splink" else _spark)(tables, model, folder)


def together(pairs: Iterator[Scored]) -> Iterator[tuple[int, list[int]]]:
    """Each row with the rows it may be."""
    for row, found in groupby(pairs, key=lambda pair: pair.row):
        yield row, [pair.other for pair in found]


# The levels of a pair, inside the engine.


@lru_cache(maxsize=20_000)
def _unpacked(described: str) -> PersonFeatures:
    return features_of_plain(marshal.loads(base64.b64decode(described)))  # noqa: S302 (written by this very run)


class Levels:
    """The functions that an engine calls, with the name shares of the model; sent to its processes as it is."""

    def __init__(self, shares: NameShares) -> None:
        self.shares = shares

    def level(self, field: str, one: str, other: str) -> str:
        """The level of one field of a pair."""
        return getattr(_agreement(one, other, self), field) or _MISSING

    def share(self, one: str, other: str, field: str) -> float:
        """How common the name is that the pair agrees in."""
        return float(getattr(_agreement(one, other, self), f"{field}_share"))

    def may_be_shown(self, one: str, other: str) -> bool:
        """Whether a rule may hand the pair to a person however unlikely it is."""
        agreed = _agreement(one, other, self)
        unborn = _unpacked(one).unborn or _unpacked(other).unborn
        return unborn or agreed.nhs_number == "different" or agreed.same_identifier


@lru_cache(maxsize=4_096)
def _agreement(one: str, other: str, levels: Levels) -> Agreement:
    return agreement(_unpacked(one), _unpacked(other), levels.shares)


# What is handed to Splink.


def settings(model: Model, link_type: str) -> dict[str, Any]:
    """The model as Splink reads it: its m and u are how often a level is seen among one person and among strangers."""
    return {
        "link_type": link_type,
        "unique_id_column_name": "row",
        "probability_two_random_records_match": 1 / (1 + model.strangers),
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": "l.keys = r.keys", "arrays_to_explode": ["keys"]},
        ],
        "comparisons": [_comparison(field, model) for field in LEVELS],
        "additional_columns_to_retain": ["described"],
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": False,
    }


def _comparison(field: str, model: Model) -> dict[str, Any]:
    def asked(level: str) -> str:
        return f"daras_level('{field}', described_l, described_r) = '{level}'"

    rungs: list[dict[str, Any]] = [
        {"sql_condition": asked(_MISSING), "label_for_charts": _MISSING, "is_null_level": True}
    ]
    for level in LEVELS[field]:
        odds = model.odds(field, level)
        u = odds.stranger if odds.share is None else _usual(odds.share, model)
        rungs.append(
            {
                "sql_condition": asked(level),
                "label_for_charts": level,
                "m_probability": odds.same_person,
                "u_probability": u,
            }
        )
    return {"output_column_name": field, "comparison_levels": [*rungs, {"sql_condition": "ELSE"}]}


def _usual(share: str, model: Model) -> float:
    return model.shares.unlisted_given if share == "given share" else model.shares.unlisted_family


def weighing(model: Model, predicted: str) -> str:
    """The three readings of each pair that Splink compared, in SQL; those that bear on a decision."""
    same = " * ".join(_factor(field, model, "same_person") for field in LEVELS)
    relative = " * ".join(_factor(field, model, "relative") for field in LEVELS)
    stranger = " * ".join(_factor(field, model, "stranger") for field in LEVELS)
    return f"""
    WITH weighed AS (
        SELECT row_l, row_r, daras_shown(described_l, described_r) AS shown,
               CAST({same} AS DOUBLE) AS same,
               CAST({model.relatives} AS DOUBLE) * {relative} AS relative,
               CAST({model.strangers} AS DOUBLE) * {stranger} AS stranger
        FROM {predicted}
    )
    SELECT row_l, row_r, same / (same + relative + stranger) AS probability
    FROM weighed
    WHERE shown OR same / (same + relative + stranger) >= {model.possible_from}
    ORDER BY row_l, row_r
    """  # noqa: S608 (numbers and names of the model)


def _factor(field: str, model: Model, reading: str) -> str:
    """What a field says under one reading: by Splink's number of its level, the strongest highest."""
    levels = LEVELS[field]
    cases = []
    for place, level in enumerate(levels):
        odds = model.odds(field, level)
        if reading == "stranger" and odds.share is not None:
            word = odds.share.split()[0]
            value = f"daras_share(described_l, described_r, '{word}')"
        else:
            value = f"CAST({getattr(odds, reading)!r} AS DOUBLE)"
        cases.append(f"WHEN gamma_{field} = {len(levels) - place} THEN {value}")
    return f"(CASE {' '.join(cases)} ELSE CAST(1 AS DOUBLE) END)"


def _written(index: Index, path: Path, *, bounded: bool) -> Path:
    """The rows of an index as Parquet: row, features, and keys; where it is `bounded`, under one key only so many rows,
    the latest, as the index itself brings them."""
    import pyarrow
    import pyarrow.parquet

    schema = pyarrow.schema(
        [("row", pyarrow.int64()), ("described", pyarrow.string()), ("keys", pyarrow.list_(pyarrow.int64()))]
    )
    with pyarrow.parquet.ParquetWriter(path, schema) as writer:
        for first in range(0, index.rows, _ROWS_AT_A_TIME):
            rows = range(first, min(first + _ROWS_AT_A_TIME, index.rows))
            people = [index.person(row)[1] for row in rows]
            asked = [keys.numbers(features) for features in people]
            found = {
                "row": list(rows),
                "described": [base64.b64encode(marshal.dumps(plain_of_features(each))).decode() for each in people],
                "keys": [
                    [key for key in numbers if not bounded or index.is_within_bound(key, row)]
                    for row, numbers in zip(rows, asked, strict=True)
                ],
            }
            writer.write_table(pyarrow.table(found, schema=schema))
    return path


def _linker(tables: list[Any], names: list[str], model: Model, api: Any) -> Any:
    from splink import Linker

    logging.getLogger("splink").setLevel(logging.ERROR)
    registered = [api.register(table, dataset_display_name=name) for table, name in zip(tables, names, strict=True)]
    link_type = "link_only" if len(tables) == 2 else "dedupe_only"
    one_or_both = registered if len(registered) == 2 else registered[0]
    return Linker(one_or_both, settings(model, link_type), log_level=logging.ERROR)


def _duckdb(files: list[Path], model: Model, folder: Path) -> Iterator[Scored]:
    import duckdb
    from splink import DuckDBAPI

    levels = Levels(model.shares)
    connection = duckdb.connect(str(folder / "engine.duckdb"))
    connection.execute("SET preserve_insertion_order = false")
    text = "VARCHAR"
    connection.create_function("daras_level", levels.level, [text, text, text], text)
    connection.create_function("daras_share", levels.share, [text, text, text], "DOUBLE")
    connection.create_function("daras_shown", levels.may_be_shown, [text, text], "BOOLEAN")
    tables = [connection.read_parquet(str(file)) for file in files]
    linker = _linker(tables, [file.stem for file in files], model, DuckDBAPI(connection=connection))
    predicted = linker.inference.predict().physical_name
    cursor = connection.execute(weighing(model, predicted))
    while stretch := cursor.fetchmany(_ROWS_AT_A_TIME):
        yield from (Scored(*row) for row in stretch)
    connection.close()


def _spark(files: list[Path], model: Model, folder: Path) -> Iterator[Scored]:
    from pyspark.sql import SparkSession
    from pyspark.sql.types import BooleanType, DoubleType, StringType
    from splink.backends.spark import SparkAPI

    builder = SparkSession.builder.appName("daras-match").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.warehouse.dir", str(folder / "warehouse"))
    # The levels are asked of our own code: by this very Python, not by the first one that is found.
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    builder = builder.config("spark.sql.shuffle.partitions", "4").config("spark.ui.showConsoleProgress", "false")
    spark = builder.master("local[2]").getOrCreate()
    try:
        spark.sparkContext.setLogLevel("ERROR")
        spark.sparkContext.setCheckpointDir(str(folder / "checkpoints"))
        levels = Levels(model.shares)
        spark.udf.register("daras_level", levels.level, StringType())
        spark.udf.register("daras_share", levels.share, DoubleType())
        spark.udf.register("daras_shown", levels.may_be_shown, BooleanType())
        open_api: Any = SparkAPI
        api = open_api(spark_session=spark, register_udfs_automatically=False, break_lineage_method="parquet")
        tables = [spark.read.parquet(str(file)) for file in files]
        linker = _linker(tables, [file.stem for file in files], model, api)
        linker.inference.predict().as_spark_dataframe().createOrReplaceTempView("daras_predicted")
        for row in spark.sql(weighing(model, "daras_predicted")).toLocalIterator():
            yield Scored(int(row[0]), int(row[1]), float(row[2]))
    finally:
        spark.stop()
