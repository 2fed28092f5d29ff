"""What keeps a child safe and until when, and what the worker thinks, in words (A16, A6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from daras.access.models import Worker
from daras.frontdoor.queries import MatterStory
from daras.matters.decisions import DECISIONS
from daras.pages import wording
from daras.pages.safety.shown import AnalysisShown, ProtectionLine
from daras.safety.models import AnalysisRecorded, ProtectionRecorded
from daras.safety.protecting import OUTCOMES, PROTECTIONS, needs_end
from daras.working_time import wording as time_wording


def protection(recorded: ProtectionRecorded, name: str, now: datetime) -> ProtectionLine:
    """One protection, with the time that is left of it."""
    ends = recorded.expires_at
    settlement = getattr(recorded, "settlement", None)
    lapsed = ends is not None and ends <= now
    return ProtectionLine(
        id=recorded.pk,
        what=PROTECTIONS[recorded.protection],
        about=name,
        words=recorded.words,
        holder=wording.agency(recorded.holder_agency),
        since=time_wording.long_datetime(recorded.since),
        ends=time_wording.long_datetime(ends) if ends else "",
        left=time_left(ends, now),
        lapsed=lapsed and settlement is None,
        settled=f"{OUTCOMES[settlement.outcome]}. {settlement.words}" if settlement else "",
        unexplained=settlement is None and (not recorded.words or needs_end(recorded)),
        needs_end=needs_end(recorded),
    )


def time_left(ends: datetime | None, now: datetime) -> str:
    """ "2 days left", "ended 3 hours ago", "no end set"."""
    if ends is None:
        return "no end set"
    if ends <= now:
        return f"ended {time_wording.duration(now - ends)} ago"
    return f"{time_wording.duration(ends - now)} left"


def protections(story: MatterStory, now: datetime) -> list[ProtectionLine]:
    """All of a matter: what holds still first, what is settled last."""
    lines = [protection(each, story.name(each.fact.person_record_id), now) for each in story.protections]
    return sorted(lines, key=lambda line: bool(line.settled))


def analysis(recorded: AnalysisRecorded, names: Mapping[str, str]) -> AnalysisShown:
    """One analysis."""
    words = next((text for slug, text in DECISIONS.items() if slug == recorded.recommendation), "")
    return AnalysisShown(
        by=names.get(recorded.fact.author, wording.agency(recorded.fact.agency)),
        at=time_wording.long_datetime(recorded.fact.recorded_at),
        worries=recorded.worries,
        what_works=recorded.what_works,
        must_happen=recorded.must_happen,
        scaling=recorded.scaling,
        recommendation=words or wording.from_slug(recorded.recommendation),
        because=recorded.because,
    )


def analyses(story: MatterStory) -> list[AnalysisShown]:
    """All of a matter, the newest first, each with the name of whoever wrote it."""
    authors = {each.fact.author for each in story.analyses}
    names = dict(Worker.objects.filter(slug__in=authors).values_list("slug", "name")) if authors else {}
    return [analysis(each, names) for each in story.analyses]
