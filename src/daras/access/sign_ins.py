"""Where somebody is signed in, and ending it (G4)."""

from __future__ import annotations

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from daras.access.models import Worker


def end_sign_ins(worker: Worker) -> int:
    """End every sign-in of a worker; how many there were. Nothing of them comes back when they are let in again."""
    ended = 0
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(worker.pk):
            session.delete()
            ended += 1
    return ended
