"""The API as its OpenAPI document says: asked for real, with whatever may be sent and what may not."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from daras.access.models import SCOPES
from daras.access.session import machine
from daras.api.authentication import issue
from daras.exchange.installation import install_all
from daras.home import Addresses
from tests.browser.server import serving

#: One seed, so that a run that fails fails again.
SEED = 20261124
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "ignored_auth",
    "unsupported_method",
)


@pytest.mark.parametrize(
    ("phases", "examples"),
    [("fuzzing", 60), pytest.param("examples,coverage,fuzzing", 400, marks=pytest.mark.long)],
    ids=["some", "every value of every field, and many"],
)
def test_whatever_is_sent_the_answer_is_one_that_the_api_describes(
    cloned_database: Addresses, tmp_path: Path, phases: str, examples: int
) -> None:
    """A1, G4: given documents made from our own schema, and spoilt ones, when they are sent with and without a token,
    then no answer is a fault, and each has a status, a type and a shape that the OpenAPI document names."""
    install_all()
    with machine():
        everything = [each for each in SCOPES if each != "workers"]
        token = issue("carn-brea-academy", "school system", scopes=everything)
    with serving(cloned_database, tmp_path / "server.log") as address:
        asked = subprocess.run(
            [
                *(Path(sys.executable).parent / "schemathesis", "run", f"{address}/api/v1/openapi.json"),
                *("--header", f"Authorization: Bearer {token}", "--checks", ",".join(CHECKS)),
                *("--phases", phases, "--max-examples", str(examples), "--seed", str(SEED)),
                *("--generation-database", "none", "--suppress-health-check", "all", "--no-color"),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=300 + 3 * examples,
            check=False,
        )
    assert asked.returncode == 0, asked.stdout[-6000:] + asked.stderr[-2000:]
    generated = re.search(r"(\d+) generated", asked.stdout)
    assert generated, asked.stdout[-2000:]
    print(f"{generated[1]} requests")
    assert int(generated[1]) > examples
