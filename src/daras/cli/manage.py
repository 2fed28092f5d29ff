"""`./daras manage ARGUMENTS...`: Django's management commands, on the database that the other commands use."""

import argparse

from daras.cli import installation


def run(arguments: argparse.Namespace) -> int:
    """Run the command; its own refusals leave with its own exit status."""
    with installation.opened():
        from django.core.management import execute_from_command_line

        execute_from_command_line(["daras manage", *arguments.arguments])
    return 0
