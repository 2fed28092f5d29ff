"""Who is connected to a child, in words a social worker would write (A5, B2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from daras.network.connections import Connection, connections
from daras.network.graph import LARGEST_HOUSEHOLD, Graph, Member, Stay, Tie
from daras.network.relations import SUSPECTED, said
from daras.network.tests.families import (
    ALEX,
    ANGWINS,
    DONNA,
    ELLA,
    JAKE,
    JULIE,
    KERRA,
    LIAM,
    MEMBERS,
    MORWENNA,
    PETER,
    ROWSES,
    SAM,
    STEVEN,
    TAMSIN,
    TOBY,
    TODAY,
)


def found(graph: Graph, *start: int, steps: int = 2, on: date = TODAY) -> dict[int, Connection]:
    return {each.person: each for each in connections(graph, start, steps=steps, on=on)}


def test_everybody_around_alex_is_in_scope() -> None:
    """B2: given Jake said to have harmed Alex, then Jake, his brother and sister, friend and parents are found."""
    reached = found(ROWSES, ALEX)
    assert set(reached) == {JAKE, KERRA, MORWENNA, STEVEN, ELLA, TOBY, SAM}
    assert reached[JAKE].steps == 1
    assert reached[ELLA].path == (
        "Alex Tregear",
        "Jake Rowse is said to have harmed Alex Tregear",
        "Ella Rowse is a sister of Jake Rowse (same parents, Morwenna Rowse and Steven Rowse)",
    )
    assert reached[SAM].reason == "Sam Bray is a friend of Jake Rowse, who is said to have harmed Alex Tregear"


def test_the_suspect_is_listed_once_and_the_child_asked_about_is_not() -> None:
    """B2: given a child and a suspect asked about together, then the suspect is told of from the child."""
    reached = found(ROWSES, ALEX, JAKE)
    assert ALEX not in reached
    assert reached[JAKE].reason == "Jake Rowse is said to have harmed Alex Tregear"
    assert reached[ELLA].steps == 1


def test_step_siblings_come_from_parents_who_are_partners() -> None:
    """A5: given Julie's mother and Liam's father as partners, then Liam is her step-brother, and Donna his mother."""
    reached = found(ANGWINS, JULIE)
    assert reached[LIAM].path[1] == (
        "Liam Angwin is a step-brother of Julie Angwin (Tamsin Angwin and Peter Angwin are partners)"
    )
    assert (reached[TAMSIN].steps, reached[PETER].steps, reached[DONNA].steps) == (1, 1, 2)


def test_a_parents_partner_is_one_step_from_the_child_whatever_anybody_calls_it() -> None:
    """B2, E2: given a mother's partner who lives elsewhere, then he is connected to her child, and the child to him;
    where somebody says "step-father", then that is the word."""
    there, back = found(ANGWINS, JULIE, steps=1), found(ANGWINS, PETER, steps=1)
    assert there[PETER].reason == (
        "Peter Angwin is the partner of a parent of Julie Angwin (the mother, Tamsin Angwin)"
    )
    assert back[JULIE].reason == "Julie Angwin is a daughter of the partner of Peter Angwin (Tamsin Angwin)"
    said_so = replace(ANGWINS, ties=(*ANGWINS.ties, Tie(PETER, JULIE, "step-father")))
    assert found(said_so, JULIE, steps=1)[PETER].reason == "Peter Angwin is the step-father of Julie Angwin"


def test_step_siblings_end_with_the_partnership() -> None:
    """A5, G2: given a partnership that ended, then the step-brother is one no more, and still was one before."""
    ended = date(2026, 6, 1)
    ties = (*ANGWINS.ties[:3], Tie(TAMSIN, PETER, "partner", date(2020, 1, 1), ended))
    graph = replace(ANGWINS, ties=ties)
    assert LIAM not in found(graph, JULIE)
    assert LIAM in found(graph, JULIE, on=ended)
    assert LIAM not in found(graph, JULIE, on=date(2019, 12, 31))


@pytest.mark.parametrize(
    ("fathers", "verb"),
    [((STEVEN, STEVEN), "a sister"), ((STEVEN, PETER), "a half-sister"), ((STEVEN, None), "a sister")],
)
def test_siblings_of_every_kind_come_from_parentage(fathers: tuple[int, int | None], verb: str) -> None:
    """A5: both parents shared, or one shared and the other known to differ; an unknown father settles nothing."""
    ties = [Tie(MORWENNA, JAKE, "mother"), Tie(MORWENNA, ELLA, "mother")]
    ties += [Tie(father, child, "father") for father, child in zip(fathers, (JAKE, ELLA), strict=True) if father]
    reached = found(Graph(MEMBERS, tuple(ties)), JAKE)
    assert reached[ELLA].path[1].startswith(f"Ella Rowse is {verb} of Jake Rowse (same ")


def test_a_household_is_those_who_live_there_on_the_day() -> None:
    """A5, G2: given stays with dates, then only those that overlap on the day make a household."""
    moved = date(2026, 1, 31)
    stays = (
        Stay(JAKE, "22", "22 Trevenson Close", until=moved),
        Stay(SAM, "22", "22 Trevenson Close"),
        Stay(PETER, "22", "22 Trevenson Close", since=moved + timedelta(days=1)),
    )
    graph = Graph(MEMBERS, (), stays)
    assert set(found(graph, SAM)) == {PETER}
    assert set(found(graph, SAM, on=moved)) == {JAKE}
    assert found(graph, SAM)[PETER].reason == "Peter Angwin lives with Sam Bray at 22 Trevenson Close"


def test_all_that_ties_two_people_is_told() -> None:
    """A5: given a step-brother who is suspected and lives there too, then one line says all three."""
    stays = (Stay(JULIE, "9", audience_id=5), Stay(LIAM, "9", audience_id=6))
    graph = replace(ANGWINS, ties=(*ANGWINS.ties, Tie(LIAM, JULIE, SUSPECTED, audience_id=4)), stays=stays)
    told = found(graph, JULIE)[LIAM]
    assert told.reason == "Liam Angwin is said to have harmed Julie Angwin (also a step-brother; they live together)"
    assert told.audience_ids == {0, 4, 5, 6}


@pytest.mark.parametrize("flagged", [0, 1, 2])
def test_one_address_of_many_households_connects_nobody(flagged: int) -> None:
    """A5: given a hostel or a block of flats, flagged on either stay, then living there is no connection."""
    stays = tuple(
        Stay(person, "harbour house", many_households=bool(flagged & bit)) for person, bit in ((SAM, 1), (JAKE, 2))
    )
    assert (JAKE in found(Graph(MEMBERS, (), stays), SAM)) == (flagged == 0)


def test_an_address_of_very_many_people_is_no_household() -> None:
    """A5: given more people at one address than any household holds, then they are not connected by it."""
    people = {key: Member(key, f"Person {key}") for key in range(LARGEST_HOUSEHOLD + 1)}
    crowded = Graph(people, (), tuple(Stay(key, "unflagged") for key in people))
    assert found(crowded, 0) == {}


def test_a_proposed_address_connects_before_anybody_moves() -> None:
    """E2: given somebody due for release to a home, then they and those who live there are connected already."""
    stays = (Stay(PETER, "4", "4 Bassett Row", use="proposed"), Stay(ELLA, "4", "4 Bassett Row"))
    graph = Graph(MEMBERS, (), stays)
    there, back = found(graph, ELLA), found(graph, PETER)
    assert there[PETER].reason == "Peter Angwin is proposed to live with Ella Rowse (4 Bassett Row)"
    assert back[ELLA].reason == "Ella Rowse lives at the address proposed for Peter Angwin (4 Bassett Row)"


def test_those_who_only_may_move_in_do_not_live_together() -> None:
    """E2: given two people proposed for one address, then neither lives with the other."""
    stays = (Stay(PETER, "4", use="proposed"), Stay(SAM, "4", use="proposed"))
    assert found(Graph(MEMBERS, (), stays), PETER) == {}


def test_a_path_carries_the_audiences_of_all_it_was_made_from() -> None:
    """A5, design idea 5: given facts of three audiences, then the sibling found through them is for all three."""
    ties = (Tie(MORWENNA, JAKE, "mother", audience_id=7), Tie(MORWENNA, ELLA, "mother", audience_id=8))
    graph = Graph(MEMBERS, (*ties, Tie(JAKE, ALEX, "cousin", audience_id=9)))
    assert found(graph, ALEX)[ELLA].audience_ids == {7, 8, 9}


@pytest.mark.parametrize(
    ("relation", "of_the_first", "sex", "words"),
    [
        ("mother", True, "F", "the mother of"),
        ("mother", False, "M", "a son of"),
        ("mother", False, "", "a child of"),
        ("uncle", False, "F", "a niece of"),
        ("half-brother", True, "M", "a half-brother of"),
        ("scout-leader", True, "M", "the scout leader of"),
        ("scout-leader", False, "F", "somebody whose scout leader is"),
    ],
)
def test_a_relationship_is_said_in_both_directions(relation: str, of_the_first: bool, sex: str, words: str) -> None:
    """A5: whatever a partner calls it, it is said both ways round."""
    assert said(relation, of_the_first=of_the_first, sex=sex) == words
