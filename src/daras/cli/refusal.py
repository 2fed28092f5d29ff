"""What the command line refuses."""


class CommandRefused(Exception):
    """The command cannot do what was asked; the message says why and how to mend it. Exit status 2."""
