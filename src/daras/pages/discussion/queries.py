"""What a page on a discussion is made of, as far as its reader may see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from daras.access.models import Worker
from daras.frontdoor.queries import KINDS as OF_STORY
from daras.frontdoor.queries import MatterAround, around_of, seen_matter
from daras.ledger.models import Detail
from daras.ledger.reading import OnMatter
from daras.matters.models import MatterDecided
from daras.meetings.audiences import reads_record
from daras.meetings.identifying import KINDS as IDENTITY
from daras.meetings.models import ConflictKept
from daras.meetings.queries import KINDS as OF_DISCUSSION
from daras.meetings.queries import Discussion, called_as, discussion_of, newest_fact
from daras.people.queries import PersonKnown


@dataclass(frozen=True, slots=True)
class Held:
    """A discussion, and the matter it is on where the reader sees the matter."""

    discussion: Discussion
    facts: OnMatter  # what was read of the matter, for the parts of the page that say it
    story: MatterAround | None
    decided: tuple[MatterDecided, ...] = ()  # on the matter, the newest first
    stand: int = 0  # the newest fact there was before anything was read
    of_record: bool = True  # whether a reader of the front door reads what was said, not their own layer alone

    @property
    def people(self) -> list[PersonKnown]:
        """Everybody named or connected, each once: those the matter is about, those named, then the nearest."""
        if self.story is None:
            return []
        named = (self.story.person(part.fact.person_record_id) for part in self.story.parts)
        nearest = (self.story.people.get(each.person_id) for each in self.story.connections)
        return list({person.person_id: person for person in (*named, *nearest) if person}.values())

    def record_of(self, person: PersonKnown) -> int:
        """The record under which the discussion speaks of somebody: one that those who take part see, if there is
        one."""
        assert self.story is not None
        of_the_news = [part.fact.person_record_id for part in self.story.parts]
        return next((record for record in of_the_news if record in person.record_ids), person.record_ids[0])

    def person_of(self, record_id: int | None) -> PersonKnown | None:
        """The person of a record, where the reader may see it."""
        return next((person for person in self.people if record_id in person.record_ids), None)

    def name(self, record_id: int | None) -> str:
        """A name, or words that say that it is kept back."""
        person = self.person_of(record_id)
        return person.name if person else "somebody whose name the front door holds"


#: What a page on a discussion looks for among the facts of its matter.
KINDS: tuple[type[Detail], ...] = (*OF_STORY, *OF_DISCUSSION, *IDENTITY, ConflictKept, MatterDecided)


def held(reference: str, on: date, worker: Worker) -> Held | None:
    """A discussion by its reference, or none where there is no such discussion for this reader: the headers of its
    matter's facts are read once for all parts of the page."""
    stand = newest_fact(reference)
    called = called_as(reference)
    if called is None or stand is None:
        return None
    facts = OnMatter(called.fact.matter_id or 0, KINDS)
    found = discussion_of(called, facts)
    matter = seen_matter(facts.matter_id)
    if matter is None:
        return Held(found, facts, None, stand=stand, of_record=False)
    decided = tuple(facts.every(MatterDecided)[::-1])
    story = around_of(matter, facts, on)
    return Held(found, facts, story, decided, stand, of_record=reads_record(worker, called))


def names_of_workers(slugs: Iterable[str]) -> dict[str, str]:
    """The names of workers, by what the ledger calls them."""
    return dict(Worker.objects.filter(slug__in=set(slugs)).values_list("slug", "name"))


def on_call(agency: str, team: str) -> list[str]:
    """Who is in the team that answers a challenge: asked by name while all are on the call (B5)."""
    rows = Worker.objects.filter(agency=agency, team=team, role="detective-inspector", is_active=True)
    return list(rows.order_by("name").values_list("name", flat=True))
