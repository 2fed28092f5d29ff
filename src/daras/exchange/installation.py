"""What every database holds after a migration: who stands where, and where each agency is reached."""

from __future__ import annotations

from daras.access import installation as standing
from daras.access.session import machine
from daras.agencies import load_directory
from daras.outbox import installation as receivers


def install_all() -> None:
    """Bring scopes and receivers in step with the directory of agencies. Safe to run after every migration."""
    directory = load_directory()
    with machine():
        standing.install(directory)
        receivers.install(directory)
