"""A strategy discussion as a print: the values of its page, so that no copy holds more than its reader may see (B4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from daras.access.models import Worker
from daras.agencies import UnknownAgency, load_directory
from daras.pages import wording
from daras.pages.discussion.presenting import SECTIONS
from daras.pages.discussion.shown import ActionLine, ChildLine, DecisionLine, DiscussionPage, EnquiryShown
from daras.pages.prints.sheet import Section, Sheet, footer_for, watermark_for

#: What a surgery's copy says on every page, and what an action says that the patient's record must not show (B4).
HIDDEN = "To be hidden from the patient’s online access"
OWN_LAYER = "This copy holds what is for {place}. The rest is held by those who take part: ask the MARU."
#: What is written for the family is never printed from here: it is reviewed and released as a copy of its own.
NOT_PRINTED = SECTIONS["family"][0]


def record_sheet(shown: DiscussionPage, *, worker: Worker, at: datetime) -> Sheet:
    """The record as its reader may see it, each section with who else reads it."""
    sections = (
        Section("What is asked of you", lines=tuple(_asked(shown))),
        _actions(shown.actions),
        *(
            Section(each.heading, paragraphs=(f"Read by {each.readers}. {each.at}.", *paragraphs(each.text)))
            for each in shown.sections
            if each.heading != NOT_PRINTED
        ),
        *_of_those_who_take_part(shown),
        Section("Advice of designated professionals", lines=shown.advice),
        Section("What is known", lines=tuple(_held(shown, opinions=False))),
        Section("What is thought", lines=tuple(_held(shown, opinions=True))),
        Section("How the record was closed", lines=shown.closings),
        Section("What those consulted were told", lines=tuple(_told(shown))),
        Section("What the front door decided", lines=tuple(_decided(shown.why))),
        Section("Not asked now", lines=tuple(f"{who}: {why}" for who, why in shown.left_out)),
        Section("Conflicts of interest, kept at the front door", lines=shown.conflicts),
        Section("Which child is it?", lines=shown.identities),
        Section("Filed in each agency’s own system", lines=tuple(_filed(shown))),
        Section(
            "Since the record was closed", lines=tuple(f"{each.title}, {each.by}, {each.at}" for each in shown.since)
        ),
    )
    return _sheet(shown, "Strategy discussion", sections, worker=worker, at=at)


def actions_sheet(shown: DiscussionPage, *, worker: Worker, at: datetime) -> Sheet:
    """The actions alone, as far as their reader may see them: what, who, by when, how far (B7)."""
    sections = (_actions(shown.actions), Section("History", lines=tuple(_history(shown.actions))))
    return _sheet(shown, "Actions of the strategy discussion", sections, worker=worker, at=at)


def paragraphs(text: str) -> tuple[str, ...]:
    """What was typed, paragraph by paragraph."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _sheet(shown: DiscussionPage, what: str, sections: Iterable[Section], *, worker: Worker, at: datetime) -> Sheet:
    place = wording.owner(worker.agency, worker.team)
    facts = (
        f"{shown.reference}. {shown.when}. {shown.mode}.",
        shown.status,
        *(() if shown.of_record else (OWN_LAYER.format(place=place),)),
    )
    return Sheet(
        title=f"{what}: {shown.about}" if shown.about else f"{what} {shown.reference}",
        facts=facts,
        sections=tuple(each for each in sections if each.paragraphs or each.lines or each.rows),
        footer=footer_for(worker, shown.reference, at),
        watermark=watermark_for(worker, at, f"For {shown.reference}"),
        marking=HIDDEN if _is_surgery(worker) else "",
    )


def _is_surgery(worker: Worker) -> bool:
    try:
        return load_directory().agency_at_any_time(worker.agency).kind == "general practice"
    except UnknownAgency:
        return False


def _actions(actions: tuple[ActionLine, ...]) -> Section:
    rows = tuple((_what(each), each.owner, each.due, _how_far(each)) for each in actions)
    columns = ("What is to be done", "By whom", "By when", "How far it is")
    return Section("Actions", columns=columns, rows=rows, paragraphs=() if rows else ("None that is yours to see.",))


def _what(action: ActionLine) -> str:
    return f"{action.what} ({HIDDEN}.)" if action.hidden else action.what


def _how_far(action: ActionLine) -> str:
    return f"{action.state}, overdue" if action.overdue else action.state


def _history(actions: Iterable[ActionLine]) -> Iterator[str]:
    for action in actions:
        for each in action.history:
            yield f"{action.what.rstrip('.')}: {each}"


def _asked(shown: DiscussionPage) -> Iterator[str]:
    for each in shown.asked_of_us:
        yield f"{each.who} {each.part}. {each.because} Your answer: {each.answer or 'none yet.'}"


def _of_those_who_take_part(shown: DiscussionPage) -> Iterator[Section]:
    if not shown.in_circle:
        return
    yield Section("The enquiry", lines=tuple(line for each in shown.enquiries for line in _enquiry(each)))
    yield Section(
        "Everyone connected",
        columns=("Who", "How they are connected", "What is decided"),
        rows=tuple(
            (
                ", ".join((each.name, *each.facts)),
                ". ".join(part for part in (each.reason, *each.risks) if part) or "Named in the news",
                each.decided or "Not decided yet",
            )
            for each in shown.people
        ),
    )
    yield Section("Medical", lines=tuple(_of_children(shown.medicals)))
    yield Section("How the child is asked", lines=tuple(_of_children(shown.accounts)))
    yield Section("What the child wishes", lines=tuple(_of_children(shown.wishes)))
    yield Section("What parents are told", lines=shown.parents)
    yield Section("On the call", lines=shown.present)
    yield Section(
        "Quorum", lines=tuple(f"{each.part}: {each.there or 'nobody on the call yet'}" for each in shown.quorum)
    )
    yield Section(
        "Who is asked",
        columns=("Who", "Why", "Their answer"),
        rows=tuple((f"{each.who}, {each.part}", each.because, each.answer or "None yet") for each in shown.asked),
    )


def _enquiry(each: EnquiryShown) -> Iterator[str]:
    yield f"{each.decision}. {each.rationale} ({each.at})"
    for position in each.positions:
        yield f"{position.who} {'challenges this' if position.challenges else 'agrees'}. {position.reason}".strip()
        for answer in position.answers:
            yield f"The on-call inspector. {answer}"


def _of_children(children: Iterable[ChildLine]) -> Iterator[str]:
    for child in children:
        for line in child.lines:
            for words in _decided((line,)):
                yield f"{child.name}: {words}"


def _held(shown: DiscussionPage, *, opinions: bool) -> Iterator[str]:
    for each in shown.contributions:
        if each.is_opinion is opinions:
            restricted = ". Restricted to named teams" if each.restricted else ""
            yield f"{each.text} ({each.who}{restricted})"


def _told(shown: DiscussionPage) -> Iterator[str]:
    """What everybody consulted was told, and who has read it or disagrees: both views stand (A8)."""
    for each in shown.feedback:
        yield from _decided((each.line,))
        remains = f" What remains: {each.remains}" if each.remains else ""
        read = f" Read by {each.read_by}." if each.read_by else " Nobody has said yet that it was read."
        yield f"Is the risk lower now? {each.risk}.{remains} ({each.at}.{read})"


def _decided(decisions: Iterable[DecisionLine]) -> Iterator[str]:
    for each in decisions:
        yield " ".join(part for part in each.text if part)
        for challenge in each.challenges:
            yield f"{challenge.who} disagrees. {challenge.reason} ({challenge.at})"
            for answer in challenge.answers:
                yield f"The answer. {answer}"


def _filed(shown: DiscussionPage) -> Iterator[str]:
    yield from shown.filed
    if shown.not_filed:
        yield f"Not yet: {', '.join(shown.not_filed)}."
