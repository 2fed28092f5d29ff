"""An example of every address of the site, so that each is measured. A pattern without one fails the bench.

Where a pattern takes what is sent only, a form that lacks something is sent: it is checked, refused, and shown again,
as often as one likes. What is searched for is sent, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

MANAGER, LEAD, HEALTH, NURSE, OFFICER = "manager", "lead", "health", "nurse", "officer"
#: The bare template page that stands beside the others while they are measured.
BARE_ROUTE = "bare/"
NOBODY, SYSTEM = "nobody", "system"
FOUND, SENT_BACK, ONWARD, NOT_ALLOWED, NOT_THERE, OTHER_CONTENT = 200, 422, 302, 403, 404, 415


@dataclass(frozen=True, slots=True)
class Example:
    """As whom, with which of the setting's references in the address, and what is sent, if anything."""

    who: str = MANAGER
    given: Mapping[str, str] = field(default_factory=dict)  # the pattern's words, by what the setting calls them
    sent: Mapping[str, str] | None = None
    status: int = FOUND
    query: str = ""  # with what the setting calls it, in braces


def _of(who: str, status: int = FOUND, sent: Mapping[str, str] | None = None, **given: str) -> Example:
    return Example(who, given, sent, status)


def _person(sent: Mapping[str, str] | None = None) -> Example:
    return _of(MANAGER, FOUND if sent is None else SENT_BACK, sent, number="child")


def _draft(sent: Mapping[str, str] | None = None, status: int = FOUND, **given: str) -> Example:
    return _of(LEAD, status, sent, **{"reference": "draft", **given})


_MATTER = _of(MANAGER, reference="matter")
_DISCUSSION = _of(MANAGER, reference="discussion")
_FAMILY = _of(MANAGER, reference="discussion", version="family version")

#: By pattern, as Django writes it.
EXAMPLES: Mapping[str, Example] = {
    "": Example(),
    "owed/<int:duty_id>/": _of(MANAGER, duty_id="duty"),
    "desk/": Example(),
    "notices/": Example(),
    "our-referrals/": _of(LEAD),
    "our-referrals/<str:receipt>/": _of(LEAD, receipt="receipt"),
    "our-referrals/<str:receipt>/answer/": _of(LEAD, SENT_BACK, {"what": "disagree"}, receipt="receipt"),
    "refused/": _of(LEAD),
    "refused/<int:number>/": _of(LEAD, number="refused"),
    "refer/": _of(LEAD),
    "refer/<str:reference>/": _draft(),
    "refer/<str:reference>/people/": _draft({"name": "name heard", "look": "1"}),
    "refer/<str:reference>/belonging/": _draft(),
    "refer/<str:reference>/worries/": _draft({}, ONWARD),
    "refer/<str:reference>/check/": _draft(),
    "refer/<str:reference>/sent/": _of(LEAD, reference="sent draft"),
    "refer/<str:reference>/<str:growing>/<str:key>/remove/": _draft({}, NOT_THERE, growing="worries", key="none"),
    "refer/<str:reference>/<str:growing>/<str:key>/": _draft(growing="worries", key="first worry"),
    "refer/<str:reference>/<str:name>/": _draft(name="safe"),
    "tell-us/": _of(NOBODY),
    "tell-us/<str:signed>/": _of(NOBODY, signed="signed receipt"),
    "advice/": Example(),
    "advice/record/": Example(),
    "advice/<str:reference>/": _of(MANAGER, reference="advice"),
    "advice/<str:reference>/refer/": _of(MANAGER, ONWARD, {}, reference="advice"),
    "advice/<str:reference>/answer/": _of(MANAGER, SENT_BACK, {}, reference="advice"),
    "matters/<str:reference>/": _MATTER,
    "matters/<str:reference>/feedback/": _MATTER,
    "matters/<str:reference>/decide/": _MATTER,
    "matters/<str:reference>/who-is-who/": _MATTER,
    "matters/<str:reference>/convene/": _MATTER,
    "matters/<str:reference>/safe-tonight/": _MATTER,
    "matters/<str:reference>/safe-tonight/<int:protection_id>/": _of(
        MANAGER, reference="matter", protection_id="protection"
    ),
    "matters/<str:reference>/analysis/": _MATTER,
    "matters/<str:reference>/authority/": _MATTER,
    "matters/<str:reference>/decline/": _MATTER,
    "matters/<str:reference>/identify/": _MATTER,
    "matters/<str:reference>/decisions/": _MATTER,
    "matters/<str:reference>/calls/": _MATTER,
    "matters/<str:reference>/safe-now/": _MATTER,
    "decisions/<int:decision>/disagree/": _of(HEALTH, decision="decision"),
    "challenges/<str:reference>/": _of(HEALTH, reference="challenge"),
    "which-child/<str:reference>/": _of(HEALTH, reference="which child"),
    "ask-for-discussion/<str:reference>/": _of(LEAD, reference="receipt"),
    "calls/": Example(),
    "marked/": Example(),
    "safe-tonight/": Example(),
    "safe-tonight/<str:receipt>/": _of(OFFICER, receipt="protection receipt"),
    "handover/": Example(),
    "discussions/<str:reference>/": _DISCUSSION,
    "discussions/<str:reference>/minutes/": _DISCUSSION,
    "discussions/<str:reference>/calendar.ics": _DISCUSSION,
    "discussions/<str:reference>/<slug:step>/": _of(
        MANAGER, SENT_BACK, {"page": "minutes"}, reference="discussion", step="action"
    ),
    "discussions/<str:reference>/live/": _DISCUSSION,
    "discussions/<str:reference>/family/": _DISCUSSION,
    "discussions/<str:reference>/family/<str:version>/": _FAMILY,
    "discussions/<str:reference>/family/<str:version>/print/": _FAMILY,
    "forms/": _of(NURSE),
    "forms/begin/<slug:form_id>/": _of(
        NURSE, FOUND, {"name": "name heard", "look": "1"}, form_id="school-nursing-contact"
    ),
    "forms/preview/<slug:form_id>/": _of(NURSE, form_id="school-nursing-contact"),
    "forms/<str:reference>/": _of(NURSE, reference="form"),
    "forms/<str:reference>/print/": _of(NURSE, reference="form"),
    "measures/": Example(),
    "measures/<slug:measure_id>/": _of(MANAGER, measure_id="measure"),
    "measures/<slug:measure_id>/numbers.csv": _of(MANAGER, measure_id="measure"),
    "measures/<slug:measure_id>/numbers.xlsx": _of(MANAGER, measure_id="measure"),
    "disagreements/": Example(),
    "requests/": Example(),
    "requests/ask/<slug:kind_id>/": _of(MANAGER, kind_id="information"),
    "requests/<str:reference>/": _of(MANAGER, reference="request"),
    "requests/<str:reference>/form/": _of(MANAGER, NOT_THERE, {}, reference="request"),
    "requests/<str:reference>/refer/": _of(MANAGER, NOT_THERE, {}, reference="request"),
    "requests/<str:reference>/<slug:name>/": _of(MANAGER, SENT_BACK, {}, reference="request", name="escalate"),
    "services/": Example(sent={"need": "recovery", "age": "9"}),
    "services/what-helps/": Example(),
    "workforce/": Example(),
    "services/<slug:service_id>/": _of(MANAGER, service_id="camhs"),
    "flags/": Example(),
    "flags/<str:reference>/": _of(MANAGER, NOT_THERE, reference="request"),
    "summary/": Example(),
    "hubs/": Example(),
    "hubs/meetings/<slug:kind_id>/": _of(MANAGER, kind_id="exploitation-meeting"),
    "hubs/afternoons/": Example(),
    "hubs/afternoons/<int:afternoon>/book/": _of(MANAGER, ONWARD, {}, afternoon="duty"),
    "hubs/afternoons/<int:afternoon>/came/": _of(MANAGER, NOT_ALLOWED, {}, afternoon="duty"),
    "people/<str:number>/flag/": _person(),
    "discussions/<str:reference>/print/": _DISCUSSION,
    "discussions/<str:reference>/print/actions/": _DISCUSSION,
    "custody/": Example(),
    "custody/looks/": _of(MANAGER, NOT_ALLOWED),
    "custody/protected/<int:protected_id>/end/": _of(MANAGER, NOT_ALLOWED, protected_id="duty"),
    "custody/named/<int:naming_id>/": _of(MANAGER, NOT_ALLOWED, naming_id="duty"),
    "custody/emergency/<int:access_id>/": _of(MANAGER, NOT_THERE, access_id="duty"),
    "custody/unusual/<int:unusual_id>/": _of(MANAGER, NOT_THERE, unusual_id="duty"),
    "keeping/": Example(),
    "keeping/hold/": Example(),
    "keeping/hold/<int:hold_id>/end/": _of(MANAGER, NOT_THERE, hold_id="duty"),
    "keeping/<str:reference>/review/": _of(MANAGER, NOT_THERE, reference="matter"),
    "keeping/<str:reference>/approve/": _of(MANAGER, NOT_THERE, reference="matter"),
    "matters/<str:reference>/files/": _MATTER,
    "our-referrals/<str:receipt>/files/": _of(LEAD, receipt="receipt"),
    "files/<str:reference>/": _of(MANAGER, NOT_THERE, reference="matter"),
    "emergency/": _of(MANAGER, ONWARD),
    "rights/": Example(),
    "rights/contested/<str:reference>/": _of(MANAGER, NOT_THERE, reference="request"),
    "rights/parts/<str:reference>/": _of(MANAGER, NOT_THERE, reference="request"),
    "rights/parts/<str:reference>/copy/": _of(MANAGER, NOT_THERE, reference="request"),
    "rights/parts/<str:reference>/print/": _of(MANAGER, NOT_THERE, reference="request"),
    "rights/parts/<str:reference>/<slug:step>/": _of(MANAGER, NOT_THERE, {}, reference="request", step="sign"),
    "rights/<str:reference>/": _of(MANAGER, NOT_THERE, reference="request"),
    "rights/<str:reference>/<slug:step>/": _of(MANAGER, NOT_THERE, {}, reference="request", step="identity"),
    "people/<str:number>/rights/": _person(),
    "people/<str:number>/grade/<slug:entry>/": _of(MANAGER, NOT_THERE, number="child", entry="camhs"),
    "people/<str:number>/contest/<slug:entry>/": _of(MANAGER, NOT_THERE, number="child", entry="camhs"),
    "sign-in/second/": _of(NOBODY, ONWARD),
    "sign-in/passkey/": _of(NOBODY, ONWARD),
    "sign-in/with/<slug:provider_id>/": _of(NOBODY, NOT_THERE, provider_id="nobody"),
    "sign-in/with/<slug:provider_id>/back/": _of(NOBODY, NOT_THERE, provider_id="nobody"),
    "sign-in/keys/": Example(),
    "sign-in/keys/app/": _of(MANAGER, ONWARD),
    "sign-in/keys/app/remove/": _of(MANAGER, NOT_THERE),
    "sign-in/keys/passkey/": _of(MANAGER, ONWARD),
    "sign-in/keys/passkey/<int:pk>/remove/": _of(MANAGER, ONWARD, pk="duty"),
    "sign-in/keys/codes/": _of(MANAGER, NOT_THERE),
    "sign-in/keys/codes/new/": _of(MANAGER, ONWARD),
    "sign-in/again/": Example(),
    "sign-in/again/code/": _of(MANAGER, ONWARD),
    "sign-in/again/passkey/": _of(MANAGER, ONWARD),
    "people/<str:number>/protect/": _person(),
    "people/<str:number>/restrict/<int:fact_id>/": _of(MANAGER, NOT_THERE, number="child", fact_id="duty"),
    "people/<str:number>/": _person(),
    "people/<str:number>/family/": _person(),
    "people/<str:number>/chronology/": _person(),
    "people/<str:number>/documents/": _person(),
    "people/<str:number>/sharing/": _person(),
    "people/<str:number>/print/": _person(),
    "people/<str:number>/safe-now/": _person(),
    "people/<str:number>/marker/": _person({"set": "1"}),
    "people/<str:number>/purpose/": _of(MANAGER, ONWARD, {"purpose": "review"}, number="child"),
    "people/<str:number>/managed/": _person(),
    "people/<str:number>/propose/": _person({"of": "name", "record": "child record"}),
    "people/<str:number>/answer/": _person({"proposal": "proposal", "accepted": "0"}),
    "people/<str:number>/unlink/": _person({"record": "record"}),
    "people/<str:number>/one-person/": _person(),
    "corrections/": Example(),
    "corrections/<str:reference>/": _of(MANAGER, reference="correction"),
    "find/": Example(sent={"q": "name heard"}),
    "sign-in/": _of(NOBODY),
    "sign-out/": Example(),
    "sign-in/stopped/": _of(NOBODY, NOT_ALLOWED),
    "sign-in/where/": Example(),
    "password/": Example(),
    "password/changed/": Example(),
    "design/": _of(NOBODY),
    "api/v1/referrals": _of(SYSTEM, FOUND, {"document": "again"}),
    "api/v1/openapi.json": _of(SYSTEM),
    "api/v1/forms": _of(SYSTEM),
    "api/v1/forms/<form>": _of(SYSTEM, SENT_BACK, {"form": "empty"}, form="school-nursing-contact"),
    "api/v1/forms/<form>/schema": _of(NOBODY, form="school-nursing-contact"),
    "api/v1/requests": _of(SYSTEM, SENT_BACK, {"form": "empty"}),
    "api/v1/requests/queue": _of(SYSTEM, SENT_BACK),
    "api/v1/requests/kinds": _of(SYSTEM),
    "api/v1/requests/<reference>": Example(SYSTEM, {"reference": "request"}, status=SENT_BACK),
    "api/v1/requests/<reference>/<deed>": _of(
        SYSTEM, SENT_BACK, {"form": "empty"}, reference="request", deed="acknowledge"
    ),
    "api/v1/rights/<reference>": Example(SYSTEM, {"reference": "request"}, status=SENT_BACK),
    "api/v1/attachments/of/<reference>": _of(SYSTEM, SENT_BACK, reference="matter"),
    "api/v1/attachments/to/<reference>": _of(SYSTEM, OTHER_CONTENT, {"form": "empty"}, reference="matter"),
    "api/v1/attachments/<reference>": _of(SYSTEM, SENT_BACK, reference="matter"),
    "api/v1/summary": _of(SYSTEM, SENT_BACK, {"form": "empty"}),
    "api/v1/flags/shown": _of(SYSTEM, SENT_BACK, {"form": "empty"}),
    "api/v1/flags/<reference>": Example(SYSTEM, {"reference": "request"}, status=SENT_BACK),
    "scim/v2/ServiceProviderConfig": _of(SYSTEM, NOT_ALLOWED),
    "scim/v2/ResourceTypes": _of(SYSTEM, NOT_ALLOWED),
    "scim/v2/Schemas": _of(SYSTEM, NOT_ALLOWED),
    "scim/v2/Users": _of(SYSTEM, NOT_ALLOWED),
    "scim/v2/Users/<slug:slug>": _of(SYSTEM, NOT_ALLOWED, slug="duty"),
    "api/v1/": _of(SYSTEM, NOT_THERE),
    "api/v1/schemas/daras-referral-1": _of(NOBODY),
}


def patterns(resolver: Any = None, before: str = "") -> Iterator[str]:
    """Every pattern of the site, whole."""
    for each in (resolver or get_resolver("daras.pages.urls")).url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from patterns(each, route)
        elif isinstance(each, URLPattern):
            yield route


def forgotten() -> list[str]:
    """Patterns that have no example."""
    return sorted(set(patterns()) - EXAMPLES.keys())
