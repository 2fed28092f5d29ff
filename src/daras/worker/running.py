"""The worker process: listens for jobs, waits while the database is away, and ends what it is doing when asked to."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from contextlib import suppress
from pathlib import Path

import psycopg
from procrastinate.contrib.django import app, connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.psycopg_connector import PsycopgConnector

from daras.worker.recovery import HEARTBEAT_SECONDS, SILENT_SECONDS
from daras.worker.stopping import stopping

logger = logging.getLogger(__name__)

#: Jobs at the same time: most of them wait for somebody else's server.
CONCURRENCY = 4
CONNECTIONS = 3
#: How long a job may go on after the worker was asked to end; the rest of it is taken up by the next worker.
GRACE_SECONDS = 8.0
#: How long at most before a job that was scheduled, or put back, is seen; new ones are heard of at once.
POLL_SECONDS = 1.0
DATABASE_AWAY_SECONDS = 0.5


async def run() -> None:
    """Work until SIGTERM or SIGINT."""
    stop = asyncio.Event()

    def ask_to_stop() -> None:
        stopping.set()
        stop.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ask_to_stop)
    while not stop.is_set():
        try:
            await _work(stop)
        except (ConnectorException, psycopg.Error) as error:
            logger.warning("The database is away (%s).", type(error).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), DATABASE_AWAY_SECONDS)


async def _work(stop: asyncio.Event) -> None:
    """Work until asked to stop, or until the database goes away (raises, or returns)."""
    connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=CONNECTIONS, timeout=5.0)
    with app.replace_connector(connector):
        async with app.open_async():
            working = asyncio.create_task(
                app.run_worker_async(
                    concurrency=CONCURRENCY,
                    install_signal_handlers=False,
                    fetch_job_polling_interval=POLL_SECONDS,
                    update_heartbeat_interval=HEARTBEAT_SECONDS,
                    stalled_worker_timeout=SILENT_SECONDS,
                    shutdown_graceful_timeout=GRACE_SECONDS,
                    delete_jobs="successful",
                )
            )
            asked = asyncio.create_task(stop.wait())
            say(f"ready, {resident_megabytes():.0f} MB")
            await asyncio.wait({working, asked}, return_when=asyncio.FIRST_COMPLETED)
            asked.cancel()
            if stop.is_set():
                working.cancel()
            with suppress(asyncio.CancelledError):
                await working


def resident_megabytes() -> float:
    """The memory of this process now, in MB."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def say(what: str) -> None:
    """One line for whoever runs the worker."""
    print(f"daras worker: {what}", file=sys.stderr, flush=True)
