"""Two people on one matter: what somebody recorded while another was writing is said before anything is added to it
(A6, B1)."""

from __future__ import annotations

from daras.access.models import Worker
from daras.ledger.models import Fact
from daras.ledger.refusal import Refused
from daras.matters.models import MatterDecided
from daras.matters.status import NEWS_KINDS
from daras.safety.models import AnalysisRecorded
from daras.working_time.wording import time_of_day

#: What changes what a decision or an analysis rests on.
TELLING = (*sorted(NEWS_KINDS), MatterDecided.kind, AnalysisRecorded.kind)


def newest(matter_id: int) -> int:
    """The newest news, decision or analysis of a matter, as far as the reader may see: what a form showed."""
    rows = Fact.objects.filter(matter_id=matter_id, kind__in=TELLING).order_by("-pk")
    return rows.values_list("pk", flat=True).first() or 0


def nothing_came_meanwhile(matter_id: int, shown: int | None, field: str) -> None:
    """Raise `Refused`, in words, where something was recorded since the form was shown. Runs as the machine, with the
    matter locked; None asks nothing."""
    if shown is None:
        return
    later = Fact.objects.filter(matter_id=matter_id, kind__in=TELLING, pk__gt=shown).order_by("-pk").first()
    if later is None:
        return
    author = Worker.objects.filter(slug=later.author).values_list("name", flat=True).first() or "Somebody"
    at = time_of_day(later.recorded_at)
    told = {
        MatterDecided.kind: f"{author} decided at {at}, while you were writing.",
        AnalysisRecorded.kind: f"{author} wrote an analysis at {at}, while you were writing.",
    }
    words = told.get(later.kind, f"News came in at {at}, while you were writing.")
    raise Refused("meanwhile", field, words, "Read it; what you wrote is kept. Send it again if it still holds.")


def shown_by(written: str) -> int | None:
    """What a form says that it showed."""
    return int(written) if written.isdigit() else None
