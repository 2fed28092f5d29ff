"""Where somebody is signed in, and ending it (G4)."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from daras.access.models import Worker
from daras.access.sealed_sessions import SessionStore


def end_sign_ins(worker: Worker) -> int:
    """End every sign-in of a worker; how many there were. Nothing of them comes back when they are let in again."""
    ended, opened = 0, SessionStore()
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if opened.decode(session.session_data).get(SESSION_KEY) == str(worker.pk):
            session.delete()
            ended += 1
    UserSession.objects.filter(user=worker).delete()
    return ended
