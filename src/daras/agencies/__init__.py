"""The agencies of the partnership by date, their teams, and whose place a child's home is."""

from daras.agencies.directory import (
    Agency,
    AgencyNotCurrent,
    Contact,
    Directory,
    DirectoryRefused,
    NamedContact,
    Owner,
    Team,
    UnknownAgency,
    UnknownContact,
    UnknownTeam,
)
from daras.agencies.reading import load_directory

__all__ = [
    "Agency",
    "AgencyNotCurrent",
    "Contact",
    "Directory",
    "DirectoryRefused",
    "NamedContact",
    "Owner",
    "Team",
    "UnknownAgency",
    "UnknownContact",
    "UnknownTeam",
    "load_directory",
]
