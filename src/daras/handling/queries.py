"""Grades, as far as their reader may see them."""

from __future__ import annotations

from collections.abc import Iterable

from daras.handling.models import EntryGraded


def grades_of(fact_ids: Iterable[int]) -> dict[int, EntryGraded]:
    """The standing grade of each of these entries that has one the reader may see."""
    rows = EntryGraded.objects.filter(entry__in=sorted(set(fact_ids)), fact__superseded_by__isnull=True)
    return {each.entry_id: each for each in rows.order_by("fact_id")}
