"""What every start of a command, the web server and the worker reads."""

from __future__ import annotations

import subprocess
import sys

from daras.cli.test import NO_SERVER, surroundings

#: Libraries for one page or one command, that take a tenth of a second and more to read.
HEAVY = ("ciw", "networkx", "numpy", "pandas", "xlsxwriter", "duckdb", "splink", "scipy", "sklearn")


def test_a_start_reads_no_library_that_only_one_page_needs() -> None:
    """Issue: a second start under five seconds: given the whole site, then what simulates, draws or prints is not read
    before somebody asks for it."""
    asked = "import sys, django; django.setup(); import daras.pages.urls, daras.worker.tasks; print(*sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", asked],
        env=surroundings() | {"DATABASE_URL": NO_SERVER},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    read = {name.partition(".")[0] for name in answer.stdout.split()}
    assert "daras" in read
    assert read.isdisjoint(HEAVY), read & {*HEAVY}
