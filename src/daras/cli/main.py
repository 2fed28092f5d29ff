"""Finds the command, runs it, and turns what it raises into an exit status: 0 done, 2 refused, 1 fault."""

import argparse
import json
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module

from daras.cli.refusal import CommandRefused
from daras.home.refusal import HomeRefused, ServerFault

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
    "receive": "record referrals, notices and VISTs from files",
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


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status."""
    parser = _parser()
    if not arguments:
        parser.print_help(sys.stderr)
        return REFUSED
    name = arguments[0]
    if name not in COMMANDS:
        parser.parse_args(arguments[:1])  # prints help or the refusal, and leaves
        return REFUSED
    command = import_module(f"daras.cli.{name}")
    if name in PASSED_ON:
        chosen = argparse.Namespace(arguments=list(arguments[1:]))
    else:
        own = argparse.ArgumentParser(prog=f"daras {name}", description=COMMANDS[name].capitalize() + ".")
        command.add_arguments(own)
        chosen = own.parse_args(arguments[1:])
    as_json = bool(getattr(chosen, "json", False))
    try:
        if name not in ON_THE_DATABASE:
            return int(command.run(chosen))
        with import_module("daras.cli.installation").opened():
            return int(command.run(chosen))
    except (HomeRefused, CommandRefused) as refusal:
        return _report(str(refusal), as_json, REFUSED)
    except ServerFault as fault:
        return _report(str(fault), as_json, FAULT)
    except BrokenPipeError:
        sys.stderr.close()
        return FAULT
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as fault:
        traceback.print_exc()
        return _report(f"{type(fault).__name__}: {fault}", as_json, FAULT)


def _report(message: str, as_json: bool, status: int) -> int:
    """Say it to people on standard error; and where JSON was asked for, give the one document that was promised."""
    print(f"daras: {message}", file=sys.stderr)
    if as_json:
        code = "refused" if status == REFUSED else "fault"
        print(json.dumps({"problem": {"code": code, "detail": message}}))
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="daras", description="The shared front door of a safeguarding partnership.")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        commands.add_parser(name, help=summary, add_help=False)
    return parser
