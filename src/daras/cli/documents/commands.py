"""docs/reference/commands.md: every command of ./daras with its arguments, read from what parses them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from importlib import import_module

from daras.cli.main import COMMANDS, PASSED_ON

INTRODUCTION = """\
# Commands

<!-- Written by ./daras documents from what parses them. Do not edit. -->

Every command ends with status 0 when it is done, 2 when something is refused (with the reason and the remedy on
standard error), and 1 when Daras itself is at fault. With `--json`, standard output is exactly one JSON document; all
else goes to standard error.
"""

PASSED_ON_TO = {"test": "[pytest arguments]", "manage": "COMMAND [arguments of Django's management command]"}

NO_ARGUMENTS = (argparse._SubParsersAction, argparse._HelpAction)


def document() -> str:
    """One section a command, in the order of `./daras --help`."""
    parts = [INTRODUCTION]
    for name, summary in COMMANDS.items():
        parts.append(f"## {name}\n\n{summary[:1].upper()}{summary[1:]}.\n")
        if name in PASSED_ON:
            parts.append(f"    ./daras {name} {PASSED_ON_TO[name]}\n")
            continue
        parser = argparse.ArgumentParser(prog=f"./daras {name}", add_help=False)
        import_module(f"daras.cli.{name}").add_arguments(parser)
        parts += _described(parser)
    return "\n".join(parts)


def _described(parser: argparse.ArgumentParser) -> Iterator[str]:
    """The usage of a parser and a table of its arguments; of each of its actions where it has any."""
    arguments = [each for each in parser._actions if not isinstance(each, NO_ARGUMENTS)]
    inner = [each for each in parser._actions if isinstance(each, argparse._SubParsersAction)]
    if not inner:
        yield "    " + " ".join([parser.prog, *map(_usage, arguments)]) + "\n"
    rows = [f"| `{_name(each)}` | {_help(each)} |" for each in arguments]
    if rows:
        yield "\n".join(["| argument | meaning |", "| --- | --- |", *rows, ""])
    for action in inner:
        for choice in action.choices.values():
            yield from _described(choice)


def _name(action: argparse.Action) -> str:
    """An argument as it is written: `--port PORT`, `FILE ...`."""
    value = str(action.metavar or action.dest.upper()) if action.nargs != 0 else ""
    if action.option_strings:
        return f"{action.option_strings[-1]} {value}".rstrip()
    return f"{value} ..." if action.nargs in {"+", "*"} else value


def _usage(action: argparse.Action) -> str:
    return _name(action) if action.required and action.nargs != "*" else f"[{_name(action)}]"


def _help(action: argparse.Action) -> str:
    return ((action.help or "") % {"default": action.default}).replace("|", "\\|")
