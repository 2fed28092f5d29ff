"""What a measure costs over five years: a hundred thousand forms and as many referrals, two hundred thousand duties,
nothing kept ready (issue: measures)."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import psycopg
from django.core.management import call_command

from daras.access import audiences
from daras.access.session import machine
from daras.agencies import load_directory
from daras.bench import effort, measures_news
from daras.bench.bulk import copy, set_sequences
from daras.bench.figures import Figure, milliseconds, percentile
from daras.bench.machine import load_after
from daras.duties.models import DutyOpened, DutyState
from daras.forms.models import AnswerChoice, AnswerMissing, FormCompleted
from daras.ledger.models import Fact
from daras.matters.commands import open_matter
from daras.measures.counting import measures_of, window
from daras.measures.queries import counts, counts_of
from daras.practice import Pack, pack_for
from daras.practice.form_definitions import FormDefinition
from daras.working_time import clock

BENCH = "measures"
FORMS, DUTIES, YEARS, SEED = 100_000, 200_000, 5, 20261124
BOARD = 40
MOST_MILLISECONDS, MOST_BOARD_MILLISECONDS = 1_000.0, 2_000.0


def measure() -> list[Figure]:
    """Every measure of the pack once, and a board of forty."""
    call_command("install", skip_checks=True)
    pack = pack_for(clock.today())
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        _load(owner, pack)
        owner.execute("ANALYZE")
    since, until = window(clock.now())
    seconds = {}
    for wanted in measures_of(pack).values():
        began = time.perf_counter()
        with machine():
            counts(wanted, since=since, until=until)
        seconds[wanted.id] = time.perf_counter() - began
    taken = sorted(seconds.values(), reverse=True)
    slowest = sorted(measures_of(pack).values(), key=lambda each: seconds[each.id], reverse=True)[:BOARD]
    began = time.perf_counter()
    with machine():
        counts_of(slowest, since=since, until=until)
    board = time.perf_counter() - began
    with machine():
        ours, theirs = effort.of_calls(lambda wanted: counts_of(wanted, since=since, until=until), [slowest])
    found = [
        Figure(
            BENCH, f"a measure over {FORMS:,} forms, as many referrals and {DUTIES:,} duties, p95", _p95(taken), "ms"
        ),
        Figure(BENCH, f"the slowest measure ({slowest[0].id})", milliseconds(taken[0]), "ms", MOST_MILLISECONDS),
        Figure(BENCH, f"a board of the {BOARD} slowest", milliseconds(board), "ms", MOST_BOARD_MILLISECONDS),
        Figure(BENCH, "measures", float(len(taken)), ""),
        Figure(BENCH, "processor time of Daras for the board", ours, "ms"),
    ]
    if theirs is not None:
        found.append(Figure(BENCH, "processor time of PostgreSQL for the board", theirs, "ms"))
    return [*found, load_after(BENCH)]


def _p95(taken: list[float]) -> float:
    return milliseconds(percentile(taken, 0.95))


def _load(owner: psycopg.Connection, pack: Pack) -> None:
    chance = random.Random(SEED)  # noqa: S311 - synthetic figures
    with machine():
        audience = audiences.standing(audiences.agency_scope("royal-cornwall-hospitals"))
        matter = open_matter(
            kind="form", authority="908", agency="royal-cornwall-hospitals", audience_id=audience, opened_at=clock.now()
        )
    teams = [(agency.id, team.id) for agency in load_directory().agencies.values() for team in agency.teams]
    now = clock.now()
    made = list(_facts(chance, audience, matter.pk, teams))
    copy(owner, Fact, [fact for fact, *_ in made])
    forms = list(pack.forms.values())
    completed, choices, missing, opened, states = [], [], [], [], []
    answers = 10_000_000
    for fact, team, number in made:
        if number < FORMS:
            form = forms[number % len(forms)]
            completed.append(_form(fact, team, form, pack.id, chance))
            question = next(each for each in form.questions if each.choices)
            answers += 1
            choices.append((answers, fact, question.id, [question.choices[chance.randrange(2)].id]))
            if chance.random() < 0.3:
                answers += 1
                missing.append((answers, fact, chance.choice(form.questions).id))
        else:
            kind = chance.choice(list(pack.duty_kinds))
            due = fact.recorded_at + timedelta(days=1)
            met = due - timedelta(hours=chance.randrange(-20, 20))
            opened.append(_opened(fact, team, kind, pack.id))
            states.append(_state(fact, team, matter.pk, due, met if met < now else None))
    copy(owner, FormCompleted, completed)
    for rows, model in ((choices, AnswerChoice), (missing, AnswerMissing)):
        copy(owner, Fact, [_answer(row[0], row[1], model.kind) for row in rows])
    copy(
        owner,
        AnswerChoice,
        [AnswerChoice(fact_id=pk, audience_id=audience, form_id=f.pk, question=q, value=v) for pk, f, q, v in choices],
    )
    copy(
        owner,
        AnswerMissing,
        [AnswerMissing(fact_id=pk, audience_id=audience, form_id=f.pk, question=q, reason="x") for pk, f, q in missing],
    )
    copy(owner, DutyOpened, opened)
    copy(owner, DutyState, states)
    measures_news.load(owner, pack, teams, matter=matter.pk, years=YEARS)
    set_sequences(owner, Fact)


Made = tuple[Fact, str, int]


def _facts(chance: random.Random, audience: int, matter: int, teams: list[tuple[str, str]]) -> Iterator[Made]:
    now = clock.now()
    for number in range(FORMS + DUTIES):
        agency, team = chance.choice(teams)
        at = now - timedelta(minutes=chance.randrange(YEARS * 365 * 24 * 60))
        kind = FormCompleted.kind if number < FORMS else DutyOpened.kind
        fact = Fact(
            id=1_000_000 + number,
            kind=kind,
            matter_id=matter,
            agency=agency,
            controller=agency,
            occurred_from=at - timedelta(hours=3),
            recorded_at=at,
            author="bench",
            audience_id=audience,
        )
        yield fact, team, number


def _answer(pk: int, form: Fact, kind: str) -> Fact:
    return Fact(
        id=pk,
        kind=kind,
        matter_id=form.matter_id,
        agency=form.agency,
        controller=form.agency,
        recorded_at=form.recorded_at,
        author="bench",
        audience_id=form.audience_id,
    )


def _form(fact: Fact, team: str, form: FormDefinition, pack: str, chance: random.Random) -> FormCompleted:
    asked = chance.randrange(3, 12)
    return FormCompleted(
        fact_id=fact.pk,
        audience_id=fact.audience_id,
        reference=f"F-{fact.pk}",
        form=form.id,
        form_version=form.version,
        form_name=form.name,
        pack=pack,
        team=team,
        completed_by="Bench",
        asked=asked,
        answered=asked - chance.randrange(3),
        reasoned=0,
        late=chance.random() < 0.2,
    )


def _opened(fact: Fact, team: str, kind: str, pack: str) -> DutyOpened:
    return DutyOpened(
        fact_id=fact.pk,
        audience_id=fact.audience_id,
        duty_kind=kind,
        pack=pack,
        reference="D-0000-0000",
        owner_agency=fact.agency,
        owner_team=team,
        opened_by_id=fact.pk,
        anchor_at=fact.recorded_at,
        due_at=fact.recorded_at + timedelta(days=1),
        because="bench",
        source="bench",
        authority="local",
    )


def _state(fact: Fact, team: str, matter: int, due: datetime, met: datetime | None) -> DutyState:
    return DutyState(
        duty_id=fact.pk,
        matter_id=matter,
        owner_agency=fact.agency,
        owner_team=team,
        due_at=due,
        met_at=met,
        audience_id=fact.audience_id,
    )
