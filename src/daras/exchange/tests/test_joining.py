"""An administrator makes and ends workers, tokens and receivers; each is checked, and each is in the trail."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from daras.access.models import ApiToken, TrailEntry, Worker, WorkerHome
from daras.access.policy import may
from daras.access.session import machine
from daras.api.authentication import digest
from daras.exchange import joining
from daras.exchange.installation import install_all
from daras.outbox.models import Receiver

pytestmark = pytest.mark.django_db
MARU = ("--agency", "cornwall-childrens-services", "--team", "maru")


@pytest.fixture(autouse=True)
def installed(db: None) -> None:
    """What every database holds after a migration."""
    install_all()


def run(*arguments: str) -> str:
    """What a command says."""
    said = StringIO()
    call_command(*arguments, stdout=said)
    return said.getvalue()


def in_trail(kind: str) -> list[tuple[str, str]]:
    with machine():
        entries = TrailEntry.objects.filter(subject_kind=kind).order_by("id")
        return [(entry.reason, entry.actor.partition(":")[0]) for entry in entries]


def add_worker(email: str = "loveday@council.example", role: str = "duty-manager") -> str:
    said = run("worker", "add", "--name", "Loveday Pascoe", "--email", email, *MARU, "--role", role)
    return said.strip().rpartition(" ")[2]


def test_stopping_does_not_wait_for_the_register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """G4: given a register outside the database that cannot be written, when a worker is stopped or a token ended, then
    it is done at once, and the trail says what a restore of an older backup would not know."""
    add_worker()
    joining.issue_token(agency="carn-brea-academy", name="records", by="shell:test")
    broken = tmp_path / "a file"
    broken.write_text("no folder")
    monkeypatch.setenv("DARAS_REGISTER", str(broken))
    run("worker", "stop", "loveday@council.example")
    joining.end_token(agency="carn-brea-academy", name="records", by="shell:test")
    assert not Worker.objects.get(slug="loveday-pascoe").is_active
    assert in_trail("worker")[-1][0].startswith("stopped; the register could not be written")
    with machine():
        assert ApiToken.objects.get(name="records").ends_at is not None


def test_a_worker_is_added_signs_in_and_is_stopped() -> None:
    """G4: given a new duty manager, then the first password works until the worker is stopped, and the trail has all of
    it."""
    password = add_worker()
    worker = Worker.objects.get(slug="loveday-pascoe")
    assert worker.check_password(password)
    assert not worker.is_demonstration
    assert may(worker, "decide")
    again = run("worker", "password", "LOVEDAY@council.example").strip().rpartition(" ")[2]
    worker.refresh_from_db()
    assert worker.check_password(again)
    assert not worker.check_password(password)
    run("worker", "stop", "loveday@council.example")
    assert "(stopped)" in run("worker", "list")
    told = [("added as duty-manager", "shell"), ("given a new password", "shell"), ("stopped", "shell")]
    assert in_trail("worker") == told


def test_two_workers_of_one_name_are_told_apart() -> None:
    """G4: given two people of one name, then each has a short name of their own, also after one was stopped."""
    add_worker()
    run("worker", "stop", "loveday@council.example")
    add_worker("loveday.pascoe@council.example", "social-worker")
    assert set(Worker.objects.values_list("slug", flat=True)) >= {"loveday-pascoe", "loveday-pascoe-2"}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (("--role", "wizard"), "no role 'wizard'"),
        (("--agency", "nobody"), "nobody"),
        (("--team", "knitting"), "knitting"),
        (("--email", "loveday"), "no e-mail address"),
    ],
)
def test_a_worker_who_cannot_be_is_refused(changed: tuple[str, str], words: str) -> None:
    """G4: given an unknown role, agency or team, or no address, then nobody is added, and the refusal names it."""
    arguments = ["--name", "Loveday Pascoe", "--email", "loveday@council.example", *MARU, "--role", "duty-manager"]
    with pytest.raises(CommandError, match=words) as refused:
        run("worker", "add", *arguments, *changed)
    assert refused.value.returncode == 2
    assert not Worker.objects.filter(slug="loveday-pascoe").exists()


def test_a_token_is_shown_once_and_ends() -> None:
    """A1, G4: given a school's system, then its token is known by its digest only, cannot be had twice, and ends."""
    token = run("token", "issue", "--agency", "carn-brea-academy", "--name", "records").strip().rpartition(" ")[2]
    kept = ApiToken.objects.get(agency="carn-brea-academy", name="records")
    assert kept.digest == digest(token)
    assert token not in run("token", "list")
    with pytest.raises(CommandError, match="in force"):
        run("token", "issue", "--agency", "carn-brea-academy", "--name", "records")
    run("token", "end", "--agency", "carn-brea-academy", "--name", "records")
    kept.refresh_from_db()
    assert kept.ends_at is not None
    assert in_trail("token") == [("issued for referrals, forms, requests, flags", "shell"), ("ended", "shell")]


def test_a_team_with_a_webhook_keeps_a_page() -> None:
    """A8: given a team's webhook, then the team has a page too, the secret is new each time, and the agency's page
    stays."""
    add = ("receiver", "add", *MARU, "--channel", "webhook", "--address", "https://maru.example/daras")
    first, second = run(*add), run(*add)
    assert first.splitlines()[1] != second.splitlines()[1]
    mine = Receiver.objects.filter(agency="cornwall-childrens-services", team="maru")
    assert sorted(mine.values_list("channel", flat=True)) == ["page", "webhook"]
    run("receiver", "stop", str(mine.get(channel="webhook").pk))
    assert "webhook https://maru.example/daras (off)" in run("receiver", "list")
    whole = Receiver.objects.get(agency="cornwall-childrens-services", team="", channel="page")
    with pytest.raises(CommandError, match="agency's page"):
        run("receiver", "stop", str(whole.pk))


def test_a_webhook_in_the_open_is_refused() -> None:
    """G4: given an address without TLS, or with a user in it, then no receiver is made."""
    for address in ("http://maru.example/", "https://me@maru.example/", "maru.example"):
        with pytest.raises(CommandError, match="cannot be told"):
            run("receiver", "add", *MARU, "--channel", "webhook", "--address", address)
    assert not Receiver.objects.filter(channel="webhook").exists()


def test_where_a_worker_lives_is_noted_and_forgotten() -> None:
    """G4: given a worker's postcode, when it is noted, then only the machine reads it, and it is forgotten when asked;
    what is no postcode is refused."""
    add_worker()
    run("worker", "home", "loveday@council.example", "tr14 8ab")
    with machine():
        assert WorkerHome.objects.get().postcode == "TR148AB"
    with pytest.raises(CommandError, match="no postcode"):
        run("worker", "home", "loveday@council.example", "seven")
    run("worker", "home", "loveday@council.example")
    with machine():
        assert not WorkerHome.objects.exists()
    assert [reason for reason, _ in in_trail("worker")][-2:] == ["home noted", "home forgotten"]
