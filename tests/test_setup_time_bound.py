"""Set-up: a test that hangs ends the run with a stack, however it hangs, so that continuous integration never does."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
HANGS = {
    "a lock that nobody gives back": "import threading\ndef test_hangs():\n    threading.Lock().__enter__()\n"
    "    lock = threading.Lock()\n    lock.acquire()\n    lock.acquire()\n",
    "an error that is thrown away": "import time\ndef test_hangs():\n    while True:\n        try:\n"
    "            time.sleep(60)\n        except BaseException:\n            pass\n",
}


@pytest.mark.parametrize(
    ("how", "processes"),
    [("a lock that nobody gives back", []), ("an error that is thrown away", ["-p", "xdist.plugin", "-n", "1"])],
)
def test_a_test_that_hangs_ends_with_a_stack(tmp_path: Path, how: str, processes: list[str]) -> None:
    """Set-up: given a test that hangs, when its time is up, then the run fails and says where it stood."""
    hanging = tmp_path / "test_hanging.py"
    hanging.write_text(HANGS[how])
    ours = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    assert 0 < ours["faulthandler_timeout"] < ours["timeout"]
    (tmp_path / "pytest.ini").write_text(
        f"[pytest]\ntimeout_method = {ours['timeout_method']}\ntimeout = 2\nfaulthandler_timeout = 1\n"
    )
    command = [sys.executable, "-m", "pytest", "-p", "pytest_timeout", *processes, str(hanging)]
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    ended = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode != 0
    assert "Timeout" in ended.stdout + ended.stderr
    assert "in test_hangs" in ended.stdout + ended.stderr
