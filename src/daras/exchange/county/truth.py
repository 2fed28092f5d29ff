"""The truth of a county, in files beside the database: it is what measurements compare with, and nobody else reads it.

- `records.csv`: which record is of which person, and whether it was left apart from the person's other records;
- `histories.csv`: of whom there was news, when, and what became of it;
- `people.csv`: who everybody is; `stays.csv`: who lives where, from when to when; `ties.csv`: who is what of whom.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from daras.exchange.county.copying import Copy
from daras.exchange.county.histories import HistoryWritten, Told
from daras.exchange.county.lives import Kin

HEADERS = {
    "records": ("agency", "local_id", "record", "person", "left_apart"),
    "people": ("person", "given_name", "middle_names", "family_name", "date_of_birth", "expected", "sex", "nhs_number",
               "poses_risk"),
    "stays": ("person", "address", "town", "postcode", "kind", "since", "until"),
    "ties": ("person", "relation", "of", "since", "until"),
    "histories": ("matter", "child", "suspected", "relation", "sender", "on", "story"),
}  # fmt: skip


class Truth:
    """Writes the files; a part of a county has files of its own, numbered."""

    def __init__(self, folder: Path, part: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._files: dict[str, TextIO] = {
            name: (folder / f"{name}-{part}.csv").open("w", encoding="utf-8", newline="") for name in HEADERS
        }
        self._writers: dict[str, Any] = {name: csv.writer(file) for name, file in self._files.items()}
        for name, header in HEADERS.items():
            self._writers[name].writerow(header)

    def __enter__(self) -> Truth:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in self._files.values():
            file.close()

    def kin(self, kin: Kin) -> None:
        """Who they are, where they live when, and how they are related."""
        for life in kin.lives:
            self._writers["people"].writerow(
                (life.number, life.given, life.middle, life.families[-1][1], life.born, life.expected or "", life.sex,
                 life.nhs_number, "yes" if life.risk else "")
            )  # fmt: skip
            for stay in life.stays:
                place = stay.place
                self._writers["stays"].writerow(
                    (life.number, place.line, place.town, place.postcode, place.kind, stay.since, stay.until or "")
                )
        for tie in kin.ties:
            self._writers["ties"].writerow(
                (tie.start.number, tie.relation, tie.end.number, tie.since or "", tie.until or "")
            )

    def records(self, rows: Iterable[tuple[Copy, int, bool]]) -> None:
        """Records with their numbers, and whether each was left apart."""
        self._writers["records"].writerows(
            (copy.agency, copy.named.ref, record, copy.life.number, "yes" if apart else "")
            for copy, record, apart in rows
        )

    def history(self, told: Told, written: HistoryWritten) -> None:
        """News of a family, and whose its sender's records are."""
        self._writers["records"].writerows(
            (told.agency, ref, record, told.people[ref].number, "") for ref, record in written.records.items()
        )
        self._writers["histories"].writerow(
            (written.matter, told.child.number, told.man.number, told.relation, told.agency, told.at.date(), told.story)
        )
