"""Whether whoever sits there is still who signed in: asked again where a worker takes more than their circle (G4)."""

from __future__ import annotations

from daras.access.models import Worker


def confirmed(worker: Worker, given: str) -> bool:
    """Whether what was given proves the worker anew: the password, until passkeys and codes take its place here."""
    return bool(given) and worker.check_password(given)
