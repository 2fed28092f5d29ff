"""What happens when a form has been completed: higher layers put themselves on this list, once, when they start.

Each is called in the transaction that records it, under the machine role. What it records calls no further hooks. Those
asked before take whatever turns the others need (ADR 0033).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from daras.access.models import Worker
from daras.forms.merging import Body
from daras.forms.models import FormCompleted
from daras.practice.form_definitions import FormDefinition, Said


@dataclass(frozen=True, slots=True)
class Completed:
    """A form as it was completed: its definition, what it says, and whom it is about."""

    form: FormDefinition
    fact: FormCompleted
    body: Body
    said: Said
    worker: Worker


class BeforeCompleting(Protocol):
    """Asked before the form's matter is locked: whoever must wait for others waits now, and holds nothing they need."""

    def __call__(self) -> object: ...


class OnCompleted(Protocol):
    """Told that a form was completed."""

    def __call__(self, completed: Completed) -> object: ...


before_completing: list[BeforeCompleting] = []
on_completed: list[OnCompleted] = []


def subscribe(hook: OnCompleted) -> None:
    """Put a hook on the list, unless it is there already."""
    if hook not in on_completed:
        on_completed.append(hook)


def subscribe_before(hook: BeforeCompleting) -> None:
    """Put a hook on the list of those asked before, unless it is there already."""
    if hook not in before_completing:
        before_completing.append(hook)
