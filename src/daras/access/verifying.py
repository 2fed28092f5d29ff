"""Whether the trail is what it was: each edit, removal, reordering and cut located, against the anchors (G4).

What the chain alone shows is where it does not fit itself. Whoever rewrites entries and chain together is found by the
anchors, and located between the last that agrees and the first that does not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from django.db import connection

from daras.access import anchor_keys, anchoring
from daras.access.anchor_keys import AnchorRefused
from daras.access.anchoring import Statement
from daras.access.chain import COLUMNS, GENESIS, Entry, link
from daras.access.models import TrailAnchor
from daras.access.places import Place, place
from daras.access.session import custody
from daras.working_time import clock

Kind = Literal[
    "entry-edited", "entry-removed", "entries-reordered", "link-edited", "link-removed", "chain-cut", "chain-rebuilt",
    "anchor-forged", "anchor-removed", "anchors-disagree",
]  # fmt: skip

#: Entries are read from the server this many at a time.
AT_ONCE = 5000
#: How many places that do not fit are compared with each other to tell reordering from editing.
COMPARED = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: what, where in the chain, with which entry, and in words."""

    kind: Kind
    position: int
    entry_id: int | None
    words: str


@dataclass(frozen=True, slots=True)
class Restored:
    """A backup was restored, as our own key signed: where the chain went on from, and up to which position what older
    anchors name is lost by it. No finding, and always said."""

    at: datetime
    position: int
    lost_to: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification found, and how far it could see."""

    sealed: int
    unsealed: int
    oldest_unsealed_at: datetime | None
    place: str
    anchors: int
    anchored: int
    last_anchor_at: datetime | None
    verified_at: datetime
    findings: tuple[Finding, ...] = ()
    restores: tuple[Restored, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


@dataclass(frozen=True, slots=True)
class _Link:
    position: int
    entry_id: int
    digest: str
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class _Misfit:
    """A link whose digest is not that of its entry upon the link before."""

    position: int
    digest: str
    entry: Entry
    previous: str


@dataclass(slots=True)
class _Walk:
    """One pass over the chain: what does not fit, and the digests at the anchored positions."""

    anchored: Collection[int]
    length: int = 0
    findings: list[Finding] = field(default_factory=list)
    misfits: list[_Misfit] = field(default_factory=list)
    missing: list[_Link] = field(default_factory=list)
    digests: dict[int, str] = field(default_factory=dict)

    def over(self, links: Iterable[_Link]) -> None:
        previous: str | None = GENESIS
        for each in links:
            if each.position != self.length + 1:
                self._gap(each)
                previous = None
            self._fit(each, previous)
            if each.position in self.anchored:
                self.digests[each.position] = each.digest
            previous = each.digest
            self.length = each.position
        self.findings += [*_explained(self.misfits), *self._missing_told()]

    def _gap(self, following: _Link) -> None:
        first, last = self.length + 1, following.position - 1
        self.findings.append(
            Finding(
                "link-removed",
                first,
                None,
                f"The chain has no {_range(first, last)} before entry {following.entry_id}.",
            )
        )

    def _fit(self, each: _Link, previous: str | None) -> None:
        if each.entry is None:
            self.missing.append(each)
        elif previous is not None and link(previous, each.entry) != each.digest:
            self.misfits.append(_Misfit(each.position, each.digest, each.entry, previous))

    def _missing_told(self) -> Iterator[Finding]:
        for run in _runs(self.missing):
            first, last = run[0], run[-1]
            entries = (
                f"Entry {first.entry_id} is" if first is last else f"Entries {first.entry_id} to {last.entry_id} are"
            )
            where = _range(first.position, last.position)
            yield Finding("entry-removed", first.position, first.entry_id, f"{entries} gone ({where}).")


def _explained(misfits: list[_Misfit]) -> Iterator[Finding]:
    """What each misfit is: a changed link, a place taken by another entry, or a changed entry."""
    at = {misfit.position: misfit for misfit in misfits}
    compared = misfits if len(misfits) <= COMPARED else []
    right: dict[int, str] = {}  # what ought to stand at a position, where that is known
    for misfit in misfits:
        position, number = misfit.position, misfit.entry.id
        before, after = right.get(position - 1), at.get(position + 1)
        if before is not None and link(before, misfit.entry) == misfit.digest:
            continue  # it fits what ought to stand before it
        ought = link(misfit.previous, misfit.entry)
        if after is not None and link(ought, after.entry) == after.digest:
            right[position] = ought
            yield Finding(
                "link-edited", position, number, f"The link of entry {number} (position {position}) was changed."
            )
            continue
        owner = next((o for o in compared if link(misfit.previous, o.entry) in {misfit.digest, o.digest}), None)
        if owner is not None and owner is not misfit:
            right[position] = link(misfit.previous, owner.entry)
            words = f"At position {position} stands entry {number}; entry {owner.entry.id} was sealed there."
            yield Finding("entries-reordered", position, number, words)
        else:
            words = f"Entry {number} (position {position}) is not what was sealed."
            yield Finding("entry-edited", position, number, words)


def _range(first: int, last: int) -> str:
    return f"position {first}" if first == last else f"positions {first} to {last}"


def _runs(links: list[_Link]) -> Iterator[list[_Link]]:
    """Links that follow each other, together."""
    run: list[_Link] = []
    for each in links:
        if run and each.position != run[-1].position + 1:
            yield run
            run = []
        run.append(each)
    if run:
        yield run


def verify(named: str | None = None, public_keys: Collection[str] = ()) -> Report:
    """Verify the whole trail against the anchors at a place (`$DARAS_ANCHORS` unless named) and the keys given.

    Without a key it takes the public half of our own. Raises `AnchorRefused` or `PlaceRefused` when there is no key or
    the place cannot be read.
    """
    where = named or anchoring.chosen_place()
    # The anchors first: a chain that is read afterwards is at least as long as any of them says.
    statements, findings = _statements(place(where))
    if statements:
        keys = public_keys or {anchor_keys.named(anchor_keys.signing_key().public_key())}
        findings += _forged(statements, keys)
    with custody():
        copies = [anchoring.statement_of(row) for row in TrailAnchor.objects.order_by("number").iterator(AT_ONCE)]
        walk = _Walk(anchored={statement.position for statement in statements})
        walk.over(_links())
        unsealed, oldest = _unsealed()
    restores, standing = _restores(statements)
    findings += [*walk.findings, *_against_copies(statements, copies), *_against_chain(standing, walk)]
    last = statements[-1] if statements else None
    return Report(
        sealed=walk.length,
        unsealed=unsealed,
        oldest_unsealed_at=oldest,
        place=where,
        anchors=len(statements),
        anchored=last.position if last else 0,
        last_anchor_at=last.signed_at if last else None,
        verified_at=clock.now(),
        findings=tuple(findings),
        restores=restores,
    )


def _statements(source: Place) -> tuple[list[Statement], list[Finding]]:
    statements, findings = [], []
    for number, document in source.every():
        try:
            statement = anchoring.read(document)
        except AnchorRefused as refused:
            findings.append(Finding("anchor-forged", 0, None, f"Anchor {number}: {refused}"))
            continue
        if statement.number == number:
            statements.append(statement)
        else:
            findings.append(Finding("anchor-forged", 0, None, f"Anchor {number} says that it is {statement.number}."))
    return statements, findings


def _forged(statements: list[Statement], keys: Collection[str]) -> list[Finding]:
    """Anchors that nobody we know signed, or that do not follow each other."""
    findings = []
    for each in statements:
        if each.public_key not in keys or not each.is_signed():
            words = f"Anchor {each.number} is not signed with a known key."
            findings.append(Finding("anchor-forged", each.position, None, words))
    before: Statement | None = None
    for each in statements:
        expected = before.number + 1 if before else 1
        if each.number != expected:
            words = f"Before anchor {each.number} at the place, {each.number - expected} are gone."
            findings.append(Finding("anchor-removed", before.position if before else 0, None, words))
        elif each.previous != (before.digest_of_statement() if before else GENESIS):
            words = f"Anchor {each.number} does not follow the one before it."
            findings.append(Finding("anchor-forged", each.position, None, words))
        before = each
    return findings


def _against_copies(statements: list[Statement], copies: list[Statement]) -> Iterator[Finding]:
    """The place and the database hold the same, but for one that left while its row did not commit."""
    at_place = {each.number: each for each in statements}
    here = {each.number: each for each in copies}
    for number in sorted(here.keys() - at_place.keys()):
        words = f"Anchor {number} is in the database and not at the place."
        yield Finding("anchor-removed", here[number].position, None, words)
    for number in sorted(at_place.keys() & here.keys()):
        if at_place[number] != here[number]:
            words = f"Anchor {number} at the place is not what the database holds."
            yield Finding("anchors-disagree", at_place[number].position, None, words)
    newest = max(at_place, default=0)
    for number in sorted(at_place.keys() - here.keys() - {newest}):
        words = f"Anchor {number} is at the place and not in the database."
        yield Finding("anchors-disagree", at_place[number].position, None, words)


def _restores(statements: list[Statement]) -> tuple[tuple[Restored, ...], list[Statement]]:
    """The restores that were signed, and the anchors that the chain must still hold: those before a restore that name
    more than it brought back name what is lost."""
    standing: list[Statement] = []
    restores = []
    for each in statements:
        if each.restored and each.is_signed():
            lost = max((one.position for one in standing), default=0)
            restores.append(Restored(each.signed_at, each.position, lost))
            standing = [one for one in standing if one.position <= each.position]
        standing.append(each)
    return tuple(restores), standing


def _against_chain(statements: list[Statement], walk: _Walk) -> Iterator[Finding]:
    """The chain holds what each anchor says it held; the first that differs locates a rebuilt chain, or its cut end."""
    agreed = 0
    for each in statements:
        if each.position > walk.length:
            cut = _range(walk.length + 1, each.position)
            words = f"The chain ends at {walk.length}; anchor {each.number} says it held {cut} as well."
            yield Finding("chain-cut", walk.length + 1, None, words)
            return
        digest = walk.digests.get(each.position)
        if digest is not None and digest != each.digest:
            words = f"Between {_range(agreed + 1, each.position)} the chain is not what anchor {each.number} says."
            yield Finding("chain-rebuilt", agreed + 1, None, words)
            return
        agreed = each.position


def _links() -> Iterator[_Link]:
    columns = ", ".join(f"entry.{column}" for column in COLUMNS)
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"SELECT chained.position, chained.entry_id, chained.digest, {columns} FROM access_traillink chained"  # noqa: S608
            " LEFT JOIN access_trailentry entry ON entry.id = chained.entry_id ORDER BY chained.position"
        )
        while rows := cursor.fetchmany(AT_ONCE):
            for position, entry_id, digest, *entry in rows:
                yield _Link(position, entry_id, digest, Entry(*entry) if entry[0] is not None else None)


def _unsealed() -> tuple[int, datetime | None]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), min(entry.at) FROM access_trailentry entry"
            " WHERE NOT EXISTS (SELECT FROM access_traillink chained WHERE chained.entry_id = entry.id)"
        )
        number, oldest = cursor.fetchone()
    return int(number), oldest
