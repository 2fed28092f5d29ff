"""What the local database refuses, and what went wrong with it."""


class HomeRefused(Exception):
    """The home cannot be used as it is; the message says why and how to mend it. Exit status 2."""


class ServerFault(Exception):
    """The server should have started and did not; the message ends with the last lines of its log. Exit status 1."""
