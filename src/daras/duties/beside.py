"""A second process for a sweep of very many: what it imports before the framework is ready stands here alone."""

from __future__ import annotations

from multiprocessing.sharedctypes import Synchronized
from typing import Any

import django

#: In the second process: how many parts have been begun, by either.
begun: list[Synchronized[int]] = []


def make_ready(parts: Synchronized[int], settings: dict[str, Any]) -> None:
    """On the database of the first, taking parts from the same count."""
    django.setup()
    from django.db import connection

    connection.settings_dict.update(settings)
    begun.append(parts)
