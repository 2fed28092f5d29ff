"""What becomes of a request: acknowledged, asked back, answered, declined, chased, escalated, withdrawn. Both sides
read all of it, and no kind of request has code of its own (design: requests)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied

from daras.access import audiences, policy
from daras.access.models import Worker
from daras.access.session import machine
from daras.forms.writing import recording_for
from daras.ledger.commands import Entry, Recording, append
from daras.ledger.models import Fact
from daras.ledger.refusal import Refused
from daras.matters.models import Matter
from daras.outbox.commands import Tell, tell
from daras.practice import pack_for
from daras.practice.request_definitions import ACKNOWLEDGE, SAY_MORE, RequestKind
from daras.requests import owing
from daras.requests.asking import ENDED, meet_waiting, members_of, note
from daras.requests.models import (
    OfRequest,
    RequestAcknowledged,
    RequestAllocated,
    RequestAnswered,
    RequestAskedBack,
    RequestChased,
    RequestDeclined,
    RequestEscalated,
    RequestMade,
    RequestSaidMore,
    RequestState,
    RequestWithdrawn,
)
from daras.requests.queries import events_of, kind_of, state_of
from daras.working_time import clock

RISKS = ("low", "medium", "high")
#: Nobody is chased twice within this time for one request.
BETWEEN_CHASES = timedelta(hours=4)


class NoSuchRequest(LookupError):
    """There is no such request for this worker."""


def answers(worker: Worker, made: RequestMade) -> bool:
    """Whether the worker is of the team that is asked, and may answer."""
    own = worker.agency == made.to_agency and made.to_team in ("", worker.team)
    return own and policy.may(worker, "answer")


def asks(worker: Worker, made: RequestMade) -> bool:
    """Whether the worker is of the team that asks."""
    return (worker.agency, worker.team) == (made.from_agency, made.from_team) and policy.may(worker, "contribute")


@dataclass(frozen=True, slots=True)
class AtWork:
    """A request, locked, with what is needed to record something of it."""

    worker: Worker
    made: RequestMade
    kind: RequestKind
    state: RequestState
    matter: Matter
    recording: Recording

    def add(self, detail: OfRequest) -> Fact:
        """Record what became of it, for both sides, and keep the projection true."""
        detail.request, detail.by_name = self.made, self.worker.name
        entry = Entry(
            detail,
            self.made.audience_id,
            person_record_id=self.made.fact.person_record_id,
            matter_id=self.matter.pk,
        )
        (fact,) = append(self.recording, [entry])
        self._project()
        return fact

    def _project(self) -> None:
        state = state_of(self.made, self.kind, events_of([self.made.pk])[self.made.pk])
        row = self.state
        row.status, row.stage, row.stage_since = state.status, state.stage, state.stage_since
        row.ended_at, row.worker, row.risk = state.ended_at, state.worker, state.risk
        row.save(update_fields=["status", "stage", "stage_since", "ended_at", "worker", "risk"])

    def tell_asker(self, fact: Fact, kind: str) -> None:
        made = self.made
        tell(self.matter, fact.pk, [Tell(made.from_agency, made.from_team or None, kind, reference=made.reference)])

    def tell_asked(self, fact: Fact, kind: str, *, whole_agency: bool = False) -> None:
        """The team; or the agency, whose safeguarding lead reads the agency's page."""
        made = self.made
        team = None if whole_agency else made.to_team or None
        tell(self.matter, fact.pk, [Tell(made.to_agency, team, kind, whole_agency, reference=made.reference)])


@contextmanager
def _at_work(worker: Worker, reference: str, *, side: str, what: str) -> Iterator[AtWork]:
    """A request that the worker may see and act on, locked, under the machine role. Raises `NoSuchRequest`,
    `PermissionDenied` for the other side, `Refused` for one that is over."""
    seen = RequestMade.objects.filter(reference=reference).first()
    if seen is None:
        raise NoSuchRequest("There is no such request here for you.")
    if not (answers if side == "asked" else asks)(worker, seen):
        raise PermissionDenied("This is for the other side of the request.")
    with machine():
        made = RequestMade.objects.select_related("fact").get(pk=seen.pk)
        matter = Matter.objects.get(pk=made.fact.matter_id or 0)
        recording = recording_for(worker, matter)
        state = RequestState.objects.select_for_update().get(pk=made.pk)
        if state.ended_at is not None:
            raise Refused("request-over", "", "This request is over.", "Ask anew where it is needed again.")
        kind = kind_of(made)
        yield AtWork(worker, made, kind, state, matter, recording)
        note(worker, made, matter, f"{kind.id}: {what}")


def _needed(words: str, pointer: str, detail: str, remedy: str) -> str:
    if not words.strip():
        raise Refused("missing", pointer, detail, remedy)
    return words.strip()


def acknowledge(worker: Worker, reference: str) -> None:
    """Say that it has come. Saying so again changes nothing."""
    with _at_work(worker, reference, side="asked", what="acknowledged") as work:
        if work.state.status != "asked":
            return
        fact = work.add(RequestAcknowledged())
        _has_come(work, fact)
        work.tell_asker(fact, "request-acknowledged")


def _has_come(work: AtWork, fact: Fact) -> None:
    """Whatever is said of a request says that it has come."""
    owing.settle(work.recording, work.matter, work.made, fact, [work.kind.duty(ACKNOWLEDGE)])


def ask_back(worker: Worker, reference: str, *, question: str) -> None:
    """Ask whoever asked for what is missing: the clock stands still, and says so, until they have said it."""
    words = _needed(question, "/question", "Say what you need to know.", "They answer; the clock waits for it.")
    with _at_work(worker, reference, side="asked", what="asked back") as work:
        if work.state.status == "asked-back":
            raise Refused("asked-back-already", "/question", "You wait for an answer already.", "Chase, or answer now.")
        stage = work.kind.duty(work.state.stage, work.made.urgency)
        fact = work.add(RequestAskedBack(words=words))
        _has_come(work, fact)
        owing.stop(work.recording, work.matter, work.made, [stage], f"Asked back: {words}")
        owing.owe(work.recording, work.matter, work.made, SAY_MORE, opened_by=fact)
        work.tell_asker(fact, "request-asked-back")


def say_more(worker: Worker, reference: str, *, words: str) -> None:
    """Answer what was asked back: the clock runs on from now."""
    said = _needed(words, "/words", "Say what they asked.", "Or say that you do not know it.")
    with _at_work(worker, reference, side="asks", what="said more") as work:
        if work.state.status != "asked-back":
            raise Refused("nothing-asked-back", "/words", "Nothing was asked back.", "See the request.")
        fact = work.add(RequestSaidMore(words=said))
        owing.settle(work.recording, work.matter, work.made, fact, [work.kind.duty(SAY_MORE)])
        owing.start(work.recording, work.matter, work.made)
        work.tell_asked(fact, "request-said-more")


def answer(
    worker: Worker,
    reference: str,
    *,
    stage: str,
    outcome: str,
    words: str,
    on_day: date | None = None,
    service: str = "",
) -> None:
    """Say what came of the stage at which the request is; the next one is owed from now, or the request is over.

    Raises `Refused` for an outcome that is none, words that are missing where it is not as asked, a day to come, or a
    stage that somebody else has ended meanwhile.
    """
    with _at_work(worker, reference, side="asked", what=f"{stage} {outcome}") as work:
        if stage != work.state.stage:
            raise Refused(
                "answered-meanwhile", "/outcome", "Somebody has answered this meanwhile.", "See what it says."
            )
        chosen = work.kind.stage(stage).outcome(outcome)
        if chosen is None:
            raise Refused("unknown-choice", "/outcome", "Nothing of the list was chosen.", "Choose one.")
        first = stage == work.kind.stages[0].id
        if not words.strip() and (first or not chosen.good):
            raise Refused("missing", "/words", "Say it in words, too.", "A sentence is enough.")
        if on_day is not None and on_day > clock.local_date(work.recording.recorded_at):
            raise Refused("day-to-come", "/on_day", "This day is still to come.", "Write a day that is past, or none.")
        if service and service not in pack_for(clock.today()).services:
            raise Refused("no-such-service", "/service", "There is no such service.", "Choose one of the directory.")
        detail = RequestAnswered(
            words=words.strip(),
            stage=stage,
            outcome=chosen.id,
            outcome_name=chosen.name,
            good=chosen.good,
            then=chosen.then,
            on_day=on_day,
            service=service,
        )
        owing.start(work.recording, work.matter, work.made)
        fact = work.add(detail)
        owing.settle(work.recording, work.matter, work.made, fact)
        if chosen.shares:
            _open_to_forum(work, fact)
        if chosen.then:
            owing.owe(work.recording, work.matter, work.made, chosen.then, opened_by=fact)
        else:
            meet_waiting(work.recording, work.matter, fact, f"{ENDED}{work.kind.id}")
        work.tell_asker(fact, "request-answered")


def _open_to_forum(work: AtWork, fact: Fact) -> None:
    """A person has put it on the agenda: from now whoever belongs to the forum reads it, and is told so (F5)."""
    sides = {(work.made.from_agency, work.made.from_team), (work.made.to_agency, work.made.to_team)}
    members = [each for each in members_of(work.kind, work.matter.authority) if (each.agency, each.team) not in sides]
    for each in members:
        audiences.grant(
            work.made.audience_id,
            agency=each.agency,
            team=each.team or "",
            reason="belongs to the meeting",
            granted_by=work.worker.slug,
        )
    tell(
        work.matter, fact.pk, [Tell(each.agency, each.team, "asked", reference=work.made.reference) for each in members]
    )


def decline(worker: Worker, reference: str, *, why: str, words: str) -> None:
    """Say that it is not given, and why. Whoever asked may challenge that like any other decision (I6)."""
    with _at_work(worker, reference, side="asked", what="declined") as work:
        chosen = next((each for each in work.kind.declines if each.id == why), None)
        if work.kind.declines and chosen is None:
            raise Refused("missing", "/why", "Say why it is declined.", "Choose one of the list.")
        said = _needed(words, "/reason", "Declining needs a reason.", "Whoever asked reads it, and may disagree.")
        fact = work.add(RequestDeclined(words=said, why=why, why_name=chosen.name if chosen else ""))
        owing.start(work.recording, work.matter, work.made)
        owing.settle(work.recording, work.matter, work.made, fact)
        work.tell_asker(fact, "request-answered")


def withdraw(worker: Worker, reference: str, *, words: str) -> None:
    """It is no longer asked, and why: nothing is owed any more."""
    said = _needed(words, "/words", "Say why it is no longer asked.", "A sentence is enough.")
    with _at_work(worker, reference, side="asks", what="withdrawn") as work:
        fact = work.add(RequestWithdrawn(words=said))
        owing.start(work.recording, work.matter, work.made)
        owing.settle(work.recording, work.matter, work.made, fact)
        work.tell_asked(fact, "request-withdrawn")


def chase(worker: Worker, reference: str) -> None:
    """Ask again. Within four hours it is the same chase: nobody is told twice."""
    with _at_work(worker, reference, side="asks", what="chased") as work:
        if _said_since(work, RequestChased, work.recording.recorded_at - BETWEEN_CHASES):
            return
        work.tell_asked(work.add(RequestChased()), "chased")


def escalate(worker: Worker, reference: str, *, words: str) -> None:
    """Tell the other agency's safeguarding lead that it is not answered, and what depends on it."""
    said = _needed(words, "/words", "Say what depends on it.", "Their safeguarding lead reads it.")
    with _at_work(worker, reference, side="asks", what="escalated") as work:
        if _said_since(work, RequestEscalated, work.recording.recorded_at - BETWEEN_CHASES):
            return
        work.tell_asked(work.add(RequestEscalated(words=said)), "escalated", whole_agency=True)


def _said_since(work: AtWork, kind: type[OfRequest], since: datetime) -> bool:
    return kind._default_manager.filter(request=work.made, fact__recorded_at__gt=since).exists()


def allocate(worker: Worker, reference: str, *, to: str, risk: str) -> None:
    """A practitioner of the team has it from now, and how the service sees its risk (F8)."""
    if risk not in RISKS:
        raise Refused("unknown-choice", "/risk", "Say how you see the risk.", "Choose one of the list.")
    with _at_work(worker, reference, side="asked", what="allocated") as work:
        team = Worker.objects.filter(agency=work.made.to_agency, team=worker.team, is_active=True)
        practitioner = team.filter(slug=to).first()
        if practitioner is None:
            raise Refused("unknown-worker", "/to", "Nobody of your team is called that.", "Choose one of the list.")
        fact = work.add(RequestAllocated(worker=practitioner.slug, worker_name=practitioner.name, risk=risk))
        _has_come(work, fact)
