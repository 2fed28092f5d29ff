"""A worker as a SCIM User, and what the service says of itself (RFC 7643, sections 4, 5, 6, 7)."""

from __future__ import annotations

from typing import Any, Final

from daras.access.models import Worker
from daras.access.policy import ROLES
from daras.exchange.workforce import BY_HAND

USER: Final = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE: Final = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
LIST: Final = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
PATCH: Final = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ERROR: Final = "urn:ietf:params:scim:api:messages:2.0:Error"
#: So many are given in one answer.
MOST = 200


def user(worker: Worker, base: str) -> dict[str, Any]:
    """A worker: `userName` is the address they sign in with, `title` the role, `department` the team."""
    said: dict[str, Any] = {
        "schemas": [USER, ENTERPRISE],
        "id": worker.slug,
        "userName": worker.email,
        "name": {"formatted": worker.name},
        "displayName": worker.name,
        "title": worker.role,
        "active": worker.is_active,
        "emails": [{"value": worker.email, "primary": True}],
        "meta": {"resourceType": "User", "location": f"{base}/Users/{worker.slug}"},
        ENTERPRISE: {"department": worker.team},
    }
    if worker.external_id:
        said["externalId"] = worker.external_id
    return said


def listed(resources: list[dict[str, Any]], total: int, start: int = 1) -> dict[str, Any]:
    """A list of resources."""
    return {
        "schemas": [LIST],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": len(resources),
        "Resources": resources,
    }


def service_provider(base: str) -> dict[str, Any]:
    """What is done here and what is not."""
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "patch": {"supported": True},
        "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": MOST},
        "changePassword": {"supported": False},
        "sort": {"supported": False},
        "etag": {"supported": False},
        "authenticationSchemes": [
            {
                "type": "oauthbearertoken",
                "name": "Bearer token",
                "description": "A token of the agency's own, for workers and nothing else.",
                "primary": True,
            }
        ],
        "meta": {"resourceType": "ServiceProviderConfig", "location": f"{base}/ServiceProviderConfig"},
    }


def resource_types(base: str) -> list[dict[str, Any]]:
    """Users alone."""
    return [
        {
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
            "id": "User",
            "name": "User",
            "endpoint": "/Users",
            "description": "A worker of your agency",
            "schema": USER,
            "schemaExtensions": [{"schema": ENTERPRISE, "required": False}],
            "meta": {"resourceType": "ResourceType", "location": f"{base}/ResourceTypes/User"},
        }
    ]


def _attribute(name: str, kind: str = "string", **said: Any) -> dict[str, Any]:
    return {
        "name": name,
        "type": kind,
        "multiValued": False,
        "required": False,
        "caseExact": False,
        "mutability": "readWrite",
        "returned": "default",
        "uniqueness": "none",
        **said,
    }


def schemas(base: str) -> list[dict[str, Any]]:
    """What of a User is known here."""
    roles = sorted(set(ROLES) - BY_HAND)
    name = _attribute("name", "complex", subAttributes=[_attribute("formatted")])
    core = [
        _attribute("userName", required=True, uniqueness="server"),
        name,
        _attribute("displayName"),
        _attribute("title", description="The role", canonicalValues=roles, required=True),
        _attribute("active", "boolean"),
    ]
    return [
        _schema(USER, "User", core, base),
        _schema(ENTERPRISE, "EnterpriseUser", [_attribute("department", description="The team")], base),
    ]


def _schema(uri: str, name: str, attributes: list[dict[str, Any]], base: str) -> dict[str, Any]:
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
        "id": uri,
        "name": name,
        "attributes": attributes,
        "meta": {"resourceType": "Schema", "location": f"{base}/Schemas/{uri}"},
    }
