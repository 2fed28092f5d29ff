"""The same job by command: `receive` and `screen` as programs, on a database of their own; and what `test` runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from daras import settings
from daras.access.models import StandingScope, TrailEntry, Worker
from daras.access.session import machine
from daras.cli import delivering
from daras.cli import test as test_command
from daras.cli.refusal import Incomplete
from daras.exchange.demonstration import DUTY_MANAGER
from daras.exchange.installation import install_all
from daras.frontdoor.models import Document, Quarantined
from daras.frontdoor.outcome import Outcome
from daras.frontdoor.tests.documents import changed, encoded, referral
from daras.home import Addresses
from daras.home.tests.conftest import end_server
from daras.ledger.models import Fact
from daras.matters.models import Matter
from daras.outbox.models import Notice, Receiver
from daras.people.models import PersonRecord

CHECKOUT = Path(__file__).resolve().parents[1]
SCHEMA = CHECKOUT / "docs" / "schemas" / "daras-outcome-1.schema.json"
KEYS = {
    "file", "outcome", "reference", "problem", "people", "network", "indicators", "threshold", "invite", "duties",
    "quality",
}  # fmt: skip


def daras(*arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """One command, as a process of its own, on the Monday after Alex's referral."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DARAS_", "DATABASE_"))}
    clean |= {"PYTHONPATH": str(Path(settings.__file__).parents[1]), "DARAS_NOW": "2026-11-23T17:00:00+00:00"}
    command = [sys.executable, "-m", "daras.cli", *arguments]
    return subprocess.run(
        command, env=clean | variables, capture_output=True, text=True, timeout=280, check=False, cwd=CHECKOUT
    )


def the_document(answer: subprocess.CompletedProcess[str]) -> Any:
    """All of standard output: one document, of the published schema where it is an account of files or a problem."""
    told = json.loads(answer.stdout)
    schema = json.loads(SCHEMA.read_text("utf-8"))
    Draft202012Validator(schema).validate(told)
    return told


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
    outcomes: list[dict[str, Any]] = the_document(answer)
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


def bad_files(folder: Path) -> dict[Path, tuple[str, str]]:
    """Files with one thing wrong each; the code and the pointer with which each is refused."""
    nobody = {"ref": referral("alex")["people"][4]["ref"], "role": "child"}
    contents: dict[str, tuple[bytes, str, str]] = {
        "empty.json": (b"", "not-json", ""),
        "wrong.json": (b"{", "not-json", ""),
        "a list.json": (b"[]", "not-an-object", ""),
        "version.json": (changed("alex", "format", "daras-referral/2"), "unknown-format", "/format"),
        "nobody.json": (changed("alex", "people/4", nobody), "no-name", "/people/4"),
        "unborn.json": (
            changed("alex", "people/0/date_of_birth", "2027-03-01"), "born-in-the-future", "/people/0/date_of_birth",
        ),
        "noughts.json": (
            changed("alex", "people/0/identifiers/0/value", "0000000000"),
            "impossible-identifier", "/people/0/identifiers/0/value",
        ),
        "number.json": (
            changed("alex", "people/0/identifiers/0/value", "9000001081"),
            "impossible-identifier", "/people/0/identifiers/0/value",
        ),
        "agency.json": (changed("alex", "from/agency", "nobody-at-all"), "unknown-agency", "/from/agency"),
        "team.json": (changed("alex", "from/team", "nobody-at-all"), "unknown-team", "/from/team"),
        "tie.json": (changed("alex", "relationships/0/to", "stranger"), "unknown-person", "/relationships/0/to"),
        "voice.json": (
            changed("alex", "voice_of_child/alex", {"text": "N/A"}),
            "voice-without-reason", "/voice_of_child/alex/text",
        ),
        "ten megabytes.json": (b" " * 10_000_000, "too-large", ""),
    }  # fmt: skip
    for name, (content, _, _) in contents.items():
        (folder / name).write_bytes(content)
    (folder / "a folder").mkdir()
    missing = {folder / name: ("no-such-file", "") for name in ("a folder", "none.json")}
    return {folder / name: (code, pointer) for name, (_, code, pointer) in contents.items()} | missing


def test_each_bad_input_is_refused_by_name_and_nothing_is_recorded(partnership: dict[str, str], tmp_path: Path) -> None:
    """A1: given a file of each kind of bad input, and a path to none, when all are received by one command, then each
    is refused with its code, its field and a remedy, in their order; what could be read is kept in quarantine; and
    nothing at all is recorded."""
    files = bad_files(tmp_path)
    answer = daras("receive", "--json", *files, **partnership)
    assert answer.returncode == 2, answer.stderr
    outcomes = the_document(answer)
    assert [each["file"] for each in outcomes] == [str(path) for path in files]
    assert {each["outcome"] for each in outcomes} == {"refused"}
    assert [(each["problem"]["code"], each["problem"]["pointer"]) for each in outcomes] == list(files.values())
    assert all(each["problem"]["detail"] and each["problem"]["remedy"] for each in outcomes)
    with machine():
        assert [model.objects.count() for model in (Fact, PersonRecord, Matter, Document, Notice)] == [0, 0, 0, 0, 0]
        assert Quarantined.objects.count() == len(files) - 2
        assert max(len(bytes(body)) for body in Quarantined.objects.values_list("body", flat=True)) <= 1_000_000


def test_one_file_twice_in_one_command_is_recorded_once(partnership: dict[str, str], files: list[Path]) -> None:
    """A1: given the same file named twice, when it is received, then the second is a duplicate with the first's
    receipt, and that is no refusal."""
    answer = daras("receive", "--json", files[0], files[0], **partnership)
    first, second = the_document(answer)
    assert answer.returncode == 0, answer.stderr
    assert (first["outcome"], second["outcome"]) == ("recorded", "duplicate")
    assert (first["receipt"], first["reference"]) == (second["receipt"], second["reference"])
    with machine():
        assert Document.objects.count() == 1


def test_two_commands_at_once_receive_one_file_once(partnership: dict[str, str], files: list[Path]) -> None:
    """A1, A5: given two commands with one file at the same moment, then one records it, the other finds it recorded,
    and both print the same receipt."""
    with ThreadPoolExecutor(2) as both:
        answers = list(both.map(lambda _: daras("receive", "--json", files[0], **partnership), range(2)))
    outcomes = [the_document(answer)[0] for answer in answers]
    assert sorted(each["outcome"] for each in outcomes) == ["duplicate", "recorded"]
    assert len({each["receipt"] for each in outcomes}) == 1
    with machine():
        assert Document.objects.count() == 1


def test_two_commands_at_once_on_an_empty_home_make_it_together(files: list[Path]) -> None:
    """Set-up, A1: given a home that does not exist yet, when two commands start on it at the same moment, then one
    makes the database while the other waits, and both do their work."""
    with tempfile.TemporaryDirectory(prefix="daras-test-") as folder:
        Path(folder).chmod(0o755)
        home = Path(folder) / "home"
        try:
            with ThreadPoolExecutor(2) as both:
                answers = list(both.map(lambda _: daras("receive", "--json", files[0], DARAS_HOME=str(home)), range(2)))
        finally:
            end_server(home)
    assert [answer.returncode for answer in answers] == [0, 0], answers[0].stderr + answers[1].stderr
    assert sorted(the_document(answer)[0]["outcome"] for answer in answers) == ["duplicate", "recorded"]
    assert sum("bringing the database up to date" in answer.stderr for answer in answers) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["receive", "--json"], "FILE"),
        (["receive", "--json", "--loudly", "a.json"], "--loudly"),
        (["screen", "--json"], "FILE"),
        (["screen", "--json", "--as"], "--as"),
        (["near", "--json", "--steps", "9", "P-1"], "--steps"),
        (["near", "--json", "--on", "0000-00-00", "P-1"], "no day such as"),
        (["audit", "--json"], "WHAT"),
        (["practice", "--json"], "ACTION"),
        (["match", "--json", "a.csv"], "--out"),
        (["bench", "--json", "nothing"], "nothing"),
        (["bench", "--json", "--people", "many"], "--people"),
        (["reverse", "--json"], "reverse"),
        (["--json"], "COMMAND"),
    ],
)
def test_wrong_arguments_with_json_are_one_document(arguments: list[str], words: str) -> None:
    """A1: given arguments that no command has, with --json, then standard output is one document that says so, and the
    status 2."""
    answer = daras(*arguments, DATABASE_URL="postgresql://daras_app:none@127.0.0.1:1/none", DATABASE_OWNER_URL="x")
    assert answer.returncode == 2, answer.stderr
    told = the_document(answer)
    assert told["problem"]["code"] == "refused"
    assert words in told["problem"]["detail"]
    assert words in answer.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["demo", "--port", "99999"], "'99999' is no number from 1 to 65535"),
        (["demo", "--port", "-1"], "--port"),
        (["demo", "--people", "12"], "--people 12: a county has between"),
        (["serve", "--port", "0"], "'0' is no number from 1 to 65535"),
        (["serve", "--port", "eighty"], "'eighty' is no number"),
        (["serve", "--workers", "0"], "'0' is no number from 1 to 256"),
    ],
)
def test_a_number_that_cannot_be_is_refused(arguments: list[str], words: str, tmp_path: Path) -> None:
    """Set-up: given a port or a number that no machine has, when demo or serve starts, then it is refused with status 2
    before anything is begun."""
    answer = daras(*arguments, DARAS_HOME=str(tmp_path / "home"))
    assert answer.returncode == 2
    assert words in answer.stderr
    assert "Traceback" not in answer.stderr
    assert not (tmp_path / "home").exists()


def test_a_clock_that_cannot_be_read_is_refused_before_anything_is_begun(files: list[Path]) -> None:
    """Set-up: given a DARAS_NOW that is no instant, when a command starts, then it is refused with status 2, in one
    document, and no database is asked."""
    for wrong in ("tomorrow", "9999-12-31T23:59:59Z", "2026-11-24"):
        answer = daras("receive", "--json", files[0], DARAS_NOW=wrong, DATABASE_URL="postgresql://127.0.0.1:1/none")
        assert answer.returncode == 2
        assert wrong in the_document(answer)["problem"]["detail"]
        assert "Traceback" not in answer.stderr


def test_a_name_that_is_no_text_is_told_as_json(partnership: dict[str, str], tmp_path: Path) -> None:
    """A1: given a file whose name holds bytes that are no letters, when it is refused, then the answer is JSON all the
    same and names the file as Python does."""
    path = os.fsencode(tmp_path) + b"/caf\xe9.json"
    Path(os.fsdecode(path)).write_bytes(b"{")
    answer = daras("receive", "--json", os.fsdecode(path), **partnership)
    assert answer.returncode == 2
    assert os.fsencode(the_document(answer)[0]["file"]) == path


def test_a_fault_among_files_tells_what_was_recorded_before_it() -> None:
    """A1: given a fault at the second of three files, then what became of the first is told with it: it has its
    receipt."""

    def deliver(raw: bytes, file: str) -> Outcome:
        if raw == b"2":
            raise OSError("the disk is full")
        return Outcome("duplicate", file, "D-7K2M-0QXZ", "R-7K2M-0QXZ")

    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("1", "2", "3")]
        for file in files:
            file.write_text(file.name)
        with pytest.raises(Incomplete, match="2: OSError: the disk is full") as fault:
            delivering.each(files, deliver)
    assert [(each["file"], each["receipt"]) for each in fault.value.outcomes] == [(str(files[0]), "R-7K2M-0QXZ")]


def test_screening_records_only_the_look_of_whoever_is_named(partnership: dict[str, str], files: list[Path]) -> None:
    """A5, G4: given a referral, when it is screened, then by the demo's duty manager unless another is named, nothing
    is recorded but the look, and whoever may not is refused with status 2."""
    answer = daras("screen", "--json", files[0], **partnership)
    assert answer.returncode == 0, answer.stderr
    (outcome,) = the_document(answer)
    assert (outcome["outcome"], outcome["threshold"]["strategy_discussion"]) == ("screened", True)
    with machine():
        assert not Fact.objects.exists()
        assert set(TrailEntry.objects.values_list("actor", "action")) == {(DUTY_MANAGER, "screen")}
    unknown = daras("screen", "--json", "--as", "nobody-here", files[0], **partnership)
    assert unknown.returncode == 2
    assert "nobody-here" in the_document(unknown)["problem"]["detail"]


def test_a_fault_is_one_document_and_status_1(files: list[Path]) -> None:
    """Set-up: given a database that does not answer, when a file is received with --json, then that is a fault, said
    in one document."""
    nowhere = {"DATABASE_URL": "postgresql://daras_app:none@127.0.0.1:1/none"}
    answer = daras("receive", "--json", files[0], **nowhere)
    assert answer.returncode == 1
    assert the_document(answer)["problem"]["code"] == "fault"


def test_djangos_commands_run_on_the_same_database(partnership: dict[str, str]) -> None:
    """Set-up: given `manage`, then Django's commands find the database that all others use, with their own status."""
    assert daras("manage", "check", "--database", "default", **partnership).returncode == 0
    refused = daras("manage", "no-such-command", **partnership)
    assert refused.returncode == 1
    assert "no-such-command" in refused.stderr


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
        "types", "style", "layout", "querysets", "licences", "practice packs", "documents", "the house", "migrations",
    ]  # fmt: skip
    assert names[0] == test_command.SLOWEST
    script = (CHECKOUT / ".ci" / "run").read_text().split()
    assert script[-3:] == ["exec", "./daras", "test"]
