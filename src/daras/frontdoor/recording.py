"""One document becomes person records and facts of the agency that sent it. Runs as the machine, in the caller's
transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from daras.access import audiences
from daras.access.models import SERIAL_BITS
from daras.agencies import Directory
from daras.duties.meeting import meet_by
from daras.frontdoor import quality
from daras.frontdoor.document import ConcernNamed, PersonNamed, ReferralDocument
from daras.frontdoor.models import (
    ConcernReported,
    Document,
    QualityChecked,
    ReferralReceived,
    SafeNowRecorded,
    VoiceRecorded,
    WordsWithheld,
)
from daras.frontdoor.people_named import facts_between_people, facts_of_person, features
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.models import Detail, Fact, Regime
from daras.matching.commands import index_records
from daras.matching.queries import Candidate, MatchResult, decide_for_all
from daras.matters.commands import lock, open_matter, random_reference
from daras.matters.models import Matter
from daras.people.commands import add_records, new_persons, place
from daras.people.models import LinkDecided, Person, PersonRecord
from daras.people.queries import open_matters_of
from daras.practice import Pack, pack_for
from daras.working_time import clock

#: Agencies whose referrals fall under law-enforcement processing (Data Protection Act 2018, part 3).
LAW_ENFORCEMENT_KINDS = frozenset({"police", "probation"})

OpenMatters = Mapping[int, tuple[tuple[int, str], ...]]


@dataclass(slots=True)
class News:
    """A document on its way into the record: what has been decided and written of it so far."""

    document: ReferralDocument
    author: str
    directory: Directory
    on: date
    authority: str
    hub: int  # the audience of the front door alone
    matches: Mapping[str, MatchResult]
    earlier: OpenMatters
    matter: Matter
    on_open_case: bool
    submission: int  # the front door, and the team that sent it
    recording: Recording
    quality: quality.Quality
    pack: Pack
    records: Mapping[str, PersonRecord] = field(default_factory=dict)
    person_of_ref: Mapping[str, int] = field(default_factory=dict)
    new_numbers: frozenset[str] = frozenset()
    stored: Document | None = None
    received: Fact | None = None

    def audience_of(self, ref: str) -> int:
        """Somebody who asked to stay unnamed is known to the front door only (A8)."""
        return self.hub if self.document.person(ref).anonymous_to_others else self.submission

    def entry(self, detail: Detail, audience: int, ref: str | None = None) -> Entry:
        """A fact of this matter, about the person of a ref where one is given."""
        return Entry(detail, audience, person_record_id=self.records[ref].pk if ref else None, matter_id=self.matter.pk)


def record(document: ReferralDocument, *, author: str, directory: Directory, idempotency_key: str | None) -> News:
    """Match everybody named, find or open the matter, and append what the document says."""
    on = clock.today()
    pack = pack_for(on)
    authority = _authority(document, directory, on)
    matches = decide_for_all({person.ref: features(person) for person in document.people})
    earlier = open_matters_of({match.person_id for match in matches.values() if match.person_id is not None})
    matter, on_open_case = _matter(document, matches, earlier, authority)
    kind = directory.agency(document.sender.agency, on=on).kind
    regime: Regime = "law-enforcement" if kind in LAW_ENFORCEMENT_KINDS else "general"
    news = News(
        document=document,
        author=author,
        directory=directory,
        on=on,
        authority=authority,
        hub=audiences.standing(audiences.front_door_scope(authority)),
        matches=matches,
        earlier=earlier,
        matter=matter,
        on_open_case=on_open_case,
        submission=_submission_audience(document, authority, author),
        recording=lock([matter.pk], agency=document.sender.agency, author=author, regime=regime),
        quality=quality.check(document, pack.questions),
        pack=pack,
    )
    _store(news, idempotency_key)
    _place_people(news)
    facts = append(news.recording, [*_news(news), *_people(news), *_links(news), *_story(news)])
    news.received = facts[0]
    meet_by(news.recording, matter, [fact for fact in facts if _answers(news, fact)])
    index_records([(news.records[p.ref].pk, features(p), news.audience_of(p.ref)) for p in document.people])
    return news


def _answers(news: News, fact: Fact) -> bool:
    """News may answer what was owed before: a child who was seen, or heard. One not seen or heard answers nothing."""
    refs = {record.pk: ref for ref, record in news.records.items()}
    ref = refs.get(fact.person_record_id or 0, "")
    if fact.kind == SafeNowRecorded.kind:
        return news.document.safe_now[ref].seen
    return fact.kind == VoiceRecorded.kind and bool(news.document.voices[ref].text)


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


def _matter(
    document: ReferralDocument, matches: Mapping[str, MatchResult], earlier: OpenMatters, authority: str
) -> tuple[Matter, bool]:
    """The matter open about somebody the news is about, so that it cannot be missed there (B1); else a new one."""
    about = dict.fromkeys(ref for concern in document.concerns for ref in concern.about)
    persons = [matches[ref].person_id for ref in about]
    open_ids = [pk for person in persons if person is not None for pk, _ in earlier.get(person, ())]
    if open_ids:
        return Matter.objects.get(pk=open_ids[0]), True
    circle = audiences.open_audience(audiences.front_door_scope(authority), "circle")
    sender = document.sender.agency
    made = open_matter(kind="referral", authority=authority, agency=sender, audience_id=circle, opened_at=clock.now())
    return made, False


def _submission_audience(document: ReferralDocument, authority: str, author: str) -> int:
    """The front door, and the team that sent it: sight of this submission only, never of the matter (G4)."""
    audience = audiences.open_audience(audiences.front_door_scope(authority), "submission")
    sender = document.sender
    audiences.grant(
        audience, agency=sender.agency, team=sender.team or "", reason="sent this referral", granted_by=author
    )
    return audience


def _store(news: News, idempotency_key: str | None) -> None:
    """Keep the document as it came. Where somebody in it asked to stay unnamed, it is for the front door only
    (A8)."""
    document = news.document
    somebody_unnamed = any(person.anonymous_to_others for person in document.people)
    news.stored = Document.objects.create(
        agency=document.sender.agency,
        digest=document.digest,
        idempotency_key=idempotency_key,
        received_at=news.recording.recorded_at,
        body=dict(document.body),
        matter=news.matter,
        receipt=random_reference("R"),
        audience_id=news.hub if somebody_unnamed else news.submission,
    )


def _news(news: News) -> Iterator[Entry]:
    document, family, stored = news.document, news.document.family, news.stored
    assert stored is not None
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
        on_open_case=news.on_open_case,
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
    checked = QualityChecked(score=news.quality.score, missing=list(news.quality.missing))
    yield news.entry(checked, news.submission)


def _place_people(news: News) -> None:
    people = news.document.people
    made = add_records(news.document.sender.agency, news.submission, [person.ref for person in people])
    news.records = {person.ref: record for person, record in zip(people, made, strict=True)}
    persons = _persons(news, people)
    place(made, persons)
    news.person_of_ref = {person.ref: found.pk for person, found in zip(people, persons, strict=True)}


def _people(news: News) -> Iterator[Entry]:
    people = news.document.people
    for person in people:
        record_id = news.records[person.ref].pk
        yield from facts_of_person(person, record_id, news.matter.pk, news.submission, news.hub)
    record_ids = {ref: record.pk for ref, record in news.records.items()}
    audience_of = {person.ref: news.audience_of(person.ref) for person in people}
    yield from facts_between_people(news.document, record_ids, news.matter.pk, audience_of)


def _persons(news: News, people: Iterable[PersonNamed]) -> list[Person]:
    """A match stands under the person matched, everybody else under a number of their own, in order."""
    ids = {person.ref: news.matches[person.ref].person_id for person in people}
    known = Person.objects.in_bulk([pk for pk in ids.values() if pk is not None])
    fresh = iter(new_persons(sum(pk is None for pk in ids.values())))
    found = [next(fresh) if pk is None else known[pk] for pk in ids.values()]
    news.new_numbers = frozenset(each.number for each in found if each.pk not in known)
    return found


def _links(news: News) -> Iterator[Entry]:
    """Every match and every possible one is a decision with reasons, for the front door to confirm or undo.

    The records stand under the persons matched already (`_place_people`): nothing has to be joined.
    """
    for ref, match in news.matches.items():
        for candidate in match.candidates:
            matched = match.decision == "match" and candidate.person_id == match.person_id
            decided = LinkDecided(
                other_record_id=candidate.record_id,
                decision=LinkDecided.Decision.LINK if matched else LinkDecided.Decision.POSSIBLE,
                probability=candidate.probability,
                why=list(candidate.why),
            )
            yield news.entry(decided, _candidate_audience(news, candidate), ref)


def _candidate_audience(news: News, candidate: Candidate) -> int:
    """The front door, where it may see every record the candidate was made from; else the custodians, who are asked
    (G4)."""
    front_door = news.hub >> SERIAL_BITS
    kept_back = any(audience >> SERIAL_BITS != front_door for audience in candidate.audience_ids)
    return audiences.standing(audiences.CUSTODIANS) if kept_back else news.hub


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
