"""Authorities and transfers in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from daras.agencies import load_directory
from daras.frontdoor.authorities import name_of
from daras.frontdoor.models import AuthorityStated, TransferOffered
from daras.frontdoor.queries import MatterStory
from daras.pages import wording
from daras.working_time import clock
from daras.working_time import wording as time_wording


@dataclass(frozen=True, slots=True)
class ChildLine:
    """One child: responsible, and found."""

    name: str
    responsible: str
    found: str
    because: str
    differs: bool
    said: str


@dataclass(frozen=True, slots=True)
class TransferLine:
    """One offer, and its answer."""

    to: str
    contact: str
    because: str
    by: str
    at: str
    answer: str
    accepted: bool
    waits: bool


def children(story: MatterStory, stated: Mapping[int, AuthorityStated]) -> Iterator[ChildLine]:
    """Each child of the matter once: as stated, else as the home says."""
    newest: dict[int, AuthorityStated] = {}
    for record, each in sorted(stated.items(), key=lambda pair: pair[1].pk):
        person_id = story.person_of_record.get(record)
        if person_id is not None:
            newest[person_id] = each
    on = clock.today()
    seen: set[int] = set()
    for part in story.parts:
        person = story.person(part.fact.person_record_id)
        if part.part != "subject" or person is None or person.person_id in seen:
            continue
        seen.add(person.person_id)
        if person.age_group_on(on) == "adult":
            continue
        found = newest.get(person.person_id)
        if found is not None:
            yield _stated(person.name, found)
            continue
        home = next((stay for stay in person.stays if stay.use == "lives"), None)
        by_home = load_directory().responsible_authority(
            postcode=home.postcode or None if home else None, town=home.town or None if home else None
        )
        where = name_of(by_home or "")
        yield ChildLine(person.name, where, name_of(story.matter.authority), "", False, "by the home’s address")


def _stated(name: str, found: AuthorityStated) -> ChildLine:
    place = name_of(found.found_in, "elsewhere")
    return ChildLine(
        name=name,
        responsible=name_of(found.responsible, found.responsible_name),
        found=f"{place}: {found.found_at}" if found.found_at else place,
        because=found.because,
        differs=found.responsible != found.found_in or not found.responsible,
        said=("by the home’s address" if found.by_rule else wording.agency(found.fact.agency))
        + f", {time_wording.long_datetime(found.fact.recorded_at)}",
    )


def transfers(offers: list[TransferOffered]) -> list[TransferLine]:
    """All offers, the newest first."""
    return [_transfer(each) for each in offers]


def _transfer(offered: TransferOffered) -> TransferLine:
    answer = getattr(offered, "answer", None)
    said = ""
    if answer is not None:
        word = "Accepted" if answer.accepted else "Declined"
        heard = f", as told to {answer.said_to}" if answer.said_to else ""
        reason = f": {answer.reason}" if answer.reason else ""
        at = time_wording.long_datetime(answer.fact.recorded_at)
        said = f"{word} by {answer.answered_by}{heard}, {at}{reason}"
    return TransferLine(
        to=offered.to_name,
        contact=offered.to_contact,
        because=offered.because,
        by=f"{offered.offered_by}, {wording.agency(offered.fact.agency)}",
        at=time_wording.long_datetime(offered.fact.recorded_at),
        answer=said,
        accepted=bool(answer and answer.accepted),
        waits=answer is None,
    )
