"""The same job by command: `receive` and `screen` as programs, on a database of their own; and what `test` runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from daras import settings
from daras.access.models import StandingScope, TrailEntry, Worker
from daras.access.session import machine
from daras.cli import test as test_command
from daras.exchange.demonstration import DUTY_MANAGER
from daras.exchange.installation import install_all
from daras.frontdoor.tests.documents import encoded, referral
from daras.home import Addresses
from daras.ledger.models import Fact
from daras.outbox.models import Receiver
from daras.people.models import PersonRecord

CHECKOUT = Path(__file__).resolve().parents[1]
KEYS = {"file", "outcome", "reference", "problem", "people", "network", "indicators", "threshold", "invite", "duties"}


def daras(*arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """One command, as a process of its own, on the Monday after Alex's referral."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DARAS_", "DATABASE_"))}
    clean |= {"PYTHONPATH": str(Path(settings.__file__).parents[1]), "DARAS_NOW": "2026-11-23T17:00:00+00:00"}
    command = [sys.executable, "-m", "daras.cli", *arguments]
    return subprocess.run(
        command, env=clean | variables, capture_output=True, text=True, timeout=120, check=False, cwd=CHECKOUT
    )


@pytest.fixture
def partnership(cloned_database: Addresses) -> dict[str, str]:
    """A database with the directory and the demo's duty manager; how commands find it."""
    install_all()
    with machine():
        Worker.objects.create(
            slug=DUTY_MANAGER,
            email="manager@council.example",
            name="Tamara Nance",
            agency="cornwall-childrens-services",
            team="maru",
            role="duty-manager",
        )
    return cloned_database.environment()


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Alex's referral, one that is no JSON, one that is not there, and Alex's again."""
    contents: dict[str, bytes] = {"alex.json": encoded(referral("alex")), "broken.json": b"{", "again.json": b""}
    contents["again.json"] = contents["alex.json"]
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return [tmp_path / name for name in ("alex.json", "broken.json", "none.json", "again.json")]


def test_an_empty_home_has_the_directory_and_nobody(cloned_database: Addresses) -> None:
    """Set-up: given a database that has only been installed, then agencies can be told and people stand in scopes by
    their agency, and there is no person, no worker and no fact."""
    install_all()
    with machine():
        assert StandingScope.objects.exists()
        assert Receiver.objects.exists()
        assert [model.objects.count() for model in (Worker, PersonRecord, Fact)] == [0, 0, 0]


def test_receiving_prints_one_list_in_the_order_of_the_files(partnership: dict[str, str], files: list[Path]) -> None:
    """A1: given four files, two of them no referrals, when they are received with --json, then standard output is one
    list in their order, one refusal stops no other, nothing is recorded twice, and the exit status says 2."""
    answer = daras("receive", "--json", *files, **partnership)
    assert answer.returncode == 2, answer.stderr
    outcomes: list[dict[str, Any]] = json.loads(answer.stdout)
    assert [each["file"] for each in outcomes] == [str(path) for path in files]
    assert [each["outcome"] for each in outcomes] == ["recorded", "refused", "refused", "duplicate"]
    assert set(outcomes[0]) >= KEYS
    assert outcomes[0]["reference"] == outcomes[3]["reference"]
    assert [outcomes[place]["problem"]["code"] for place in (1, 2)] == ["not-json", "no-such-file"]
    assert set(outcomes[1]["problem"]) == {"code", "pointer", "detail", "remedy"}
    with machine():
        assert TrailEntry.objects.filter(actor="service:intake", action="change", outcome="done").exists()
    again = daras("receive", files[0], **partnership)
    assert again.returncode == 0
    assert "duplicate" in again.stdout
    assert not again.stdout.startswith("[")


def test_screening_records_only_the_look_of_whoever_is_named(partnership: dict[str, str], files: list[Path]) -> None:
    """A5, G4: given a referral, when it is screened, then by the demo's duty manager unless another is named, nothing
    is recorded but the look, and whoever may not is refused with status 2."""
    answer = daras("screen", "--json", files[0], **partnership)
    assert answer.returncode == 0, answer.stderr
    (outcome,) = json.loads(answer.stdout)
    assert (outcome["outcome"], outcome["threshold"]["strategy_discussion"]) == ("screened", True)
    with machine():
        assert not Fact.objects.exists()
        assert set(TrailEntry.objects.values_list("actor", "action")) == {(DUTY_MANAGER, "screen")}
    unknown = daras("screen", "--json", "--as", "nobody-here", files[0], **partnership)
    assert unknown.returncode == 2
    assert "nobody-here" in json.loads(unknown.stdout)["problem"]["detail"]


def test_a_fault_is_one_document_and_status_1(files: list[Path]) -> None:
    """Set-up: given a database that does not answer, when a file is received with --json, then that is a fault, said
    in one document."""
    nowhere = {"DATABASE_URL": "postgresql://daras_app:none@127.0.0.1:1/none"}
    answer = daras("receive", "--json", files[0], **nowhere)
    assert answer.returncode == 1
    assert json.loads(answer.stdout)["problem"]["code"] == "fault"


def test_the_test_command_is_what_continuous_integration_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set-up: given databases in the caller's environment, when the tests are run, then with neither of them; every
    check has its turn; and continuous integration calls exactly this command."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://real.example/people")
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://real.example/people")
    monkeypatch.setenv("DARAS_NOW", "2026-11-23T17:00:00+00:00")
    surroundings = test_command.surroundings()
    assert not {"DATABASE_URL", "DATABASE_OWNER_URL", "DARAS_NOW"} & surroundings.keys()
    names = [check.name for check in test_command.checks()]
    assert names == [
        "style", "layout", "querysets", "licences", "practice packs", "documents", "the house", "migrations", "types",
    ]  # fmt: skip
    script = (CHECKOUT / ".ci" / "run").read_text().split()
    assert script[-3:] == ["exec", "./daras", "test"]
