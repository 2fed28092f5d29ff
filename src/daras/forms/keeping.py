"""A draft is saved at every pause and never overwrites anybody: the one way for referrals and for every form (A1).

A draft's model has `body`, `set_aside`, `version`, `saved_at`, `saved_by`, `audience_id`, and `versions`: what it was
at each saving (`body`), and what the form that saved it showed (`seen`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from daras.access.models import Worker
from daras.forms.merging import Body, Changes, merge
from daras.working_time import clock


@dataclass(frozen=True, slots=True)
class Kept:
    """What the form that saved is to say it showed, whether anything changed, and whether another's words stood in the
    way."""

    token: str
    changed: bool
    others_wrote: bool = False


def keep(draft: Any, worker: Worker, *, shown: str, changes: Changes) -> Kept:
    """Save what a form says into its draft, which is locked. `shown` is the token the form came with.

    A field that somebody else has changed meanwhile keeps their words; what was typed here is set aside beside it, with
    the writer's name.
    """
    merged = merge(draft.body, base(draft, shown), changes)
    if not merged.taken and not merged.set_aside:
        return Kept(shown, changed=False)
    for path in merged.taken:
        draft.set_aside.pop("/".join(path), None)
    for path, typed in merged.set_aside.items():
        draft.set_aside["/".join(path)] = {"by": worker.name, "typed": typed}
    draft.body = merged.body
    store(draft, merged.seen, worker)
    return Kept(f"{draft.version}s", changed=True, others_wrote=bool(merged.set_aside))


def store(draft: Any, seen: Body, worker: Worker) -> None:
    """Write the draft as its next version."""
    draft.version += 1
    draft.saved_at, draft.saved_by = clock.now(), worker.name
    draft.save()
    keep_version(draft, seen, worker)


def keep_version(draft: Any, seen: Body, worker: Worker) -> None:
    """Keep what the draft is now, and what the form showed that made it so."""
    draft.versions.create(
        version=draft.version,
        body=draft.body,
        seen=seen,
        saved_at=draft.saved_at,
        saved_by=worker.name,
        audience_id=draft.audience_id,
    )


def base(draft: Any, shown: str) -> Body:
    """What the form showed: a page its version ("7"), a form that has saved itself what it said then ("7s")."""
    number = shown.removesuffix("s")
    known = draft.versions.filter(version=int(number)).first() if number.isdigit() else None
    if known is None:
        return {}
    found: Body = known.seen if shown.endswith("s") else known.body
    return found
