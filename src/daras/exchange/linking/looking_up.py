"""Who in an index some people are, many of them at once: found under common keys, weighed together, and what may be
shown judged one by one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from daras.exchange.linking import plainly
from daras.exchange.linking.deciding import Candidates, Found, decide, likeliest_first, pairs
from daras.exchange.linking.levels_of_names import Flags, Integers
from daras.exchange.linking.numbering import numbered
from daras.exchange.linking.outlines import outlined
from daras.exchange.linking.plainly import Kept
from daras.exchange.linking.rules import MATCH, Rules
from daras.exchange.linking.sides import Columns, Side
from daras.exchange.linking.store import Index
from daras.exchange.linking.stretch import People
from daras.exchange.linking.weighing import Sieved, Weighing
from daras.exchange.linking.wordlist import WordList
from daras.matching.model import Model

#: So many pairs are weighed together: what they take in memory is bounded, however many somebody's name brings.
_PAIRS_TOGETHER = 100_000
#: The rows that may be one person are weighed among themselves up to so many; more are judged as they are asked about.
_FEW = 12


class LookUp:
    """An index with the weights, opened once in each process."""

    def __init__(self, index: Index, model: Model) -> None:
        self.index = index
        self._model = model
        self._names = WordList(index.names(), model.shares)
        self._weighing = Weighing(model, self._names)
        self._rules = Rules(model)

    def asked(self, people: People) -> dict[int, list[Found]]:
        """Of these people, by their places, those who match or may be somebody in the index, and whom."""
        outlines = Columns(outlined(people.parts, people.of, self._names.numbers))
        self._names.describe()
        kept = self._kept(people, outlines)
        settled = self._settled(kept, len(people.ids))[kept.whose]
        some = kept.taken(np.flatnonzero(settled))
        links = plainly.links(people, self.index, some, self._rules, matches_first=True)
        others = self._grouped(kept.taken(np.flatnonzero(~settled)))
        self._weigh_between(list(others.values()))
        for place, candidates in others.items():
            links[place] = decide(people.person(place), candidates, self.index, self._model)
        return links

    def twice(self, rows: range) -> dict[int, list[Found]]:
        """Of these rows of the index those that are, or may be, a later one too, and which."""
        people = self.index.people(rows)
        kept = self._kept(people, self.index.outlines.between(rows), first=rows.start)
        plain = kept.taken(np.flatnonzero(~kept.ruled.asked))
        links = plainly.links(people, self.index, plain, self._rules, matches_first=False)
        for place, candidates in self._grouped(kept.taken(np.flatnonzero(kept.ruled.asked))).items():
            found = pairs(people.person(place), candidates, self.index, self._model)
            if found:
                links[place] = sorted([*links.get(place, ()), *found], key=likeliest_first)
        return {rows[place]: links[place] for place in sorted(links)}

    def _settled(self, kept: Kept, people: int) -> Flags:
        """Who has only plain pairs, and of whom no two rows that match are two people: then each row is what it was
        judged. For that all have to match the likeliest."""
        found = kept.all_plain(people)
        shown = kept.ruled.decisions > 0
        several = np.bincount(kept.whose[kept.ruled.decisions == MATCH], minlength=people) > 1
        some = np.flatnonzero(shown & (found & several)[kept.whose])
        rows, heads, whose = plainly.beside_the_likeliest(kept.taken(some))
        sieved = self._sieved(self.index.outlines, rows, heads)
        told = self.index.told
        ruled = self._rules.on(sieved, lambda place: (told(int(rows[place])), told(int(heads[place]))))
        found[whose[ruled.asked | (ruled.decisions != MATCH)]] = False
        return found

    def _kept(self, people: People, outlines: Columns, first: int | None = None) -> Kept:
        """What has to be decided on: the pairs that may be shown or speak against somebody who may be; `first`: the
        people stand in the index from that row on, and only later rows are looked at."""
        found = self.index.under_numbers(*numbered(people), len(people.ids))
        whose, rows = found.whose, found.rows
        if first is not None:
            later = rows > whose + first
            whose, rows = whose[later], rows[later]
        may_be, differ = np.zeros(len(rows), dtype=bool), np.zeros(len(rows), dtype=bool)
        for some in _together(len(rows)):
            sides = Side(outlines, whose[some]), Side(self.index.outlines, rows[some])
            may_be[some], differ[some] = self._weighing.first_look(*sides)
        places = np.flatnonzero(may_be)
        sieved = self._sieved(outlines, whose[places], rows[places])
        # Who only speaks against a person says nothing where nobody may be shown, or where each pair stands for itself.
        asked = np.zeros(len(outlines), dtype=bool)
        asked[whose[places[sieved.shown]]] = True
        of_persons = first is None
        if of_persons and len(more := np.flatnonzero(differ & asked[whose])):
            sieved = Sieved.joined([sieved, self._sieved(outlines, whose[more], rows[more])])
            places = np.concatenate([places, more])
        kept = np.flatnonzero((sieved.shown | (sieved.against & of_persons)) & asked[whose[places]])
        kept = kept[np.argsort(places[kept])]
        whose, rows, sieved = whose[places[kept]], rows[places[kept]], sieved.taken(kept)
        told = self.index.told
        ruled = self._rules.on(sieved, lambda place: (people.person(int(whose[place])), told(int(rows[place]))))
        return Kept(whose, rows, sieved, ruled)

    def _sieved(self, outlines: Columns, whose: Integers, rows: Integers) -> Sieved:
        return Sieved.joined(
            [
                self._weighing.sieved(Side(outlines, whose[some]), Side(self.index.outlines, rows[some]))
                for some in _together(len(rows)) or [slice(0)]
            ]
        )

    def _grouped(self, kept: Kept) -> dict[int, Candidates]:
        """The pairs by those asked about."""
        grouped: dict[int, Candidates] = {}
        last, found = -1, Candidates([])
        columns = (kept.whose.tolist(), kept.rows.tolist(), kept.sieved.against.tolist(), kept.sieved.weighed())
        for place, row, against, weighed in zip(*columns, strict=True):
            if place != last:
                last = place
                found = grouped[place] = Candidates([], set(), {}, {})
            found.add(row, against=against, weighed=weighed)
        return grouped

    def _weigh_between(self, groups: Sequence[Candidates]) -> None:
        """How far the rows that somebody may be agree with each other, where they are few."""
        few = ((group, group.rows) for group in groups if 1 < len(group.rows) <= _FEW)
        pairs_of = [(group, *two) for group, rows in few for two in combinations(rows, 2)]
        for start in range(0, len(pairs_of), _PAIRS_TOGETHER):
            some = pairs_of[start : start + _PAIRS_TOGETHER]
            one, other = (np.array([pair[side] for pair in some], dtype=np.int64) for side in (1, 2))
            sieved = self._sieved(self.index.outlines, one, other)
            for (group, row, its), weighed in zip(some, sieved.weighed(), strict=True):
                if weighed is not None:
                    group.between[row, its] = weighed


def _together(pairs: int) -> list[slice]:
    """Of so many pairs those that are weighed together."""
    return [slice(start, start + _PAIRS_TOGETHER) for start in range(0, pairs, _PAIRS_TOGETHER)]
