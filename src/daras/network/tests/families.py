"""The families of the example referrals, and made-up ones, for the tests of the network."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from daras.network.graph import Graph, Member, Stay, Tie
from daras.network.relations import SUSPECTED

TODAY = date(2026, 11, 24)
ALEX, KERRA, JAKE, ELLA, TOBY, SAM, MORWENNA, STEVEN = range(1, 9)
JULIE, TAMSIN, PETER, LIAM, DONNA = range(11, 16)
NAMES = {
    ALEX: ("Alex Tregear", "M"),
    KERRA: ("Kerra Tregear", "F"),
    JAKE: ("Jake Rowse", "M"),
    ELLA: ("Ella Rowse", "F"),
    TOBY: ("Toby Rowse", "M"),
    SAM: ("Sam Bray", "M"),
    MORWENNA: ("Morwenna Rowse", "F"),
    STEVEN: ("Steven Rowse", "M"),
    JULIE: ("Julie Angwin", "F"),
    TAMSIN: ("Tamsin Angwin", "F"),
    PETER: ("Peter Angwin", "M"),
    LIAM: ("Liam Angwin", "M"),
    DONNA: ("Donna Vosper", "F"),
}
MEMBERS = {key: Member(key, name, sex) for key, (name, sex) in NAMES.items()}
ROWSES = Graph(
    MEMBERS,
    (
        Tie(KERRA, ALEX, "mother"),
        *(Tie(MORWENNA, child, "mother") for child in (JAKE, ELLA, TOBY)),
        *(Tie(STEVEN, child, "father") for child in (JAKE, ELLA, TOBY)),
        Tie(KERRA, MORWENNA, "sibling"),
        Tie(SAM, JAKE, "friend"),
        Tie(JAKE, ALEX, SUSPECTED),
    ),
)
ANGWINS = Graph(
    MEMBERS,
    (
        Tie(TAMSIN, JULIE, "mother"),
        Tie(PETER, LIAM, "father"),
        Tie(DONNA, LIAM, "mother"),
        Tie(TAMSIN, PETER, "partner"),
    ),
)

_PEOPLE = st.integers(1, 12)
_DAYS = st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2026, 12, 31)))
_RELATIONS = st.sampled_from(
    ["mother", "father", "child", "partner", "sibling", "friend", "uncle", "lodger", SUSPECTED]
)
_USES = st.sampled_from(["lives", "lives", "stays", "lived", "proposed"])
ties = st.builds(Tie, _PEOPLE, _PEOPLE, _RELATIONS, _DAYS, _DAYS, st.integers(1, 3))
stays = st.builds(
    Stay, _PEOPLE, st.sampled_from(["a", "b", "c"]), st.just(""), _USES, _DAYS, _DAYS, st.booleans(), st.integers(1, 3)
)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Any network of a dozen people."""
    members = {key: Member(key, f"Person {key}", "FM"[key % 2]) for key in range(1, 13)}
    return Graph(members, tuple(draw(st.lists(ties, max_size=15))), tuple(draw(st.lists(stays, max_size=10))))
