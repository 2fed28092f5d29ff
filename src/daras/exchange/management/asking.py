"""What the administrator's commands share: who is asking, and how a refusal is said."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError

from daras.ledger.refusal import Refused


def administrator() -> str:
    """Who stands in the trail: the account of this machine, for a command has no sign-in."""
    return f"shell:{getpass.getuser()}"


@contextmanager
def refusals() -> Iterator[None]:
    """A refusal ends the command with status 2 and its own words."""
    try:
        yield
    except Refused as refused:
        raise CommandError(str(refused), returncode=2) from None
