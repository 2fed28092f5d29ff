"""Killed at random moments under load, Daras loses nothing and does nothing twice."""

from __future__ import annotations

import itertools
import random
import secrets
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from daras.outbox.tests.receiving import Arrival, Webhook, webhook
from tests.faults.installation import VICTIMS, Installation, installed
from tests.faults.load import Senders

SENDERS = 2
#: The share of notices that the receiver turns down the first time, to make some of them wait and come again.
TURNED_DOWN = 0.02
#: How long it may take after a kill until a sender has a receipt again, seconds.
BACK_WITHIN = 90.0


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the database's own user can reach."""
    made = Path(tempfile.mkdtemp(prefix="daras-faults-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.mark.parametrize("rounds", [10, pytest.param(200, marks=pytest.mark.long)])
def test_every_receipt_is_in_the_record_and_every_notice_arrives_once(folder: Path, rounds: int) -> None:
    """Issue: kill -9 of worker, web or PostgreSQL at random moments under load. A1, A8, G4."""
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    began = time.monotonic()
    with installed(folder) as daras, webhook() as systems:
        systems.answer = lambda arrival: 500 if _first_time(systems, arrival) and rng.random() < TURNED_DOWN else 204
        senders = Senders(daras.port, daras.ask("prepare", systems.address))
        for service in ("web", "worker"):
            daras.start(service)
        senders.start(SENDERS, seed)
        started = time.monotonic()
        killed = Counter(_kill_again_and_again(daras, senders, rng, rounds))
        ended = time.monotonic()
        senders.stop()
        daras.keep_up()
        record = daras.ask("account")
    accounted = time.monotonic()

    print(
        f"set up {started - began:.0f} s, {rounds} rounds {ended - started:.0f} s, the rest {accounted - ended:.0f} s;"
        f" killed {dict(killed)}; {len(senders.receipts)} receipts for {senders.attempts} attempts, the longest waited"
        f" {senders.longest_wait:.1f} s; {len(record['notices'])} notices, {len(systems.arrivals)} webhooks of which"
        f" {len(systems.arrivals) - len(systems.taken)} a second time; {record['trail']['sealed']} trail entries"
    )
    assert senders.wrong == []
    assert len(senders.receipts) >= rounds
    _nothing_is_lost_or_double(record, senders)
    _notices_arrived_once_and_in_order(record, systems)
    _letters_are_there(record, folder / "mailbox")
    assert record["untrue_projections"] == []
    assert record["trail"]["findings"] == []
    assert record["trail"]["unsealed"] == 0


def _first_time(systems: Webhook, arrival: Arrival) -> bool:
    return sum(earlier.key == arrival.key for earlier in list(systems.arrivals)) == 1


def _kill_again_and_again(daras: Installation, senders: Senders, rng: random.Random, rounds: int) -> Iterator[str]:
    """Kill something at a random moment, and wait only until some sender has a receipt again."""
    _await_receipts(daras, senders, SENDERS)
    for _ in range(rounds):
        time.sleep(rng.uniform(0.0, 1.0))
        victim = rng.choice(VICTIMS)
        daras.kill(victim, rng)
        yield victim
        killed_at = time.monotonic()
        _await_receipts(daras, senders, len(senders.receipts) + 1)
        print(f"{victim} killed: the next receipt after {time.monotonic() - killed_at:.1f} s")


def _await_receipts(daras: Installation, senders: Senders, how_many: int) -> None:
    deadline = time.monotonic() + BACK_WITHIN
    while len(senders.receipts) < how_many:
        daras.keep_up()
        assert senders.wrong == []
        assert time.monotonic() < deadline, f"no receipt for {BACK_WITHIN} s\n{daras.log.read_text()[-3000:]}"
        time.sleep(0.02)


def _nothing_is_lost_or_double(record: dict[str, Any], senders: Senders) -> None:
    """Every receipt that was given stands in the record, once, with its fact; nothing is half recorded."""
    documents = [tuple(row) for row in record["documents"]]
    assert sorted(documents) == sorted(senders.receipts.items())
    assert sorted(record["received"]) == sorted(senders.receipts.values())
    assert record["matters_without_state"] == 0


def _notices_arrived_once_and_in_order(record: dict[str, Any], systems: Webhook) -> None:
    """Each notice is delivered, is one fact and one entry of the trail; the receiver has each key once, in order."""
    keys = [key for key, *_ in record["notices"]]
    assert [key for key, *_, waiting in record["notices"] if waiting] == []
    assert sorted(record["delivered"]) == sorted(keys)
    assert sorted(record["trail_of_deliveries"]) == sorted(keys)
    by_webhook = [key for key, channel, *_ in record["notices"] if channel == "webhook"]
    arrived = [arrival.key for arrival in systems.taken]
    assert sorted(arrived) == sorted(by_webhook)
    assert all(arrival.signed for arrival in systems.arrivals)
    place = {key: number for number, key in enumerate(arrived)}
    lanes: dict[tuple[int, int], list[int]] = {}
    for key, _, receiver, matter, _ in record["notices"]:
        if key in place:
            lanes.setdefault((receiver, matter), []).append(place[key])
    assert any(len(lane) > 1 for lane in lanes.values()), "no matter had more than one notice: the order was not tested"
    for lane in lanes.values():
        assert all(earlier < later for earlier, later in itertools.pairwise(lane))


def _letters_are_there(record: dict[str, Any], mailbox: Path) -> None:
    """One file a letter, whatever was sent twice."""
    expected = Counter(key[:8] for key, channel, *_ in record["notices"] if channel == "email")
    found = Counter(path.stem.rpartition(" ")[2] for path in mailbox.glob("*.eml"))
    assert found == expected
