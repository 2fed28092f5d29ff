"""The synthetic county behind `./daras demo --people`: loaded once into a home, and kept."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import psycopg

from daras.cli import installation
from daras.cli.progress import Progress
from daras.cli.refusal import CommandRefused
from daras.home import Addresses, default_home
from daras.home.folder import Home

YEARS = 2
SEED = "1"
_BEGUN = "county-begun"
FEWEST, MOST = 500, 3_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How many people, over how many years, from which seed."""
    parser.add_argument("--people", type=int, help="also load a synthetic county of so many people")
    parser.add_argument("--years", type=int, default=YEARS, help=f"that lived so many years (default: {YEARS})")
    parser.add_argument("--seed", default=SEED, help=f"from this seed: another county for each (default: {SEED})")


def check(arguments: argparse.Namespace) -> None:
    """Raises CommandRefused for a county that cannot be."""
    if arguments.people is not None and not FEWEST <= arguments.people <= MOST:
        raise CommandRefused(f"--people {arguments.people}: a county has between {FEWEST} and {MOST} people.")
    if not 1 <= arguments.years <= 10:
        raise CommandRefused(f"--years {arguments.years}: a county has lived between 1 and 10 years.")


def load_once(addresses: Addresses, arguments: argparse.Namespace) -> None:
    """Load the county unless it is there; the truth about it goes into the home. Raises CommandRefused for another."""
    if arguments.people is None:
        return
    home = Home(default_home())
    wanted = f"{arguments.people} people, {arguments.years} years, seed {arguments.seed}"
    if home.is_done("county", wanted):
        return
    if home.is_done(_BEGUN, _BEGUN) or _has_many_people(addresses):
        raise CommandRefused(
            "This database holds another county already, or a part of one. Name another home with DARAS_HOME."
        )
    # The demonstration may have been loaded at an earlier start.
    installation.use(addresses)
    from daras.exchange.county.loading import load

    # Until it has come to its end, tables may stand without indexes and foreign keys.
    home.set_done(_BEGUN, _BEGUN)
    progress, began = Progress(), time.monotonic()
    try:
        loaded = load(
            owner_url=addresses.owner_url,
            people=arguments.people,
            years=arguments.years,
            seed=str(arguments.seed),
            truth=truth_folder(),
            progress=progress,
        )
    finally:
        progress.finish()
    home.set_done("county", wanted)
    home.set_done(_BEGUN, "")
    seconds = time.monotonic() - began
    print(
        f"daras: a county of {loaded.people:,} people with {loaded.records:,} records, and news of {loaded.histories:,}"
        f" families, loaded in {seconds:.0f} s; the truth about it is in {truth_folder()}",
        file=sys.stderr,
    )


def truth_folder() -> Path:
    """Where the truth about the home's county is kept."""
    return default_home() / "county"


def _has_many_people(addresses: Addresses) -> bool:
    """More than the demonstration's own."""
    with psycopg.connect(addresses.owner_url) as connection:
        row = connection.execute("SELECT FROM people_person WHERE id > 5000 LIMIT 1").fetchone()
    return row is not None
