"""What a worker's team and agency have been told on their page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from daras.access.models import Worker
from daras.frontdoor.models import ReferralReceived
from daras.matters.models import Matter
from daras.outbox import queries as outbox
from daras.outbox.models import Notice
from daras.pages.addresses import PERSON, REQUEST
from daras.pages.my_work.queries import visible_references
from daras.people.models import RecordPerson
from daras.requests.queries import those_seen

#: As many as one page shows, the newest first.
PAGE = 100


#: How far back it is counted how much was told.
COUNTED_DAYS = 28


@dataclass(frozen=True, slots=True)
class Told:
    """The notices of one page, and which of their matters and requests open to the reader."""

    notices: tuple[Notice, ...]
    open_to_me: frozenset[str]


@dataclass(frozen=True, slots=True)
class Counted:
    """How much one matter of the last weeks has made us tell: pieces of news that came in, and notices given of it."""

    reference: str
    news: int
    notices: int

    @property
    def per_referral(self) -> float:
        """Notices for each piece of news."""
        return self.notices / self.news


def told_to(worker: Worker) -> Told:
    """The newest notices to the worker's team, or to their agency as a whole: on the agency's page every team reads
    that another was asked something, and only the team asked opens it."""
    notices = tuple(outbox.inbox(worker)[:PAGE])
    numbers = {notice.reference for notice in notices if notice.reference.startswith(PERSON)}
    people = RecordPerson.objects.filter(number__in=numbers).values_list("number", flat=True) if numbers else ()
    asked = those_seen({notice.reference for notice in notices if notice.reference.startswith(REQUEST)})
    return Told(notices, visible_references(notice.matter_id for notice in notices) | frozenset(people) | asked)


def counted(now: datetime) -> tuple[Counted, ...]:
    """What the news of the last weeks has made the reader's front door tell, the most first. A notice to one team is
    one, by however many ways it is reached."""
    since = now - timedelta(days=COUNTED_DAYS)
    received = ReferralReceived.objects.filter(fact__recorded_at__gte=since)
    news = Counter(received.values_list("fact__matter_id", flat=True))
    rows = Notice.objects.filter(matter__in=[each for each in news if each], made_at__gte=since)
    told = Counter(
        row[0]
        for row in rows.values_list(
            "matter_id", "matter__reference", "receiver__agency", "receiver__team", "kind", "reference", "made_at"
        ).distinct()
    )
    references = dict(Matter.objects.filter(pk__in=told).values_list("pk", "reference"))
    found = [Counted(references[each], news[each], number) for each, number in told.items() if each in references]
    return tuple(sorted(found, key=lambda each: (-each.per_referral, each.reference)))
