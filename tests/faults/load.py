"""Senders that never give up: each sends a document again under its key until it has a receipt, as they should."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from daras.frontdoor.tests.documents import encoded, referral
from tests.faults.record import SENDERS

SYLLABLES = ("tre", "pol", "pen", "car", "lan", "ros", "nan", "bos", "gwen", "hal", "mor", "van", "wyn", "zel", "kes")
#: News of a family that is known already, in this share: then it is more news on one matter, whose order counts.
MORE_NEWS = 0.4
SENT_AGAIN = 0.1
TIMEOUT_SECONDS = 20


@dataclass
class Senders:
    """What all of them were told."""

    port: int
    tokens: dict[str, str]
    receipts: dict[str, str] = field(default_factory=dict)  # by idempotency key
    wrong: list[str] = field(default_factory=list)
    attempts: int = 0
    longest_wait: float = 0.0
    stopped: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    threads: list[threading.Thread] = field(default_factory=list)

    def start(self, how_many: int, seed: int) -> None:
        """Start sending."""
        for number in range(how_many):
            thread = threading.Thread(target=self._send_on, args=(random.Random(f"{seed}/{number}"),), daemon=True)
            thread.start()
            self.threads.append(thread)

    def stop(self) -> None:
        """Begin nothing new; whoever has sent something waits for the receipt."""
        self.stopped.set()
        for thread in self.threads:
            thread.join(120)
            assert not thread.is_alive(), "a sender never got an answer"

    def _send_on(self, rng: random.Random) -> None:
        families: list[str] = []
        while not self.stopped.is_set():
            known = families and rng.random() < MORE_NEWS
            families.append(rng.choice(families[-5:]) if known else _surname(rng))
            name = rng.choice(list(SENDERS))
            self._deliver(SENDERS[name], document(name, families[-1]), str(uuid.UUID(int=rng.getrandbits(128))), rng)

    def _deliver(self, agency: str, body: bytes, key: str, rng: random.Random) -> None:
        began = time.monotonic()
        while (receipt := self._try(agency, body, key)) is None:
            time.sleep(0.25)
        again = self._try(agency, body, key) if rng.random() < SENT_AGAIN else None
        with self.lock:
            self.receipts[key] = receipt
            self.longest_wait = max(self.longest_wait, time.monotonic() - began)
            if again not in (None, receipt):
                self.wrong.append(f"two receipts for one document: {receipt}, {again}")

    def _try(self, agency: str, body: bytes, key: str) -> str | None:
        """One attempt: a receipt, or None when nobody answered or the answer was a fault."""
        with self.lock:
            self.attempts += 1
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_SECONDS)
        headers = {
            "Authorization": f"Bearer {self.tokens[agency]}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        try:
            connection.request("POST", "/api/v1/referrals", body, headers)
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        if answer.status in (200, 201):
            return str(json.loads(text)["receipt"])
        if answer.status < 500:
            with self.lock:
                self.wrong.append(f"refused with {answer.status}: {text[:300]!r}")
            self.stopped.set()
        return None


def document(name: str, surname: str) -> bytes:
    """An example referral of another family: every surname has its own birthdays and streets."""
    body = referral(name)
    body["sent_at"] = datetime.now(UTC).isoformat()
    shift = timedelta(days=sum(ord(letter) * place for place, letter in enumerate(surname, 1)) % 700)
    for person in body["people"]:
        person["family_name"] = surname
        person.pop("identifiers", None)
        if len(str(person.get("date_of_birth", ""))) == 10:
            person["date_of_birth"] = (date.fromisoformat(person["date_of_birth"]) - shift).isoformat()
        _move(person.get("address"), surname)
    body["hoped_for"] = f"{body.get('hoped_for', '')} {uuid.uuid4()}"
    return encoded(body)


def _move(address: dict[str, Any] | None, surname: str) -> None:
    if address:
        address["lines"] = [f"{1 + len(surname)} {surname} Lane"]


def _surname(rng: random.Random) -> str:
    return "".join(rng.choice(SYLLABLES) for _ in range(4)).capitalize()
