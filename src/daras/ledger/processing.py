"""How an agency's facts are held where nothing else is said: by the practice pack of the day, the kind of agency and of
fact (G4). Nobody is asked."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from daras.agencies import UnknownAgency, load_directory
from daras.practice import NoPackForThatDay, pack_for
from daras.practice.processing import UNSAID, Processing, chosen


@lru_cache(maxsize=8192)
def processing_for(agency: str, fact_kind: str, on: date) -> Processing:
    """Regime, data-protection basis and confidentiality ground of an agency's facts of a kind on a day."""
    try:
        rules = pack_for(on).processing
    except NoPackForThatDay:
        return UNSAID
    return chosen(rules, kind_of_agency(agency), fact_kind)


def kind_of_agency(agency: str) -> str:
    """What kind of agency it is, or nothing for one that is not in the directory."""
    try:
        return load_directory().agency_at_any_time(agency).kind
    except UnknownAgency:
        return ""
