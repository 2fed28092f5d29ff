"""Finds the command, runs it, and turns what it raises into an exit status: 0 done, 2 refused, 1 fault.

With `--json` standard output is one JSON document whatever happens: the command's own, or the problem.
"""

import argparse
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from daras.cli.printing import print_json
from daras.cli.refusal import CommandRefused, Incomplete
from daras.home.refusal import HomeRefused, ServerFault
from daras.working_time.clock import ClockRefused, now

DONE = 0
FAULT = 1
REFUSED = 2
INTERRUPTED = 130

COMMANDS = {
    "demo": "start Daras with a synthetic partnership, on this machine only",
    "test": "run every check and test, or only the tests named",
    "serve": "start web and worker for a real partnership",
    "screen": "look at a referral: who is meant, who is connected, what is owed; records only the look",
    "near": "say which children somebody is connected to, and which people of risk a child is connected to",
    "receive": "record referrals, ViSTs and notices from files, each whole or not at all",
    "match": "say who of one list is who of another, or twice in one; reads and writes files only",
    "bench": "measure, and compare with the targets",
    "practice": "check a practice pack",
    "documents": "write the generated documents, or check that they are up to date",
    "audit": "verify the trail",
    "backup": "write the database into one encrypted file, and try it by restoring",
    "restore": "bring a backup back into an empty database, with what was held and disposed of since",
    "pictures": "take pictures of every page of the demonstration, at two widths, with a list",
    "manage": "run one of Django's management commands",
}
# Commands whose arguments belong to another program.
PASSED_ON = {"test", "manage"}
# Commands that find the database open, migrated, and Django ready.
ON_THE_DATABASE = {"screen", "near", "receive", "audit", "bench"}
# Commands that the clock of `$DARAS_NOW` is not for: the one refuses it, the other leaves it out.
WITHOUT_CLOCK = {"serve", "test"}
#: What to do about a problem, where its own words do not end with it.
REMEDIES = {
    "refused": "Change what it names, and run the command again.",
    "fault": "Standard error says more. What was recorded stays, and is told as a duplicate when it is received again.",
    "interrupted": "Run the command again.",
}


class ArgumentsRefused(Exception):
    """The arguments are not those of the command; the message says which."""


class Arguments(argparse.ArgumentParser):
    """A parser that raises ArgumentsRefused, so that this refusal is told like every other."""

    def error(self, message: str) -> NoReturn:
        """Say how the command is used, and refuse."""
        self.print_usage(sys.stderr)
        raise ArgumentsRefused(f"{message[:1].upper()}{message[1:]}. See {self.prog} --help.")


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status."""
    if not arguments:
        _parser().print_help(sys.stderr)
        return REFUSED
    name = arguments[0]
    as_json = "--json" in arguments and name not in PASSED_ON
    try:
        return _run(name, arguments)
    except (HomeRefused, CommandRefused, ArgumentsRefused, ClockRefused) as refusal:
        return _report("refused", str(refusal), as_json, REFUSED)
    except ServerFault as fault:
        return _report("fault", str(fault), as_json, FAULT)
    except Incomplete as fault:
        traceback.print_exception(fault.__cause__)
        return _report("fault", str(fault), as_json, FAULT, fault.outcomes)
    except BrokenPipeError:
        sys.stderr.close()
        return FAULT
    except KeyboardInterrupt:
        return _report("interrupted", "Interrupted.", as_json, INTERRUPTED)
    except Exception as fault:
        traceback.print_exc()
        return _report("fault", f"{type(fault).__name__}: {fault}", as_json, FAULT)


def _run(name: str, arguments: Sequence[str]) -> int:
    if name not in COMMANDS:
        _parser().parse_args(arguments[:1])  # prints help and leaves, or raises
    command = import_module(f"daras.cli.{name}")
    if name in PASSED_ON:
        chosen = argparse.Namespace(arguments=list(arguments[1:]))
    else:
        summary = COMMANDS[name]
        own = Arguments(prog=f"daras {name}", description=f"{summary[0].upper()}{summary[1:]}.")
        command.add_arguments(own)
        chosen = own.parse_args(arguments[1:])
    if name not in WITHOUT_CLOCK:
        now()  # a clock that cannot be read is refused before anything is begun
    if name not in ON_THE_DATABASE:
        return int(command.run(chosen))
    with import_module("daras.cli.installation").opened():
        return int(command.run(chosen))


def _report(code: str, message: str, as_json: bool, status: int, outcomes: Sequence[object] = ()) -> int:
    """Say it to people on standard error; and where JSON was asked for, give the one document that was promised."""
    print(f"daras: {message}", file=sys.stderr)
    if as_json:
        problem = {"code": code, "pointer": "", "detail": message, "remedy": REMEDIES[code]}
        print_json({"problem": problem, "outcomes": list(outcomes)})
    return status


def _parser() -> argparse.ArgumentParser:
    parser = Arguments(prog="daras", description="The shared front door of a safeguarding partnership.")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        commands.add_parser(name, help=summary, add_help=False)
    return parser
