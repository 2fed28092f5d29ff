"""A calendar file that says when and where to look, and nothing of anybody (B3; RFC 5545)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

#: How long a discussion is taken to last in a calendar.
LASTS = timedelta(hours=1)


def calendar_file(reference: str, planned_at: datetime, made_at: datetime, address: str) -> str:
    """One event; its lines end as the format wants."""
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Daras//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{reference}@daras",
        f"DTSTAMP:{_stamp(made_at)}",
        f"DTSTART:{_stamp(planned_at)}",
        f"DTEND:{_stamp(planned_at + LASTS)}",
        f"SUMMARY:Meeting {reference}",
        "DESCRIPTION:Sign in to read what it is about.",
        f"URL:{address}",
        "CLASS:PRIVATE",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(f"{line}\r\n" for line in lines)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
