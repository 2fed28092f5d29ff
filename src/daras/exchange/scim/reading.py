"""What is sent: a User, a patch, a filter; each read strictly (RFC 7644, sections 3.4.2.2 and 3.5.2)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from daras.exchange.scim.resources import ENTERPRISE, PATCH, USER


@dataclass(slots=True)
class ScimRefused(Exception):
    """What cannot be done, as SCIM says it."""

    status: int
    detail: str
    scim_type: str = ""


#: What may be said of a worker, by our own names for it.
Said = dict[str, Any]
#: Where each stands in a User, or in a patch's path; names are compared without their case (RFC 7643, section 2.1).
PATHS = {
    "username": "email",
    "name.formatted": "name",
    "displayname": "name",
    "title": "role",
    "active": "active",
    "externalid": "external_id",
    f"{ENTERPRISE}:department".lower(): "team",
}
#: Of a User what says nothing that we keep; identity systems send it all the same.
PASSED_OVER = frozenset(
    {"schemas", "id", "meta", "emails", "name.givenname", "name.familyname", "groups", "roles", "phonenumbers",
     "preferredlanguage", "locale", "timezone", "usertype", "nickname", "addresses", "password"}
)  # fmt: skip
_FILTER = re.compile(r'(userName|externalId|id)\s+eq\s+("(?:[^"\\]|\\.)*")', re.IGNORECASE)
COLUMNS = {"username": "email__iexact", "externalid": "external_id", "id": "slug"}


def document(body: bytes) -> dict[str, Any]:
    """A JSON object. Raises `ScimRefused`."""
    try:
        found = json.loads(body)
    except (ValueError, UnicodeDecodeError):
        raise ScimRefused(400, "This is no JSON document.", "invalidSyntax") from None
    if not isinstance(found, dict):
        raise ScimRefused(400, "A JSON object is wanted.", "invalidSyntax")
    return found


def whole_user(sent: Mapping[str, Any]) -> Said:
    """A User that is sent whole. Raises `ScimRefused` without the address, the name or the role."""
    if USER not in _list(sent.get("schemas")):
        raise ScimRefused(400, f"schemas must name {USER}.", "invalidSyntax")
    said = _said(_flat(sent))
    said.setdefault("team", "")
    said.setdefault("active", True)
    said.setdefault("external_id", "")
    for name, wanted in (("email", "userName"), ("name", "name.formatted or displayName"), ("role", "title")):
        if not said.get(name):
            raise ScimRefused(400, f"{wanted} is missing.", "invalidValue")
    return said


def patched(sent: Mapping[str, Any]) -> Said:
    """What a patch changes. Raises `ScimRefused` for any operation or path that is not known here."""
    if PATCH not in _list(sent.get("schemas")):
        raise ScimRefused(400, f"schemas must name {PATCH}.", "invalidSyntax")
    operations = sent.get("Operations")
    if not isinstance(operations, list) or not operations:
        raise ScimRefused(400, "Operations are missing.", "invalidSyntax")
    said: Said = {}
    for each in operations:
        if not isinstance(each, dict) or str(each.get("op", "")).lower() not in {"add", "replace", "remove"}:
            raise ScimRefused(400, "An operation is add, replace or remove.", "invalidSyntax")
        said |= _operation(str(each["op"]).lower(), each.get("path"), each.get("value"))
    return said


def _operation(op: str, path: object, value: object) -> Said:
    if op == "remove":
        name = PATHS.get(str(path).lower())
        if name not in {"team", "external_id"}:
            raise ScimRefused(400, f"{path} cannot be removed.", "mutability" if name else "invalidPath")
        return {name: ""}
    if path is None:
        if not isinstance(value, dict):
            raise ScimRefused(400, "Without a path the value is an object.", "invalidValue")
        return _said(_flat(value))
    return _said({str(path).lower(): value})


def _flat(sent: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in sent.items():
        name = key.lower()
        if name == "name" and isinstance(value, dict):
            found |= {f"name.{inner.lower()}": each for inner, each in value.items()}
        elif name == ENTERPRISE.lower() and isinstance(value, dict):
            found |= {f"{name}:{inner.lower()}": each for inner, each in value.items()}
        else:
            found[name] = value
    return found


def _said(flat: Mapping[str, Any]) -> Said:
    said: Said = {}
    for path, value in flat.items():
        name = PATHS.get(path)
        if name is None:
            if path in PASSED_OVER or path.startswith(ENTERPRISE.lower()):
                continue
            raise ScimRefused(400, f"{path} is not known here.", "invalidPath")
        said[name] = _active(value) if name == "active" else _text(path, value)
    return said


def _active(value: object) -> bool:
    """True or false; also written as a word, as some systems do."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    raise ScimRefused(400, "active is true or false.", "invalidValue")


def _text(path: str, value: object) -> str:
    if not isinstance(value, str) or len(value) > 200 or not value.isprintable():
        raise ScimRefused(400, f"{path} is text of 200 characters at the most.", "invalidValue")
    return value.strip()


def filtered(said: str) -> dict[str, str]:
    """A filter as our own condition: one attribute, equal to one value. Raises `ScimRefused`."""
    match = _FILTER.fullmatch(said.strip())
    if match is None:
        raise ScimRefused(400, 'A filter is userName, externalId or id, eq, and a value in "".', "invalidFilter")
    try:
        return {COLUMNS[match[1].lower()]: str(json.loads(match[2]))}
    except ValueError:
        raise ScimRefused(400, "The filter's value cannot be read.", "invalidFilter") from None


def number(said: str, otherwise: int) -> int:
    """A whole number of a query. Raises `ScimRefused`."""
    if not said:
        return otherwise
    if not re.fullmatch(r"-?\d{1,9}", said):
        raise ScimRefused(400, f"{said[:20]!r} is no number.", "invalidValue")
    return int(said)


def _list(said: object) -> list[Any]:
    return said if isinstance(said, list) else []
