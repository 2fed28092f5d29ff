"""What stands on the pages that are measured: twenty referrals in a county, and all that follows each."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg
from django.core.management import call_command
from django.test import Client

from daras.access.models import Installation, Worker, ordinary_scopes
from daras.access.session import machine
from daras.api.authentication import issue
from daras.bench import county_families, documents
from daras.bench.pages_examples import HEALTH, LEAD, MANAGER, NURSE, OFFICER
from daras.bench.pages_story import BACKEND, follow
from daras.exchange.demonstration import workers
from daras.exchange.demonstration.people import Household
from daras.frontdoor.intake import Principal, receive
from daras.frontdoor.models import Quarantined
from daras.frontdoor.outcome import Outcome
from daras.home.folder import CHECKOUT
from daras.working_time import clock

REFERRALS = CHECKOUT / "demo" / "referrals"
#: The first is that of which the first story is made; the others stand on the same lists.
EXAMPLES = ("alex", "mark", "open-case", "julie", "no-known-child")
SCHOOL = "carn-brea-academy"
#: So many families are the largest there are, and so much news comes about each.
LARGEST, NEWS_OF_THE_LARGEST = 3, 3
EMAILS = {
    MANAGER: "tamara.nance@cornwall-council.example",
    LEAD: "demelza.trethowan@carn-brea-academy.example",
    HEALTH: "anjali.menon@cornwall-partnership-trust.example",
    NURSE: "karensa.blewett@cornwall-partnership-trust.example",
    OFFICER: "lowena.gilbert@devon-and-cornwall-police.example",
}
#: What a story may have a reference of; any other word of an example stands for itself.
SPOKEN_OF = frozenset(
    {
        "matter",
        "receipt",
        "signed receipt",
        "name heard",
        "child",
        "child record",
        "record",
        "measure",
        "protection",
        "protection receipt",
        "proposal",
        "advice",
        "discussion",
        "decision",
        "correction",
        "which child",
        "family version",
        "duty",
        "challenge",
        "form",
        "draft",
        "sent draft",
        "first worry",
    }
)


@dataclass(frozen=True, slots=True)
class Setting:
    """The references of each story by what they are of, who looks, and the token of an agency's system."""

    stories: Sequence[Mapping[str, str]]
    workers: Mapping[str, Worker]
    token: str

    def objects(self, wanted: Sequence[str]) -> list[Mapping[str, str]]:
        """The stories in which there is all of this."""
        return [story for story in self.stories if all(name in story for name in wanted)]


def settle(people: int) -> list[Household]:
    """An installed database with a county of so many people and the demonstration's workers; families of that county.
    With no people it is as empty as on its first day."""
    call_command("install", skip_checks=True)
    if people:
        county_families.load(people)
    with machine():
        Installation.objects.get_or_create(defaults={"synthetic": True, "made_at": clock.now()})
    workers.install()
    return county_families.families(people) if people else []


def everything(people: int, stories: int) -> Setting:
    """A partnership at work: so many stories, the three largest families of the county among them."""
    made = settle(people)
    with machine():
        who = {name: Worker.objects.get(email=email) for name, email in EMAILS.items()}
        scopes = [*ordinary_scopes(), "attachments", "rights"]
        token = issue(SCHOOL, "bench pages", is_demonstration=True, scopes=scopes)
    alex, *_ = [_received((REFERRALS / f"{name}.json").read_bytes()) for name in EXAMPLES]
    outcomes = [alex]
    papers = documents.about_whole_families(made, stories - 1, sender=(SCHOOL, who[LEAD].team))
    for number, paper in enumerate(papers):
        outcomes.append(_received(paper))
        for again in range(1, NEWS_OF_THE_LARGEST if number < LARGEST else 1):
            _received(documents.told_again(paper, again))
    told = []
    for number, outcome in enumerate(outcomes):
        print(f"daras: story {number + 1} of {stories} is being made ...", file=sys.stderr, flush=True)
        told.append(follow(who, outcome, number) | {"refused": _refused(number)})
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("ANALYZE")
    return Setting(told, who, token)


def _received(paper: bytes) -> Outcome:
    outcome = receive(paper)
    if outcome.outcome != "recorded":
        raise AssertionError(f"The bench sent something that is not recorded: {outcome.outcome} {outcome.problem}")
    return outcome


def _refused(number: int) -> str:
    """Something of the school's that cannot be read; its number in quarantine."""
    receive(
        f'{{"format": "daras-referral/1", "number": {number}}}'.encode(),
        principal=Principal("bench pages", "api", SCHOOL),
    )
    with machine():
        return str(Quarantined.objects.latest("pk").pk)


def session_of(worker: Worker) -> str:
    """A sign-in as the browser keeps it."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(worker, backend=BACKEND)
    return client.cookies["sessionid"].value
