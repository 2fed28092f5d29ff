"""Somebody who writes while a sweep runs, in a process of their own as a page is: nothing of the framework is here."""

from __future__ import annotations

import time
from multiprocessing.connection import Connection

import psycopg

EVERY_SECONDS = 0.02


def write(told: Connection, url: str, due: range, matters: int) -> None:
    """Lock a matter and one of its duties that is due, again and again, as `meet` does, until something is `told`;
    answers with how many seconds each wait was. The duties that are `due` are shared out among so many matters in
    turn."""
    place, waits = 0, list[float]()
    with psycopg.connect(url) as connection:
        told.send("ready")
        while not told.poll(EVERY_SECONDS):
            place = (place + 7_919) % len(due)
            duty = due[place]
            began = time.perf_counter()
            connection.execute(
                "SELECT 1 FROM matters_matter WHERE id = (SELECT min(id) + %s FROM matters_matter) FOR UPDATE",
                [(duty - due.start) % matters],
            )
            connection.execute("SELECT 1 FROM duties_dutystate WHERE duty_id = %s FOR UPDATE", [duty])
            waits.append(time.perf_counter() - began)
            connection.commit()
    told.recv()
    told.send(waits)
