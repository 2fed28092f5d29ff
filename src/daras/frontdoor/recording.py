"""One document becomes person records and facts of the agency that sent it. Runs as the machine, in the caller's
transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from daras.access import audiences
from daras.agencies import Directory
from daras.duties.meeting import meet_by
from daras.forms.naming import audience_of_candidate
from daras.frontdoor.document import ConcernNamed, ReferralDocument
from daras.frontdoor.models import (
    ConcernReported,
    Document,
    QualityChecked,
    ReferralReceived,
    SafeNowRecorded,
    VoiceRecorded,
    WordsWithheld,
)
from daras.frontdoor.understanding import Understood, facts_stated
from daras.frontdoor.weighing import Weighed
from daras.ledger.commands import Entry, Recording
from daras.ledger.models import Detail, Fact
from daras.matching.commands import index_records
from daras.matters.commands import open_matter, random_reference
from daras.matters.models import Matter
from daras.people.commands import add_persons, add_records, place
from daras.people.models import LinkDecided, Person, PersonRecord

#: The kind of a matter that news opens.
REFERRAL = "referral"


@dataclass(frozen=True, slots=True)
class News:
    """A document with its place in the record: its matter, its audience, and a record of everybody it names."""

    weighed: Weighed
    author: str
    matter: Matter
    submission: int  # the front door, and the team that sent it
    recording: Recording
    stored: Document
    records: Mapping[str, PersonRecord]
    person_of_ref: Mapping[str, int]

    @property
    def understood(self) -> Understood:
        return self.weighed.understood

    @property
    def document(self) -> ReferralDocument:
        return self.understood.document

    @property
    def directory(self) -> Directory:
        return self.understood.directory

    @property
    def on(self) -> date:
        return self.understood.on

    @property
    def hub(self) -> int:
        """The audience of the front door alone."""
        return self.understood.hub

    def audience_of(self, ref: str) -> int:
        """Somebody who asked to stay unnamed is known to the front door only (A8)."""
        return self.hub if self.document.person(ref).anonymous_to_others else self.submission

    def entry(self, detail: Detail, audience: int, ref: str | None = None) -> Entry:
        """A fact of this matter, about the person of a ref where one is given."""
        return Entry(detail, audience, person_record_id=self.records[ref].pk if ref else None, matter_id=self.matter.pk)

    def record_of(self, key: str) -> int:
        """One record of a person by key, which a fact about them points at: the document's own where it names them."""
        ref = next((ref for ref, each in self.understood.meant.items() if each.number == key), None)
        return self.records[ref].pk if ref else self.weighed.who.person(key).record_ids[-1]


def open_news(weighed: Weighed, *, author: str, idempotency_key: str | None) -> News:
    """Find or open the matter, keep the document as it came, and give everybody it names a record."""
    understood = weighed.understood
    document, sender = understood.document, understood.document.sender
    scope = audiences.front_door_scope(understood.authority)
    matter = understood.matter or open_matter(
        kind=REFERRAL,
        authority=understood.authority,
        agency=sender.agency,
        audience_id=audiences.open_audience(scope, "circle"),
        opened_at=understood.now,
    )
    submission = _submission_audience(document, scope, author)
    recording = Recording(sender.agency, author, understood.now)
    made = add_records(sender.agency, submission, [""] * len(document.people))
    persons = _persons(understood)
    place(made, persons)
    return News(
        weighed=weighed,
        author=author,
        matter=matter,
        submission=submission,
        recording=recording,
        stored=_store(understood, matter, submission, idempotency_key),
        records={person.ref: record for person, record in zip(document.people, made, strict=True)},
        person_of_ref={person.ref: found.pk for person, found in zip(document.people, persons, strict=True)},
    )


def index_people(news: News) -> None:
    """Let everybody named be found again."""
    described = news.understood.described
    index_records([(news.records[ref].pk, described[ref], news.audience_of(ref)) for ref in described])


def meet_duties(news: News, facts: list[Fact]) -> None:
    """What the news answers on a matter that was open already."""
    if news.understood.matter is not None:
        meet_by(news.recording, news.matter, [fact for fact in facts if _answers(news, fact)])


def _answers(news: News, fact: Fact) -> bool:
    """News may answer what was owed before: a child who was seen, or heard. One not seen or heard answers nothing."""
    refs = {record.pk: ref for ref, record in news.records.items()}
    ref = refs.get(fact.person_record_id or 0, "")
    if fact.kind == SafeNowRecorded.kind:
        return news.document.safe_now[ref].seen
    return fact.kind == VoiceRecorded.kind and bool(news.document.voices[ref].text)


def _submission_audience(document: ReferralDocument, scope: str, author: str) -> int:
    """The front door, and the team that sent it: sight of this submission only, never of the matter (G4)."""
    audience = audiences.open_audience(scope, "submission")
    sender = document.sender
    audiences.grant(
        audience, agency=sender.agency, team=sender.team or "", reason="sent this referral", granted_by=author
    )
    return audience


def _store(understood: Understood, matter: Matter, submission: int, idempotency_key: str | None) -> Document:
    """Keep the document as it came. Where somebody in it asked to stay unnamed, it is for the front door only
    (A8)."""
    document = understood.document
    somebody_unnamed = any(person.anonymous_to_others for person in document.people)
    return Document.objects.create(
        agency=document.sender.agency,
        digest=document.digest,
        idempotency_key=idempotency_key,
        received_at=understood.now,
        body=dict(document.body),
        matter=matter,
        receipt=random_reference("R"),
        audience_id=understood.hub if somebody_unnamed else submission,
    )


def _persons(understood: Understood) -> list[Person]:
    """A match stands under the person matched, everybody else under a number of their own, in order."""
    meant = understood.meant.values()
    fresh = {each.number: each for each in add_persons([each.number for each in meant if each.is_new])}
    return [fresh.get(each.number) or Person(pk=each.person_id, number=each.number) for each in meant]


def said(news: News) -> Iterator[Entry]:
    """Everything that the document says, in its order, the receipt first."""
    yield from _news(news)
    records = {ref: record.pk for ref, record in news.records.items()}
    yield from facts_stated(news.document, records, news.matter.pk, submission=news.submission, hub=news.hub)
    yield from _links(news)
    yield from _story(news)


def _news(news: News) -> Iterator[Entry]:
    document, family, stored = news.document, news.document.family, news.stored
    # Free text may name somebody who asked to stay unnamed: then it is a fact of its own, for the front door (A8).
    told_to_sender = stored.audience_id != news.hub
    received = ReferralReceived(
        document=stored,
        receipt=stored.receipt,
        news_kind=document.kind,
        sent_at=document.sent_at,
        sender_team=document.sender.team or "",
        sender_name=document.sender.name,
        sender_role=document.sender.role,
        sender_email=document.sender.email,
        sender_phone=document.sender.phone,
        addressed_to=document.addressed_to[:200],
        on_open_case=news.understood.matter is not None,
        grade=document.grade or "",
        hoped_for=document.hoped_for if told_to_sender else "",
        parents_told=family.parents_told,
        parents_not_told_because=family.reason if told_to_sender else "",
        parents_views=family.their_views if told_to_sender else "",
        agreement_by=family.agreement_by,
        agreement_given=family.agreement_given,
    )
    yield news.entry(received, news.submission)
    if not told_to_sender and (document.hoped_for or family.reason or family.their_views):
        words = WordsWithheld(
            hoped_for=document.hoped_for, parents_not_told_because=family.reason, parents_views=family.their_views
        )
        yield news.entry(words, news.hub)
    quality = news.understood.quality
    checked = QualityChecked(score=quality.score, missing=list(quality.missing), parts_missing=list(quality.parts))
    yield news.entry(checked, news.submission)


def _links(news: News) -> Iterator[Entry]:
    """Every match and every possible one is a decision with reasons, for the front door to confirm or undo.

    The records stand under the persons matched already (`open_news`): nothing has to be joined.
    """
    for ref, match in news.understood.matches.items():
        for candidate in match.candidates:
            matched = match.decision == "match" and candidate.person_id == match.person_id
            decided = LinkDecided(
                other_record_id=candidate.record_id,
                decision=LinkDecided.Decision.LINK if matched else LinkDecided.Decision.POSSIBLE,
                probability=candidate.probability,
                why=list(candidate.why),
            )
            scope = audiences.front_door_scope(news.understood.authority)
            yield news.entry(decided, audience_of_candidate(candidate, scope), ref)


def _story(news: News) -> Iterator[Entry]:
    yield from (_concern(news, concern) for concern in news.document.concerns)
    for ref, voice in news.document.voices.items():
        said = VoiceRecorded(text=voice.text, not_obtained_because=voice.not_obtained_because)
        yield news.entry(said, news.audience_of(ref), ref)
    for ref, safe in news.document.safe_now.items():
        seen = SafeNowRecorded(
            seen=safe.seen, seen_by=safe.seen_by, where=safe.where, accompanied_by=list(safe.accompanied_by)
        )
        yield news.entry(seen, news.audience_of(ref), ref)


def _concern(news: News, concern: ConcernNamed) -> Entry:
    """The words of a worry may name whoever it is about: they are no wider than the strictest of them."""
    refs = (*concern.about, *concern.suspected)
    audience = news.hub if any(news.audience_of(ref) == news.hub for ref in refs) else news.submission
    detail = ConcernReported(
        category=concern.category,
        what_happened=concern.what_happened,
        seen_or_heard_by=concern.seen_or_heard_by,
        about_record_ids=[news.records[ref].pk for ref in concern.about],
        suspected_record_ids=[news.records[ref].pk for ref in concern.suspected],
    )
    entry = news.entry(detail, audience, concern.about[0])
    if concern.occurred:
        entry.occurred_from, entry.occurred_to = concern.occurred.first, concern.occurred.last
    return entry
