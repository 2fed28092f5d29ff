"""What input is refused with: which field, why, and how to mend it. Never a stack trace (design: bad input)."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(slots=True)
class Refused(Exception):
    """A named refusal in plain words. `pointer` is a JSON pointer to the field that is wrong ("" for the whole)."""

    code: str
    pointer: str
    detail: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.detail} {self.remedy}"

    def as_problem(self) -> dict[str, str]:
        """The `problem` of the command line and the API."""
        return asdict(self)


def pointer(*steps: str | int) -> str:
    """A JSON pointer (RFC 6901) from its steps."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)
