"""What the record holds, for the fault tests: `python -m tests.faults.record prepare ADDRESS | account`, JSON out."""

from __future__ import annotations

import json
import sys
import time
from datetime import timedelta
from typing import Any

import django

SENDERS = {
    "alex": "carn-brea-academy",
    "no-known-child": "adult-drug-and-alcohol-service",
}
#: Whose own system is told by webhook, and which team also by e-mail.
SYSTEMS = (
    ("carn-brea-academy", "safeguarding"),
    ("adult-drug-and-alcohol-service", "adults"),
    ("cornwall-childrens-services", "maru"),
)
#: How long the worker has to deliver what is still waiting at the end, seconds.
PATIENCE = 120.0


def prepare(address: str) -> dict[str, str]:
    """The partnership, a token for each sender, and receivers of every channel. Returns the tokens by agency."""
    from daras.access.session import machine
    from daras.api.authentication import issue
    from daras.exchange.installation import install_all
    from daras.outbox.models import Receiver, WebhookSecret
    from daras.outbox.tests.receiving import SECRET
    from daras.working_time import clock

    install_all()
    with machine():
        for agency, team in SYSTEMS:
            receiver = Receiver.objects.create(
                agency=agency, team=team, channel=Receiver.Channel.WEBHOOK, address=address
            )
            WebhookSecret.of(receiver, SECRET).save(force_insert=True)
        agency, team = SYSTEMS[-1]
        # The hour of the daily letter has just passed: what can wait waits for tomorrow, whenever this runs.
        passed = (clock.local(clock.now()) - timedelta(minutes=1)).time()
        Receiver.objects.create(
            agency=agency,
            team=team,
            channel=Receiver.Channel.EMAIL,
            address="maru@council.example",
            digest_at=passed.replace(second=0, microsecond=0),
        )
        return {agency: issue(agency, "fault test") for agency in SENDERS.values()}


def account() -> dict[str, Any]:
    """Everything a fault could have lost, doubled or left half done."""
    from daras.access import sealing
    from daras.access.models import TrailEntry
    from daras.access.session import machine
    from daras.frontdoor.models import Document, ReferralReceived
    from daras.matters.commands import untrue_projections
    from daras.matters.models import Matter
    from daras.outbox.models import Notice, NoticeDelivered

    _await_delivery()
    sealing.seal(sweep=True)
    report = sealing.verify()
    with machine():
        return {
            "documents": list(Document.objects.values_list("idempotency_key", "receipt")),
            "received": list(ReferralReceived.objects.values_list("receipt", flat=True)),
            "notices": [
                [str(key), channel, receiver, matter, delivered_at is None]
                for key, channel, receiver, matter, delivered_at in Notice.objects.filter(in_digest=False)
                .order_by("id")
                .values_list("key", "receiver__channel", "receiver_id", "matter_id", "delivered_at")
            ],
            "delivered": [str(key) for key in NoticeDelivered.objects.values_list("notice__key", flat=True)],
            "trail_of_deliveries": list(
                TrailEntry.objects.filter(action="deliver", outcome="done").values_list("subject_id", flat=True)
            ),
            "matters_without_state": Matter.objects.filter(state__isnull=True).count(),
            "untrue_projections": untrue_projections(),
            "trail": {
                "sealed": report.sealed,
                "unsealed": report.unsealed,
                "findings": [finding.words for finding in report.findings],
            },
            "jobs": _jobs(),
        }


def _await_delivery() -> None:
    from daras.access.session import machine
    from daras.outbox.models import Notice

    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with machine():
            if not Notice.objects.filter(delivered_at__isnull=True, in_digest=False).exists():
                return
        time.sleep(0.2)


def _jobs() -> dict[str, int]:
    """How many jobs of each status are left."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name || ' ' || status, count(*) FROM procrastinate_jobs GROUP BY 1")
        return dict(cursor.fetchall())


if __name__ == "__main__":
    django.setup()
    print(json.dumps(prepare(sys.argv[2]) if sys.argv[1] == "prepare" else account()))
