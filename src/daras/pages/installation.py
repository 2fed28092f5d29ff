"""What this installation is: whose partnership, whether its people are synthetic, and where a worker sits."""

from __future__ import annotations

from functools import lru_cache

from django.db import connection

from daras.access.models import Installation, Worker
from daras.agencies import UnknownAgency, UnknownTeam, load_directory


def partnership() -> str:
    """The partnership's name."""
    return load_directory().partnership


@lru_cache(maxsize=8)
def _is_synthetic(database: str) -> bool:  # noqa: ARG001 - what the answer is remembered by
    return Installation.objects.filter(synthetic=True).exists()


def is_synthetic() -> bool:
    """Whether this database was marked as holding synthetic people only. A database keeps its mark for life."""
    return _is_synthetic(str(connection.settings_dict["NAME"]))


def role_words(role: str) -> str:
    """A role's slug as people say it: "duty-manager" is "duty manager"."""
    return role.replace("-", " ")


def place_of(worker: Worker) -> str:
    """Role, team and agency of a worker, as the header shows them."""
    agencies = load_directory()
    try:
        agency = agencies.agency_at_any_time(worker.agency)
    except UnknownAgency:
        return f"{role_words(worker.role)}, {worker.agency}"
    try:
        team = agency.team(worker.team).name if worker.team else ""
    except UnknownTeam:
        team = role_words(worker.team)
    words = role_words(worker.role)
    parts = dict.fromkeys((words[:1].upper() + words[1:], team, agency.name))  # a team may be called as its agency is
    return ", ".join(part for part in parts if part)
