"""Whether a receiver may still be told anything, and who is told instead, so that nothing is lost with a mailbox."""

from __future__ import annotations

from daras.access import trail
from daras.agencies import AgencyNotCurrent, UnknownAgency, load_directory
from daras.outbox.models import Notice, Receiver
from daras.outbox.queueing import ask_for_drains
from daras.outbox.readers import audiences_of_notices
from daras.working_time import clock


def why_not(receiver: Receiver) -> str | None:
    """Why nothing may be delivered to a receiver now, or None. Rights are checked when they are used."""
    if not receiver.is_active:
        return "The receiver is switched off."
    try:
        load_directory().agency(receiver.agency, on=clock.today())
    except (AgencyNotCurrent, UnknownAgency):
        return "The agency does not exist any more."
    return None


def fallback_for(receiver: Receiver) -> Receiver | None:
    """The page of the agency, or of an agency that does its work today; none where there is no other."""
    try:
        instead = load_directory().instead_of(receiver.agency, on=clock.today())
    except UnknownAgency:
        return None
    pages = Receiver.objects.filter(channel=Receiver.Channel.PAGE, team="", is_active=True)
    for agency in instead:
        page = pages.filter(agency=agency.id).exclude(pk=receiver.pk).first()
        if page is not None:
            return page
    return None


def readdress(notice: Notice, to: Receiver, why: str, *, actor: str) -> None:
    """Give a waiting notice to another receiver, under the same key, and leave that in the trail."""
    trail.write(
        actor=actor,
        agency=notice.receiver.agency,
        action="deliver",
        subject_kind="notice",
        subject_id=str(notice.key),
        matter_id=notice.matter_id,
        outcome="refused",
        reason=f"{why} Goes to the page of {to.agency}.",
    )
    notice.receiver = to
    notice.audience_id = audiences_of_notices(notice.matter, [to.agency])[to.agency]
    notice.last_problem = why
    notice.save(update_fields=["receiver", "audience_id", "last_problem"])
    ask_for_drains([to.pk])
