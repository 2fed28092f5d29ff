"""Safe caseloads and a stable workforce: counted from facts as of any day, against ceilings that are local (I10)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daras.access.models import CovertTeam, Post, StandingScope, Worker
from daras.access.session import acting_as, machine
from daras.agencies import Owner
from daras.exchange import joining
from daras.measures.counting import Month, Series, measures_of, series_of
from daras.practice import pack_for
from daras.requests import commands
from daras.requests.asking import Asking, ask
from daras.requests.queries import untrue_projections
from daras.requests.tests.conftest import Sides, sides
from daras.services.caseload import caseloads, ceiling_of, over_ceiling
from daras.working_time import clock

__all__ = ["sides"]

pytestmark = pytest.mark.django_db
JIGSAW = Owner("jigsaw", "children")
WITHIN, STILL = "caseload-within", "still-in-post"
At = Callable[[datetime], datetime]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    """Sets the clock."""

    def put(moment: datetime) -> datetime:
        monkeypatch.setenv("DARAS_NOW", moment.isoformat())
        return moment

    return put


def seat(name: str, role: str = "therapist", *, agency: str = "jigsaw", team: str = "children") -> Worker:
    slug = name.lower().replace(" ", "-")
    with machine():
        return Worker.objects.create(
            slug=slug, email=f"{slug}@workers.example", name=name, agency=agency, team=team, role=role
        )


def case_of(sides: Sides, practitioner: Worker, *, risk: str = "medium", number: int = 0) -> str:
    """A child is asked for and given to a practitioner; returns the request's reference."""
    child = {
        "given_name": "Jory",
        "family_name": f"Keast{number or ''}",
        "date_of_birth": "2012-04-02",
        "role": "child",
    }
    with acting_as(sides.manager):
        reference = ask(sides.manager, "therapy", Asking(JIGSAW, "Sleep.", subject=child)).reference
    given_to(sides, reference, practitioner, risk=risk)
    return reference


def given_to(sides: Sides, reference: str, practitioner: Worker, *, risk: str = "medium") -> None:
    with acting_as(sides.therapist):
        commands.allocate(sides.therapist, reference, to=practitioner.slug, risk=risk)


def has(worker: Worker, when: datetime) -> dict[str, int]:
    """Who has how many of the worker's team, through their own eyes."""
    with acting_as(worker):
        return {each.name: each.total for each in caseloads(worker, when)}


def counted(measure: str, worker: Worker) -> dict[tuple[str, str], list[Month]]:
    found: list[Series] = series_of(measures_of(pack_for(clock.today()))[measure], worker, clock.now())
    return {(each.agency, each.team): list(each.months) for each in found}


def numbers(month: Month) -> tuple[int | None, int | None]:
    return month.numerator, month.denominator


def signed_in(somebody: Worker) -> Client:
    client = Client()
    client.force_login(somebody)
    return client


def test_a_caseload_of_a_past_day_is_counted_from_facts(sides: Sides, at: At) -> None:
    """I10, F8: given a child who is given to a therapist, a week later to another and withdrawn after that, then each
    day says who had how many on it, whatever became of it since; the days are read by the team alone."""
    first = at(datetime(2026, 11, 2, 9, tzinfo=UTC))
    other = seat("Kerra Angwin")
    reference = case_of(sides, sides.therapist)
    case_of(sides, sides.therapist, risk="high", number=1)
    second = at(first + timedelta(days=7))
    given_to(sides, reference, other)
    third = at(second + timedelta(days=7))
    with acting_as(sides.manager):
        commands.withdraw(sides.manager, reference, words="They moved away.")
    at(third + timedelta(days=1))
    hour = timedelta(hours=1)
    assert has(sides.therapist, first - hour) == {}
    assert has(sides.therapist, first + hour) == {"Lowen Trethewey": 2}
    assert has(sides.therapist, second + hour) == {"Lowen Trethewey": 1, "Kerra Angwin": 1}
    assert has(sides.therapist, clock.now()) == {"Lowen Trethewey": 1}
    with machine():
        assert untrue_projections() == []
    page = signed_in(sides.therapist).get("/workforce/?on=2026-11-09").content.decode()
    assert "Who had how many on" in page
    assert "9 November 2026" in page
    assert "Kerra Angwin" in page
    assert "Kerra Angwin" not in signed_in(sides.therapist).get("/workforce/").content.decode()
    assert "Angwin" not in signed_in(sides.outsider).get("/workforce/?on=2026-11-09").content.decode()
    to_come = signed_in(sides.therapist).get("/workforce/?on=2026-11-20")
    assert to_come.status_code == 422
    assert "This day is still to come." in to_come.content.decode()
    assert signed_in(sides.therapist).get("/workforce/?on=soon").status_code == 422
    none = signed_in(sides.therapist).get("/workforce/?on=2026-10-01").content.decode()
    assert "Nobody of your team had a case on" in none


def test_over_the_ceiling_the_manager_of_the_team_alone_is_told(sides: Sides, at: At) -> None:
    """I10: given thirteen children with one therapist where twelve are wanted, then the manager of the team reads in
    "my work" who, how many and since when, and which on the page; given one to somebody else, the line is gone. Nobody
    else reads it: not a therapist, a manager of another agency, a school, a data officer, nor who manages no team."""
    day = at(datetime(2026, 11, 2, 9, tzinfo=UTC))
    manager = seat("Loveday Jory", "service-manager")
    above = seat("Gwenna Rule", "service-manager", team="")
    elsewhere = seat("Talan Bray", "service-manager", agency="child-isva-service", team="advisers")
    counts = seat("Kitto Lamb", "data-officer")
    other = seat("Kerra Angwin")
    references = []
    for number in range(13):
        at(day + timedelta(days=number))
        references.append(case_of(sides, sides.therapist, number=number))
    at(day + timedelta(days=20))
    with acting_as(manager):
        (over,) = over_ceiling(manager, clock.now())
    assert (over.name, over.cases, over.ceiling.most, over.since) == (
        "Lowen Trethewey", 13, 12, day + timedelta(days=12),
    )  # fmt: skip
    says = "13 open cases; at most 12 are wanted. Since Saturday 14 November 2026."
    heading = "More cases than are wanted"
    work = signed_in(manager).get("/").content.decode()
    assert says in " ".join(work.split())
    assert "Local target" in work
    page = signed_in(manager).get("/workforce/").content.decode()
    assert says in " ".join(page.split())
    assert all(f"/requests/{reference}/" in page for reference in references)
    for somebody in (sides.therapist, other, above, elsewhere, counts, sides.manager, sides.outsider):
        for path in ("/", "/workforce/"):
            answer = signed_in(somebody).get(path).content.decode()
            assert heading not in answer, (somebody.name, path)
            assert "at most 12 are wanted. Since" not in answer, (somebody.name, path)
    given_to(sides, references[0], other)
    assert heading not in signed_in(manager).get("/").content.decode()


def test_a_manager_where_all_is_well_costs_one_statement_and_anybody_else_none(sides: Sides, at: At) -> None:
    """I10, design (cost): given a team within its ceiling, then its manager's line costs one statement; a therapist,
    and a manager whose kind of team has no ceiling, cost none."""
    at(datetime(2026, 11, 2, 9, tzinfo=UTC))
    manager = seat("Loveday Jory", "service-manager")
    case_of(sides, sides.therapist)
    for somebody, statements in ((manager, 1), (sides.therapist, 0), (sides.manager, 0)):
        with acting_as(somebody), CaptureQueriesContext(connection) as asked:
            assert over_ceiling(somebody, clock.now()) == []
        assert len(asked) == statements, somebody.name


def test_the_share_within_the_ceiling_by_month_with_small_numbers_held_back(sides: Sides, at: At) -> None:
    """I10, G4: given thirteen children with one therapist and one with another, then this month one of two is within
    the ceiling, and an earlier one says what was so at its end; the agency opens the cases that it may see; a data
    officer reads that there is a number, and no number; a school reads nothing."""
    at(datetime(2026, 10, 5, 9, tzinfo=UTC))
    manager, counts = (
        seat("Loveday Jory", "service-manager"),
        seat("Kitto Lamb", "data-officer", agency="safeguarding-partnership", team=""),
    )
    other = seat("Kerra Angwin")
    first = case_of(sides, other)
    for number in range(12):
        case_of(sides, sides.therapist, number=number)
    at(datetime(2026, 11, 5, 9, tzinfo=UTC))
    case_of(sides, sides.therapist, number=12)
    found = counted(WITHIN, manager)
    assert [each.month.month for each in found["jigsaw", "children"]] == [10, 11]
    assert [numbers(each) for each in found["jigsaw", "children"]] == [(2, 2), (1, 2)]
    assert found["jigsaw", ""] == found["jigsaw", "children"]
    assert {numbers(each) for each in counted(WITHIN, counts)["jigsaw", "children"]} == {(None, None)}
    assert counted(WITHIN, sides.outsider) == {}
    page = signed_in(manager).get(f"/measures/{WITHIN}/").content.decode()
    assert "1 of 2" in page
    assert f"/requests/{first}/" in page
    assert page.count(">not counted<") == 13
    assert "Local target" in page
    seen = signed_in(counts).get(f"/measures/{WITHIN}/").content.decode()
    assert "held back" in seen
    assert "Keast" not in seen
    assert "The cases you may see" not in seen
    assert "held back" in signed_in(counts).get(f"/measures/{WITHIN}/numbers.csv").content.decode()


def test_a_covert_team_and_a_team_without_a_ceiling_are_in_no_count(sides: Sides, at: At) -> None:
    """I10, G4: given a team whose kind has no ceiling, then whoever works there is not counted as within it; given a
    covert team, then neither its caseload nor who stays in it is counted for anybody."""
    at(datetime(2026, 11, 2, 9, tzinfo=UTC))
    case_of(sides, sides.therapist)
    assert counted(WITHIN, sides.therapist)
    with machine():
        CovertTeam.objects.bulk_create(
            [CovertTeam(agency="jigsaw", team="children", scope=StandingScope.objects.all()[0])]
        )
    assert counted(WITHIN, sides.therapist) == {}
    at(datetime(2027, 11, 3, 9, tzinfo=UTC))
    assert counted(STILL, sides.therapist) == {}
    assert ceiling_of("jigsaw", "children", clock.today()) is not None
    assert ceiling_of("carn-brea-academy", "safeguarding", clock.today()) is None


def test_who_is_in_the_same_team_a_year_later(sides: Sides, at: At) -> None:
    """I10: given three who begin in a team, of whom one leaves, one moves and comes back, then a year later two of the
    three are there, and while the one was away one of three; who joined since is in neither, nor is who counts."""
    at(datetime(2026, 11, 2, 9, tzinfo=UTC))
    leaves, moves = seat("Kerra Angwin"), seat("Jago Bice")
    seat("Kitto Lamb", "data-officer")
    at(datetime(2027, 3, 1, 9, tzinfo=UTC))
    joining.stop_worker(leaves.email, by="administrator")
    with machine():
        Worker.objects.filter(pk=moves.pk).update(agency="child-isva-service", team="advisers")
    seat("Perran Rowe")
    at(datetime(2027, 11, 25, 9, tzinfo=UTC))
    assert numbers(counted(STILL, sides.therapist)["jigsaw", "children"][-1]) == (1, 3)
    with machine():
        Worker.objects.filter(pk=moves.pk).update(agency="jigsaw", team="children")
    at(datetime(2027, 11, 30, 9, tzinfo=UTC))
    assert numbers(counted(STILL, sides.therapist)["jigsaw", "children"][-1]) == (2, 3)
    with machine():
        posts = list(Post.objects.filter(worker=moves).order_by("since").values_list("agency", "until"))
        gone = Post.objects.get(worker=leaves)
    assert [agency for agency, _ in posts] == ["jigsaw", "child-isva-service", "jigsaw"]
    assert [until is None for _, until in posts] == [False, False, True]
    assert gone.until == datetime(2027, 3, 1, 9, tzinfo=UTC)


def test_a_look_at_oneself_or_a_new_password_is_no_new_post(sides: Sides) -> None:
    """I10: given a worker who signs in, is given a password and another name, then they are in the same post as
    before."""
    with machine():
        before = list(Post.objects.filter(worker=sides.therapist).values_list("pk", "since"))
    joining.new_password(sides.therapist.email, by="administrator")
    with machine():
        Worker.objects.filter(pk=sides.therapist.pk).update(name="Lowen Rowe", last_login=clock.now())
        assert list(Post.objects.filter(worker=sides.therapist).values_list("pk", "since")) == before
