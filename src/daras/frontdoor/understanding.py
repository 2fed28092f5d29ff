"""What a document says, to whom it belongs and whom it means, before anything of it is written (A5, A14, B1).

Receiving and screening both start here. Runs as the machine, in the caller's transaction, and writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from daras.access import audiences
from daras.agencies import Directory
from daras.frontdoor import quality
from daras.frontdoor.document import ReferralDocument
from daras.frontdoor.people_named import facts_between_people, facts_of_person, features
from daras.ledger.commands import Entry
from daras.matching.features import PersonFeatures
from daras.matching.queries import MatchResult, decide_for_all
from daras.matters.commands import random_reference
from daras.matters.models import Matter
from daras.people.queries import open_matters_of
from daras.practice import Pack, pack_for
from daras.working_time import clock

#: Above every id that a sequence will reach.
STAND_INS = 2**62

OpenMatters = Mapping[int, tuple[tuple[int, str], ...]]


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom a ref of the document means. Somebody new has a number of their own, and until they are recorded a
    stand-in for the id that the database will give: above all ids, as theirs will be."""

    person_id: int
    number: str

    @property
    def is_new(self) -> bool:
        return self.person_id > STAND_INS


@dataclass(frozen=True, slots=True)
class Understood:
    """A document with everything that can be said of it from what is known already."""

    document: ReferralDocument
    directory: Directory
    now: datetime
    authority: str
    hub: int  # the audience of the front door alone
    described: Mapping[str, PersonFeatures]
    matches: Mapping[str, MatchResult]
    meant: Mapping[str, Meant]
    earlier: OpenMatters
    matter: Matter | None  # open about somebody the news is about
    quality: quality.Quality
    pack: Pack

    @property
    def on(self) -> date:
        return clock.local_date(self.now)

    @property
    def person_of_ref(self) -> dict[str, int]:
        return {ref: each.person_id for ref, each in self.meant.items()}

    @property
    def suspected(self) -> tuple[str, ...]:
        """The refs of those suspected, each once."""
        return tuple(dict.fromkeys(ref for concern in self.document.concerns for ref in concern.suspected))

    @property
    def new_numbers(self) -> frozenset[str]:
        return frozenset(each.number for each in self.meant.values() if each.is_new)

    def said(self) -> Iterator[Entry]:
        """The facts that the document states of people, on no matter yet; a person's id stands in for each record."""
        return facts_stated(self.document, self.person_of_ref, None, submission=0, hub=self.hub)


def facts_stated(
    document: ReferralDocument, records: Mapping[str, int], matter_id: int | None, *, submission: int, hub: int
) -> Iterator[Entry]:
    """The facts of each person named, then those between them. Somebody who asked to stay unnamed is for the front door
    only (A8)."""
    for person in document.people:
        yield from facts_of_person(person, records[person.ref], matter_id, submission, hub)
    audience_of = {person.ref: hub if person.anonymous_to_others else submission for person in document.people}
    yield from facts_between_people(document, records, matter_id, audience_of)


def understand(document: ReferralDocument, directory: Directory) -> Understood:
    """Match everybody named, and find the matter open about somebody the news is about. Locks that matter, and only
    then reads the clock: so the order recorded is the order that happened."""
    described = {person.ref: features(person, clock.today()) for person in document.people}
    matches = decide_for_all(described, agency=document.sender.agency)
    earlier = open_matters_of({match.person_id for match in matches.values() if match.person_id is not None})
    matter = _matter(document, matches, earlier)
    now = clock.now()
    on = clock.local_date(now)
    pack = pack_for(on)
    authority = _authority(document, directory, on)
    return Understood(
        document=document,
        directory=directory,
        now=now,
        authority=authority,
        hub=audiences.standing(audiences.front_door_scope(authority)),
        described=described,
        matches=matches,
        meant=dict(_meant(matches)),
        earlier=earlier,
        matter=matter,
        quality=quality.check(document, pack.questions),
        pack=pack,
    )


def _meant(matches: Mapping[str, MatchResult]) -> Iterator[tuple[str, Meant]]:
    """A match is the person matched, everybody else somebody new."""
    for place, (ref, match) in enumerate(matches.items(), start=1):
        if match.person_id is None:
            yield ref, Meant(STAND_INS + place, random_reference("P"))
        else:
            number = next(each.number for each in match.candidates if each.person_id == match.person_id)
            yield ref, Meant(match.person_id, number)


def _authority(document: ReferralDocument, directory: Directory, on: date) -> str:
    """The authority of the first home there is, those the news is about first, else of the sender (A14)."""
    about = {ref for concern in document.concerns for ref in concern.about}
    for person in sorted(document.people, key=lambda each: each.ref not in about):
        place_named = person.address
        if place_named:
            postcode, town = place_named.postcode or None, place_named.town or None
            found = directory.responsible_authority(postcode=postcode, town=town)
            if found:
                return found
    return directory.agency(document.sender.agency, on=on).authority


def _matter(document: ReferralDocument, matches: Mapping[str, MatchResult], earlier: OpenMatters) -> Matter | None:
    """The matter open about somebody the news is about, so that it cannot be missed there (B1)."""
    about: Iterable[str] = dict.fromkeys(ref for concern in document.concerns for ref in concern.about)
    persons = [matches[ref].person_id for ref in about]
    open_ids = [pk for person in persons if person is not None for pk, _ in earlier.get(person, ())]
    return Matter.objects.select_for_update().get(pk=open_ids[0]) if open_ids else None
