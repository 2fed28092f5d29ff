"""Cases in words, and the copy that is given: the same values on the page, on paper and by the API."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from daras.pages import wording
from daras.pages.discussion.fields import Field, fields
from daras.pages.prints.sheet import Section, Sheet
from daras.pages.rights.forms import SHOW, Entry
from daras.pages.rights.queries import CaseStory, PartStory
from daras.rights.answering import HOW, Copy, Weighed
from daras.rights.asking import ASKED_BACK
from daras.rights.models import (
    AccessAskedBack,
    AccessClosed,
    AccessExtended,
    AccessSaidMore,
    AccessTakenUp,
    ChildHeard,
    IdentityChecked,
    ItemDecided,
    OfCase,
    PartOpened,
)
from daras.rights.weighing import CAPACITIES, needs_health_opinion
from daras.rights.working import withholdings_of
from daras.working_time import clock
from daras.working_time import wording as time_wording

NOTHING = "There is nothing that we have to give you."
#: In every answer, whether or not anything was left out: it tells nobody that there was.
ALWAYS = (
    "We went through what we hold entry by entry. The law says that some information is not given, for example about "
    "other people, or where it would put somebody at risk of serious harm or help a crime. Every answer says this, "
    "whether or not anything was left out.",
    "We hold it to keep children safe, which the law asks of us. We share it with other agencies of the safeguarding "
    "partnership where they need it for that. We keep it as long as the law and our own rules say.",
    "If something is wrong, tell us, and we look at it within a month. You can also ask that it is not used meanwhile.",
    "If you are not content with this answer, tell us, or complain to the Information Commissioner: ico.org.uk.",
)
OTHERS = "Other agencies of the partnership that have something to give you answer for themselves."


@dataclass(frozen=True, slots=True)
class EntryShown:
    """One entry of a part, with what speaks against giving it, and the fields of its decision."""

    number: int
    title: str
    words: str
    day: str
    grounds: tuple[str, ...]
    decided: str
    fields: tuple[Field, ...]


def case_lines(story: CaseStory) -> list[tuple[str, str]]:
    """Who asks, for whom, since when, until when."""
    case = story.case
    due = time_wording.long_datetime(story.owed.due_at) if story.owed else "answered, or not owed by your agency"
    stands = ". The clock stands still" if story.owed and story.owed.paused else ""
    source = f" ({story.owed.duty.authority}: {story.owed.duty.source})" if story.owed else ""
    return [
        ("Who asks", case.asker_name),
        ("For whom", f"{CAPACITIES[case.capacity]}: {case.about_words}"),
        ("How they are reached", case.asker_contact),
        ("What they ask for", case.scope_words or "All of it"),
        ("Of whom", "The whole partnership" if case.whole_partnership else wording.agency(case.agency)),
        ("Received", time_wording.long_datetime(case.received_at)),
        ("To be answered by", f"{due}{stands}{source}"),
    ]


def event_lines(story: CaseStory) -> list[tuple[str, str]]:
    """What became of a case, in order."""
    return [(time_wording.long_datetime(each.fact.recorded_at), _event(each)) for each in story.events]


def _event(each: OfCase) -> str:
    match each:
        case IdentityChecked():
            settled = "Who they are is settled" if each.satisfied else "Who they are is not settled"
            return " ".join(part for part in (f"{settled}. {each.seen}", each.authority_seen) if part)
        case ChildHeard():
            understands = "understands what is asked" if each.competent else "does not yet understand what is asked"
            wants = " and does not want it given" if each.objects_to_it else ""
            return f"The child {understands}{wants}: “{each.wishes}” Heard by {each.by_name}."
        case AccessAskedBack():
            return f"Asked back: {ASKED_BACK[each.what].lower()}. {each.words} The clock stands still."
        case AccessSaidMore():
            return f"They answered: {each.words} The clock runs on."
        case AccessExtended():
            return f"Two months more: {each.reason} They were told {time_wording.long_datetime(each.told_at)}."
        case AccessClosed():
            return f"Closed without an answer: {AccessClosed.Why(each.why).label.lower()}. {each.reason}"
        case AccessTakenUp():
            return f"It goes on: {each.reason}"
        case _:
            raise TypeError(type(each).__name__)


def entry_forms(part: PartOpened, weighed: Sequence[Weighed], sent: Any) -> Iterator[tuple[Weighed, Entry]]:
    """The form of each entry: with what was decided, or with the law's weightiest ground, or to be given."""
    grounds = [(ground, name) for ground, (name, _, _) in withholdings_of(part).items()]
    for each in weighed:
        decided = each.decided
        chosen = (SHOW if decided.shown else decided.ground) if decided else (each.grounds[0] if each.grounds else SHOW)
        opinion = needs_health_opinion(each.held.item, "serious-harm-health", shown=True)
        initial = {
            "choice": chosen,
            "words": decided.words if decided and decided.shown else each.held.words,
            "reason": decided.reason if decided else "",
            "opinion": decided.opinion if decided else "",
        }
        prefix = f"e{each.held.fact_id}"
        yield each, Entry(sent, prefix=prefix, initial=initial, grounds=grounds, opinion=opinion)


def entry_shown(part: PartOpened, each: Weighed, form: Entry) -> EntryShown:
    """An entry as whoever decides sees it."""
    grounds = withholdings_of(part)
    decided = ""
    if each.decided is not None:
        words = each.decided.ground_words
        decided = "Decided: it is given" if each.decided.shown else f"Decided: it is withheld. {words}"
    return EntryShown(
        number=each.held.fact_id,
        title=each.held.title,
        words=each.held.words,
        day=time_wording.long_date(each.held.on_day),
        grounds=tuple(" ".join(grounds[ground]) for ground in each.grounds if ground in grounds),
        decided=decided,
        fields=fields(form),
    )


def colleagues(decided: Sequence[ItemDecided]) -> list[tuple[str, str]]:
    """What colleagues decided on entries that the reader does not read: what is given, or why it is not."""
    return [
        (each.title, f"Given: {each.words}") if each.shown else (each.ground_words, f"Withheld: {each.reason}")
        for each in decided
    ]


def part_status(story: PartStory) -> str:
    """How far a part is."""
    if story.given is not None:
        how = HOW[story.given.how][0].lower() + HOW[story.given.how][1:]
        return f"Answered: {how}, by {story.given.by_whom}, {time_wording.long_datetime(story.given.given_at)}."
    last = story.reviews[-1] if story.reviews else None
    if last is None:
        return "Not signed yet."
    at = time_wording.long_datetime(last.fact.recorded_at)
    return f"Signed {at}." if last.signed else f"Sent back {at}: {last.reason}"


def copy_sheet(copy: Copy, reference: str, *, whole_partnership: bool) -> Sheet:
    """What whoever asks reads: only what is given, without numbers, gaps or any word of what is not."""
    agency = wording.agency(copy.agency)
    signed = time_wording.long_date(clock.local_date(copy.signed_at))
    lines = tuple(
        f"{time_wording.long_date(each.on_day)}. {each.title}{'. ' if each.words else ''}{each.words}"
        for each in copy.lines
    )
    held = Section("What we give you", lines=lines, paragraphs=() if lines else (NOTHING,))
    about = (*ALWAYS, OTHERS) if whole_partnership else ALWAYS
    return Sheet(
        title=f"What {agency} holds about {copy.about}",
        facts=(f"For {copy.asker}.", f"From {agency}, {signed}."),
        sections=(held, Section("About this answer", paragraphs=about)),
        footer=f"{reference}. For {copy.asker} alone: please keep it safe.",
        watermark=(),
        scale=1.2,
    )
