"""A hundred people at work at once, as locust plays them: some at the front door, most where children are seen.

Runs in a process of its own (`daras.bench.load` starts it): what it knows comes in a file, as does what it
measured.
"""

from __future__ import annotations

import json
import os
import random
import re
import time
from pathlib import Path
from typing import Any

from locust import HttpUser, between, events, task
from locust.env import Environment

KNOWN: dict[str, Any] = json.loads(Path(os.environ["DARAS_BENCH_KNOWN"]).read_text("utf-8"))
FOUND = Path(os.environ["DARAS_BENCH_FOUND"])
TOKEN = "b" * 32
#: Choices of the players, the same in every run; nothing secret.
CHOICE = random.Random("daras bench load 1")  # noqa: S311


#: Seconds between two pages of one person, who reads, speaks with somebody, writes elsewhere: half a minute on average.
BETWEEN_PAGES = (10, 50)
#: Seconds to fill in one form of one or two fields.
TYPING = (5, 20)


class Person(HttpUser):
    """Somebody signed in, who reads for a while before the next page."""

    abstract = True
    wait_time = between(*BETWEEN_PAGES)
    sessions: list[str] = []

    def on_start(self) -> None:
        """Take the next sign-in."""
        self.client.cookies.set("sessionid", self.sessions.pop())
        self.client.cookies.set("csrftoken", TOKEN)

    def reads(self, path: str, name: str) -> str:
        """A page that must be there; what it holds."""
        with self.client.get(path, name=name, catch_response=True) as answer:
            if answer.status_code != 200:
                answer.failure(f"answered {answer.status_code}")
            return answer.text or ""

    def finds(self, name: str) -> None:
        """Somebody by name, from the box of every page: sent, and answered where it was sent."""
        headers = {"X-CSRFToken": TOKEN}
        with self.client.post("/find/", {"q": name}, name="search", headers=headers, catch_response=True) as answer:
            if answer.status_code != 200:
                answer.failure(f"answered {answer.status_code}")

    def sends(self, path: str, name: str, **typed: str) -> str:
        """A form that is filled in, must be taken, and the page it leads to; the address of that page."""
        time.sleep(CHOICE.uniform(*TYPING))  # locust lets the others go on meanwhile
        headers = {"X-CSRFToken": TOKEN}
        with self.client.post(path, typed, name=name, headers=headers, catch_response=True) as answer:
            if answer.status_code != 200 or not answer.history:
                answer.failure(f"answered {answer.status_code}")
            return answer.request.path_url if answer.request else path


class AtTheFrontDoor(Person):
    """Reads the desk, matters, people and notices, searches, and decides."""

    weight = 3
    sessions = KNOWN["front door"]

    @task(3)
    def desk(self) -> None:
        self.reads("/desk/", "desk")

    @task(5)
    def matter(self) -> None:
        self.reads(f"/matters/{CHOICE.choice(KNOWN['matters'])}/", "matter")

    @task(4)
    def person(self) -> None:
        tab = CHOICE.choice(("", "family/", "chronology/"))
        self.reads(f"/people/{CHOICE.choice(KNOWN['people'])}/{tab}", f"person {tab}".strip())

    @task(2)
    def notices(self) -> None:
        self.reads("/notices/", "notices")

    @task(3)
    def search(self) -> None:
        self.finds(CHOICE.choice(KNOWN["names"]))

    @task(1)
    def decide(self) -> None:
        path = f"/matters/{CHOICE.choice(KNOWN['matters'])}/decide/"
        self.reads(path, "decide, read")
        self.sends(path, "decide, sent", decision="assessment", reason="A social worker visits today.")


class WhereChildrenAreSeen(Person):
    """A school's lead: reads what is new, and refers by form."""

    weight = 7
    sessions = KNOWN["senders"]

    @task(4)
    def my_work(self) -> None:
        self.reads("/", "my work")

    @task(3)
    def notices(self) -> None:
        self.reads("/notices/", "notices")

    @task(2)
    def our_referrals(self) -> None:
        self.reads("/our-referrals/", "our referrals")

    @task(1)
    def search(self) -> None:
        self.finds(CHOICE.choice(KNOWN["names"]))

    @task(2)
    def refer(self) -> None:
        """From "is the child safe now?" to the receipt, by the plain forms."""
        name = f"Wella{CHOICE.randrange(10**6)}"
        page = self.reads("/refer/", "refer, begin")
        draft = self.sends("/refer/", "refer, begin, sent", **{_field(page, "given_name"): name})
        form = self.sends(f"{draft}worries/", "refer, worry")
        page = self.reads(form, "refer, worry, read")
        words = f"{name} told the form tutor of being afraid of going home at the weekend."
        self.sends(form, "refer, worry, sent", **{_field(page, "what_happened"): words, "shown": _shown(page)})
        self.reads(f"{draft}check/", "refer, check")
        self.sends(f"{draft}check/", "refer, sent")


def _field(page: str, ending: str) -> str:
    """The name of the form's field of that kind."""
    found = re.search(rf'name="([^"]*{ending})"', page)
    return found[1] if found else ending


def _shown(page: str) -> str:
    found = re.search(r'name="shown"[^>]*value="([^"]*)"', page)
    return found[1] if found else ""


def tell(environment: Environment, **_: Any) -> None:
    """Write down what was measured."""
    total = environment.stats.total
    told = {
        "requests": total.num_requests,
        "failures": total.num_failures,
        "a second": total.total_rps,
        "p50": total.get_response_time_percentile(0.5),
        "p95": total.get_response_time_percentile(0.95),
        "errors": [f"{each.name}: {each.error} ({each.occurrences})" for each in environment.stats.errors.values()],
        "by kind": {
            name: [entry.num_requests, entry.get_response_time_percentile(0.95)]
            for (name, _method), entry in sorted(environment.stats.entries.items())
        },
    }
    FOUND.write_text(json.dumps(told), "utf-8")


events.quitting.add_listener(tell)  # type: ignore[no-untyped-call]
