"""Any agency may ask for a discussion; the manager convenes it, or declines and says why (B1)."""

from __future__ import annotations

from daras.access import policy
from daras.access.models import Worker
from daras.agencies import Owner, load_directory
from daras.ledger.models import Fact
from daras.ledger.refusal import Refused
from daras.matters.models import Matter
from daras.meetings.audiences import layer
from daras.meetings.models import DiscussionAskedFor, DiscussionDeclined, MeetingCalled
from daras.meetings.sitting import AtWork, NoSuchMeeting, on_matter
from daras.outbox.commands import Tell
from daras.practice import pack_for
from daras.working_time import clock

DECISION_DUE = "strategy-decision-due"


def ask_for_discussion(worker: Worker, matter_id: int, *, known_as: str, reason: str) -> DiscussionAskedFor:
    """Ask the manager on duty for a discussion on a matter, and say why. Whoever sees the matter, sent news on it,
    or is asked anything of a discussion on it may ask. A decision is due from now, with its clock and its
    escalation by minutes; nothing is sent to anybody else (B1). `known_as` is the reference by which the worker
    knows it. Raises `NoSuchMeeting` for a matter the worker has no part in, `Refused` without a reason."""
    policy.require(worker, "contribute")
    if not has_a_part(worker, matter_id):
        raise NoSuchMeeting("There is no such matter here for you.")
    if not reason.strip():
        raise Refused("missing", "/reason", "Asking for a discussion needs a reason.", "Say why it cannot wait.")
    detail = DiscussionAskedFor(known_as=known_as, agency=worker.agency, team=worker.team, reason=reason.strip())
    with on_matter(worker, matter_id, "asked for a discussion") as at_work:
        for waiting in asked_on(matter_id):
            if (waiting.agency, waiting.team, waiting.reason) == (detail.agency, detail.team, detail.reason):
                return waiting  # the same form sent twice: one question, one clock, nobody interrupted again
        own = layer(at_work.matter, "asked", [(worker.agency, worker.team)], reason="asked for it", by=worker.slug)
        (fact,) = at_work.add(detail, audience=own)
        manager = manager_on_duty(at_work)
        agency = load_directory().agency_at_any_time(worker.agency).name
        at_work.owe(
            DECISION_DUE,
            fact,
            (manager.agency, manager.team or ""),
            because=f"{agency} asks for a discussion: {detail.reason} Convene it, or decline with a reason they see.",
            audience=at_work.hub,
            role="duty-manager",
        )
        at_work.tell(Tell(manager.agency, manager.team, "decision-due", interrupts=True))
    return detail


def has_a_part(worker: Worker, matter_id: int) -> bool:
    """Whether a worker sees the matter, is asked anything of a discussion on it, or sent news on it."""
    return (
        Matter.objects.filter(pk=matter_id).exists()
        or MeetingCalled.objects.filter(fact__matter_id=matter_id).exists()
        or Fact.objects.filter(matter_id=matter_id, kind="referral-received", agency=worker.agency).exists()
    )


def manager_on_duty(at_work: AtWork) -> Owner:
    """The authority's duty manager, or the team out of hours at night."""
    now, authority = at_work.recording.recorded_at, at_work.matter.authority
    on = clock.local_date(now)
    role = "front-door" if pack_for(on).calendar.in_hours(now) else "out-of-hours"
    return load_directory().contact(role, authority=authority, on=on)


def asked_on(matter_id: int) -> list[DiscussionAskedFor]:
    """What has been asked for on a matter and neither convened nor declined, as far as the reader may see."""
    answered = DiscussionDeclined.objects.filter(fact__matter_id=matter_id).values_list("asked_id", flat=True)
    rows = DiscussionAskedFor.objects.select_related("fact").filter(fact__matter_id=matter_id)
    called = MeetingCalled.objects.filter(fact__matter_id=matter_id).order_by("-fact_id").first()
    if called is not None:
        rows = rows.filter(fact_id__gt=called.pk)
    return list(rows.exclude(pk__in=list(answered)).order_by("fact_id"))


def declined_of(asked: DiscussionAskedFor) -> list[DiscussionDeclined]:
    """Why what was asked for was declined."""
    return list(DiscussionDeclined.objects.select_related("fact").filter(asked=asked).order_by("fact_id"))


def asked_by_us(worker: Worker, matter_id: int) -> list[DiscussionAskedFor]:
    """What the worker's agency has asked for on a matter, the newest first."""
    rows = DiscussionAskedFor.objects.select_related("fact").filter(fact__matter_id=matter_id, agency=worker.agency)
    return list(rows.order_by("-fact_id"))


def decline(worker: Worker, reference: str, *, reason: str) -> list[DiscussionDeclined]:
    """The manager does not convene what was asked for, and says why; every agency that asked reads it (B1).

    Raises `PermissionDenied` for anybody but a manager, `Refused` without a reason or where nobody has asked.
    """
    policy.require(worker, "decide")
    matter = Matter.objects.filter(reference=reference).first()
    if matter is None:
        raise NoSuchMeeting("There is no such matter here for you.")
    if not reason.strip():
        raise Refused("missing", "/reason", "Declining needs a reason.", "Say why: whoever asked reads it.")
    with on_matter(worker, matter.pk, "declined a discussion") as at_work:
        made = answer_asked(at_work, reason)
        if not made:
            raise Refused("nobody-asked", "/reason", "Nobody waits for an answer.", "Decide on the news instead.")
    return made


def answer_asked(at_work: AtWork, reason: str) -> list[DiscussionDeclined]:
    """Everybody who asked and waits is told why not, each in their own layer."""
    made = []
    for asked in asked_on(at_work.matter.pk):
        detail = DiscussionDeclined(asked=asked, reason=reason.strip())
        at_work.add(detail, audience=asked.audience_id)
        at_work.tell(Tell(asked.agency, asked.team or None, "discussion-declined", reference=asked.known_as))
        made.append(detail)
    return made
