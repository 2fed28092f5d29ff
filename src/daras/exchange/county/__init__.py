"""The synthetic county: as many invented people as asked for, who live together, move, part, are born and named; what
each agency has written down of them; and the truth beside it.

Deterministic: one number of people, years and seed gives the same county in every run and on every machine. It is made
in blocks of kin, each from a seed of its own, so that it streams, and several processes may make it side by side.
"""

from __future__ import annotations

from daras.exchange.county.families import blocks, county
from daras.exchange.county.lives import Kin

__all__ = ["Kin", "blocks", "county"]
