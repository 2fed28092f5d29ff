"""What the command line refuses, and what it could not finish."""

from collections.abc import Sequence
from typing import Any


class CommandRefused(Exception):
    """The command cannot do what was asked; the message says why and how to mend it. Exit status 2."""


class Incomplete(Exception):
    """A fault among several files; `outcomes` are those of the files before it, which stand. Exit status 1."""

    def __init__(self, message: str, outcomes: Sequence[dict[str, Any]]) -> None:
        super().__init__(message)
        self.outcomes = outcomes
