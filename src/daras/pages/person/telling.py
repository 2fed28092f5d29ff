"""How every kind of fact is told in the chronology: those of people, of the front door, of matters and of meetings."""

from __future__ import annotations

from typing import Any

from daras.challenges.models import ChallengeAnswered, DecisionChallenged
from daras.chronology.people_told import PEOPLE
from daras.chronology.telling import Kind, Period, when_recorded
from daras.custodians.models import InformationHeld
from daras.flags.models import FlagRaised, SummaryRead
from daras.forms.models import FormCompleted
from daras.frontdoor.models import (
    AdviceDayAgreed,
    AdviceDayAnswered,
    AdviceDayMoved,
    AdviceGiven,
    ConcernReported,
    ReferralReceived,
    SafeNowRecorded,
    VoiceRecorded,
)
from daras.handling.models import ASSESSMENTS, HANDLING, SOURCES, EntryGraded
from daras.matters.decisions import DECISIONS
from daras.matters.models import MatterClosed, MatterDecided
from daras.meetings.models import EnquiryDecided, MeetingCalled
from daras.pages import wording
from daras.pages.advice.wording import asked, came_of_it, moved_to, said_they_would
from daras.pages.requests.presenting import told as request_told
from daras.people.models import AbuseMarker
from daras.requests.models import RequestAnswered, RequestDeclined, RequestMade
from daras.rights.contesting import OUTCOMES
from daras.rights.models import ContestDecided, EntryContested
from daras.safety.models import ProtectionRecorded
from daras.safety.protecting import PROTECTIONS
from daras.working_time import clock
from daras.working_time import wording as time_wording


def _advised(advice: AdviceGiven) -> str:
    refers = "A referral is to be made" if advice.refer else "No referral"
    return f"{asked(advice)}: {advice.question} Advice: {advice.advice} {refers}, because: {advice.because}"


def _concern(concern: ConcernReported) -> str:
    return f"Worry: {wording.from_slug(concern.category)}"


def _news(received: ReferralReceived) -> str:
    return f"{wording.NEWS.get(received.news_kind, received.news_kind)} sent to the front door"


def _voice(voice: VoiceRecorded) -> str:
    return f"“{voice.text}”" if voice.text else f"Not known yet: {voice.not_obtained_because}"


def _safe(said: SafeNowRecorded) -> str:
    around = [part for part in (said.seen_by and f"by {said.seen_by}", said.where) if part]
    return wording.capital(", ".join(around))


def _decided(decision: MatterDecided) -> str:
    known = next((words for slug, words in DECISIONS.items() if slug == decision.decision), None)
    return f"Decided: {known or wording.from_slug(decision.decision)}"


def _marked(marker: AbuseMarker) -> str:
    return "Marked: sexual abuse is a concern" if marker.is_set else "Mark of sexual abuse taken away"


def _on_its_day(answered: RequestAnswered) -> Period:
    """The day on which it came about, where whoever answered says that it was another."""
    return (answered.on_day, None) if answered.on_day else when_recorded(answered)


def _held(held: InformationHeld) -> str:
    return f"{wording.agency(held.holder)} holds information"


def _contested(contested: EntryContested) -> str:
    asked = "asked that it is used no more" if contested.right == "restriction" else "said to be wrong"
    return f"Contested: {asked} on {time_wording.long_date(clock.local_date(contested.received_at))}, not decided yet"


def _handled(grade: EntryGraded) -> str:
    source, known = SOURCES[grade.source].lower(), ASSESSMENTS[grade.assessment]
    return f"Source: {source}. {known}. {HANDLING[grade.handling]}. {grade.conditions}".strip()


def _contest_decided(decided: ContestDecided) -> str:
    on = time_wording.long_date(clock.local_date(decided.fact.recorded_at))
    return f"{OUTCOMES[decided.outcome]} ({on})"


def _beside(decided: ContestDecided) -> str:
    return f"{decided.words} They say: {decided.says}"


KINDS: tuple[Kind[Any], ...] = (
    *PEOPLE,
    Kind(EntryContested, "risk", _contested, words=lambda each: each.says, marks=True),
    Kind(EntryGraded, "risk", lambda grade: f"Graded {grade.code}", words=_handled, marks=True),
    Kind(ContestDecided, "risk", _contest_decided, words=_beside, marks=True),
    Kind(InformationHeld, "services", _held, words=lambda held: f"It is restricted. Ask: {held.ask}"),
    Kind(
        ConcernReported,
        "worries",
        _concern,
        words=lambda concern: concern.what_happened,
        about=lambda concern: (*concern.about_record_ids, *concern.suspected_record_ids),
        happens=True,
        significant=True,
    ),
    Kind(VoiceRecorded, "worries", lambda _: "What the child says", words=_voice),
    Kind(SafeNowRecorded, "worries", lambda said: "Seen" if said.seen else "Not seen", words=_safe),
    Kind(
        ProtectionRecorded,
        "decisions",
        lambda each: PROTECTIONS[each.protection],
        words=lambda each: each.words,
        period=lambda each: (each.since, each.expires_at),
        significant=True,
    ),
    Kind(
        AdviceGiven,
        "decisions",
        lambda each: f"Advice asked: {'a referral is to be made' if each.refer else 'no referral'}",
        words=_advised,
        period=when_recorded,
        significant=True,
    ),
    Kind(AdviceDayAgreed, "decisions", said_they_would, words=lambda day: day.what, period=when_recorded),
    Kind(AdviceDayMoved, "decisions", moved_to, words=lambda moved: moved.words, period=when_recorded),
    Kind(AdviceDayAnswered, "decisions", came_of_it, words=lambda answer: answer.words, period=when_recorded),
    Kind(FormCompleted, "worries", lambda form: form.form_name, words=lambda form: form.words, happens=True),
    Kind(RequestMade, "services", request_told, words=lambda made: made.asks, period=when_recorded),
    Kind(
        RequestAnswered, "services", lambda each: each.outcome_name, words=lambda each: each.words, period=_on_its_day
    ),
    Kind(
        RequestDeclined,
        "services",
        lambda each: f"Declined. {each.why_name}".strip(),
        words=lambda each: each.words,
        period=when_recorded,
    ),
    Kind(
        FlagRaised,
        "risk",
        lambda flag: f"Flag: {flag.name}",
        words=lambda flag: flag.meaning,
        period=when_recorded,
        significant=True,
    ),
    Kind(
        SummaryRead,
        "services",
        lambda _: "Read the safeguarding summary",
        words=lambda read: f"For {wording.owner(read.fact.agency, read.team)}: {read.worker_name}",
        period=when_recorded,
    ),
    Kind(
        AbuseMarker,
        "worries",
        _marked,
        words=lambda marker: marker.reason,
        period=when_recorded,
        significant=True,
    ),
    Kind(
        ReferralReceived,
        "decisions",
        _news,
        period=lambda received: (received.sent_at, None),
        of_matter=True,
        happens=True,
    ),
    Kind(
        MatterDecided,
        "decisions",
        _decided,
        words=lambda each: each.reason,
        period=when_recorded,
        of_matter=True,
        significant=True,
    ),
    Kind(
        DecisionChallenged,
        "decisions",
        lambda _: "Disagreement with a decision",
        words=lambda each: each.reason,
        period=when_recorded,
        of_matter=True,
        significant=True,
    ),
    Kind(
        ChallengeAnswered,
        "decisions",
        lambda each: f"Disagreement answered: the decision {'changes' if each.outcome == 'changed' else 'stands'}",
        words=lambda each: each.reason,
        period=when_recorded,
        of_matter=True,
    ),
    Kind(
        MatterClosed,
        "decisions",
        lambda _: "Matter closed",
        words=lambda each: each.reason,
        period=when_recorded,
        of_matter=True,
    ),
    Kind(
        MeetingCalled,
        "decisions",
        lambda each: f"{wording.capital(wording.from_slug(each.meeting_kind))} convened",
        period=lambda each: (each.planned_at, None),
        of_matter=True,
        significant=True,
    ),
    Kind(
        EnquiryDecided,
        "decisions",
        lambda each: f"Enquiry: {wording.from_slug(each.enquiry)}",
        words=lambda each: each.rationale,
        period=when_recorded,
        of_matter=True,
        significant=True,
    ),
)
