"""Advice asked about one child again and again, and no referral: the front door sees that it is a pattern (A15).

From how many calls in how many days is a setting of the practice pack, local. Calls before the last news about the
child do not count. Only the reader's own sight is counted: which calls are of one child is what records are held to be
of one person, so two calls that give a name alone are two children until more is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from daras.ledger.reading import rows
from daras.practice import pack_for
from daras.working_time import clock

#: So many of the newest calls are looked through: years of a front door, and the same time whatever there is.
MOST_CALLS = 2_000
_ASKED = """
SELECT (array_agg(call.reference ORDER BY call.fact_id DESC))[1],
  (array_agg(concat_ws(' ', call.child ->> 'given_name', call.child ->> 'family_name') ORDER BY call.fact_id DESC))[1],
  count(*)::int, array_agg(DISTINCT call.caller_agency), max(fact.recorded_at)
FROM (SELECT * FROM frontdoor_advicegiven ORDER BY fact_id DESC LIMIT %(most)s) call
JOIN ledger_fact fact ON fact.id = call.fact_id AND fact.recorded_at >= %(since)s
JOIN people_recordperson own ON own.record_id = fact.person_record_id
WHERE NOT EXISTS (
  SELECT FROM people_recordperson other
  JOIN ledger_fact part ON part.person_record_id = other.record_id AND part.kind = 'person-in-matter'
  JOIN ledger_fact news ON news.matter_id = part.matter_id AND news.kind = 'referral-received'
  WHERE other.person_id = own.person_id AND news.id > call.fact_id)
GROUP BY own.person_id HAVING count(*) >= %(calls)s
ORDER BY 3 DESC, 5 DESC
"""


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """Calls about one child since the last news of them: the newest, what it calls the child, and how many."""

    reference: str
    child: str
    calls: int
    agencies: tuple[str, ...]
    last_at: datetime
    days: int  # within which they were counted


def asked_again(now: datetime) -> list[AskedAgain]:
    """The children about whom advice was asked as often as the pack says and of whom no news came since, those asked
    about most often first; one query, and none where the partnership does not look for it."""
    setting = pack_for(clock.local_date(now)).repeated_advice
    if setting is None:
        return []
    since = now - timedelta(days=setting.days)
    found = rows(_ASKED, {"most": MOST_CALLS, "since": since, "calls": setting.calls})
    return [
        AskedAgain(reference, child, calls, tuple(agencies), at, setting.days)
        for reference, child, calls, agencies, at in found
    ]
