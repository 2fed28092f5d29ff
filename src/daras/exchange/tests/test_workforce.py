"""Joiners, movers and leavers by an agency's list: whole or not at all, and of its own agency only (G4)."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from daras.access.models import TrailEntry, Worker
from daras.access.session import machine
from daras.exchange.installation import install_all

pytestmark = pytest.mark.django_db
COUNCIL = "cornwall-childrens-services"
HEADER = "email,name,team,role\n"
LOVEDAY = "loveday@council.example,Loveday Pascoe,maru,duty-manager\n"
JORY = "jory@council.example,Jory Nance,maru,social-worker\n"


@pytest.fixture(autouse=True)
def installed(db: None) -> None:
    """What every database holds after a migration."""
    install_all()


def brings(folder: Path, text: str | bytes, *options: str, agency: str = COUNCIL) -> str:
    """What the command says of a list."""
    file = folder / "workers.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    said = StringIO()
    call_command("worker", "bring", str(file), "--agency", agency, *options, stdout=said)
    return said.getvalue()


def everybody() -> list[tuple[str, str, str, bool]]:
    return list(Worker.objects.order_by("email").values_list("email", "team", "role", "is_active"))


def test_people_join_move_and_leave_with_their_agencys_list(tmp_path: Path) -> None:
    """G4: given two who join, one who moves and one who is no longer listed, then each signs in and sees accordingly; a
    list sent again changes nothing, and somebody who comes back is who they were."""
    said = brings(tmp_path, "\ufeff" + HEADER + LOVEDAY + JORY)
    assert said.count("First password, shown once") == 2
    loveday = Worker.objects.get(email="loveday@council.example")
    password = next(line for line in said.splitlines() if "Loveday" in line).rpartition(" ")[2]
    assert loveday.check_password(password)
    assert brings(tmp_path, HEADER + LOVEDAY + JORY) == "2 as before.\n"
    said = brings(tmp_path, HEADER + LOVEDAY.replace("duty-manager", "social-worker"), "--whole")
    assert "moved: Loveday Pascoe, social-worker" in said
    assert "left: Jory Nance" in said
    assert everybody() == [
        ("jory@council.example", "maru", "social-worker", False),
        ("loveday@council.example", "maru", "social-worker", True),
    ]
    brings(tmp_path, HEADER + JORY)
    assert Worker.objects.get(email="jory@council.example").is_active
    assert Worker.objects.filter(agency=COUNCIL).count() == 2
    with machine():
        reasons = TrailEntry.objects.filter(subject_kind="workforce").order_by("id").values_list("reason", flat=True)
        assert next(iter(reasons)) == "2 joined, 0 moved, 0 left"


def test_a_list_touches_nobody_of_another_agency(tmp_path: Path) -> None:
    """G4: given a worker of the council, when a school lists them, then the list is refused; a whole list of the school
    leaves the council's workers as they are."""
    brings(tmp_path, HEADER + LOVEDAY)
    with pytest.raises(CommandError, match=r"Line 2, email: Loveday@council\.example works for another agency"):
        brings(
            tmp_path,
            HEADER + "Loveday@council.example,Loveday,safeguarding,teacher\n".replace("teacher", "nurse"),
            agency="carn-brea-academy",
        )
    brings(tmp_path, HEADER, "--whole", agency="carn-brea-academy")
    assert everybody() == [("loveday@council.example", "maru", "duty-manager", True)]


def test_nobody_is_made_or_unmade_a_custodian_by_a_list(tmp_path: Path) -> None:
    """G4: given a custodian, then no list makes another, changes this one, or has them leave."""
    call_command(
        "worker", "add", "--name", "Petroc Vyvyan", "--email", "petroc@council.example", "--agency", COUNCIL,
        "--team", "maru", "--role", "custodian", stdout=StringIO(),
    )  # fmt: skip
    for row in ("new@council.example,New One,maru,custodian\n", "new@council.example,New One,maru,administrator\n"):
        with pytest.raises(CommandError, match="by a list"):
            brings(tmp_path, HEADER + row)
    with pytest.raises(CommandError, match="by hand"):
        brings(tmp_path, HEADER + "petroc@council.example,Petroc Vyvyan,maru,social-worker\n")
    brings(tmp_path, HEADER + LOVEDAY, "--whole")
    assert Worker.objects.get(email="petroc@council.example").is_active


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("email,name\n", "no column team, role"),
        (b"\xff\xfe" + HEADER.encode(), "not UTF-8"),
        (HEADER + LOVEDAY + LOVEDAY, "Line 3, email: loveday@council.example is listed twice"),
        (HEADER + JORY + "nobody,Nobody,maru,social-worker\n", "Line 3, email"),
        (HEADER + "a@council.example,,maru,social-worker\n", "Line 2, name"),
        (HEADER + "a@council.example,A\x07B,maru,social-worker\n", "Line 2, name"),
        (HEADER + "a@council.example,A B,knitting,social-worker\n", "Line 2, team: There is no team 'knitting'"),
        (HEADER + "a@council.example,A B,maru,wizard\n", "Line 2, role: There is no role 'wizard'"),
        (HEADER + "a" * 1_000_001, "larger than a megabyte"),
    ],
)
def test_a_list_with_a_mistake_changes_nothing(tmp_path: Path, text: str | bytes, words: str) -> None:
    """Given a mistake anywhere in a list, then line and column are named, and nobody has joined."""
    with pytest.raises(CommandError, match=words):
        brings(tmp_path, text)
    assert everybody() == []
