"""Agencies whose workers sign in through the agency's own identity provider (OpenID Connect): read from a file.

The file that `$DARAS_OPENID` names is TOML, one table each:

    [[provider]]
    id = "council"                       # in addresses and in the trail; never given to another provider again
    name = "Cornwall Council"            # on the button
    issuer = "https://login.council.example"
    client_id = "daras"
    secret_file = "/etc/daras/council.secret"
    agencies = ["cornwall-childrens-services"]
    second_factor = true                 # the provider asks for one itself

Whom a provider vouches for is a worker of one of its agencies, whom an administrator has tied to a subject of that
issuer. No claim makes a worker, moves one, or says where one works (G4).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_NEEDED = ("id", "name", "issuer", "client_id", "secret_file", "agencies")


class ProvidersUnreadable(Exception):
    """The file of providers cannot be used; the words say which table and why."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One agency's identity provider."""

    id: str
    name: str
    issuer: str
    client_id: str
    secret: str
    agencies: tuple[str, ...]
    second_factor: bool

    def as_app(self) -> dict[str, Any]:
        """As the sign-in framework takes it."""
        return {
            "provider_id": self.id,
            "name": self.name,
            "client_id": self.client_id,
            "secret": self.secret,
            "settings": {
                "server_url": self.issuer,
                "issuer": self.issuer,
                "agencies": list(self.agencies),
                "second_factor": self.second_factor,
                "fetch_userinfo": False,
                "oauth_pkce_enabled": True,
            },
        }


def providers(path: str, *, secure: bool) -> tuple[Provider, ...]:
    """The providers of a file, none where no file is named. Raises `ProvidersUnreadable`."""
    if not path:
        return ()
    try:
        tables = tomllib.loads(Path(path).read_text("utf-8")).get("provider", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProvidersUnreadable(f"DARAS_OPENID: {path} cannot be read ({error}).") from error
    found = tuple(_provider(table, number, secure=secure) for number, table in enumerate(tables, start=1))
    if len({each.id for each in found}) != len(found):
        raise ProvidersUnreadable("DARAS_OPENID: two providers have one id.")
    return found


def _provider(table: Mapping[str, Any], number: int, *, secure: bool) -> Provider:
    missing = [name for name in _NEEDED if not table.get(name)]
    if missing:
        raise ProvidersUnreadable(f"DARAS_OPENID: provider {number} says no {', '.join(missing)}.")
    if secure and urlsplit(table["issuer"]).scheme != "https":
        raise ProvidersUnreadable(f"DARAS_OPENID: the issuer of provider {number} is no https address.")
    try:
        secret = Path(table["secret_file"]).read_text("utf-8").strip()
    except OSError as error:
        raise ProvidersUnreadable(f"DARAS_OPENID: the secret of provider {number} cannot be read.") from error
    return Provider(
        id=table["id"],
        name=table["name"],
        issuer=table["issuer"].rstrip("/"),
        client_id=table["client_id"],
        secret=secret,
        agencies=tuple(table["agencies"]),
        second_factor=bool(table.get("second_factor", False)),
    )
