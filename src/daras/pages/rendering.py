"""Rendering a page: the template's own context, and what surrounds every page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from daras.access import policy
from daras.access.models import Worker
from daras.design.parts import NavigationItem
from daras.pages import installation
from daras.working_time import clock


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Header, navigation, search and footer of a page, for whoever is looking."""

    partnership: str
    synthetic: bool
    now: str
    worker_name: str | None = None
    worker_place: str | None = None
    sign_out_address: str | None = None
    account_address: str | None = None
    navigation: tuple[NavigationItem, ...] = ()
    navigation_more: tuple[NavigationItem, ...] = ()
    search_address: str | None = None
    search_label: str = "Find by name, date of birth, NHS number, postcode or reference"
    search_hint: str = "Name, birth date, number"
    searched_for: str = ""


def worker_of(request: HttpRequest) -> Worker:
    """The worker who is signed in. Views that call this are behind `login_required`."""
    assert isinstance(request.user, Worker)
    return request.user


def surroundings(request: HttpRequest) -> Surroundings:
    """What surrounds the page that this request asked for."""
    now = clock.now()
    made = clock.local(now).strftime("%H:%M")
    outside = Surroundings(partnership=installation.partnership(), synthetic=installation.is_synthetic(), now=made)
    user = getattr(request, "user", None)
    if not isinstance(user, Worker):
        return outside
    navigation, more = _navigation(request)
    return Surroundings(
        partnership=outside.partnership,
        synthetic=outside.synthetic,
        now=made,
        worker_name=user.name,
        worker_place=installation.place_of(user),
        sign_out_address=reverse("account_logout"),
        account_address=reverse("mfa_index"),
        navigation=navigation,
        navigation_more=more,
        search_address=reverse("search"),
        searched_for=request.POST.get("q", "") if request.path == reverse("search") else "",
    )


#: What stands in the line, in this order; what opens below "More" leaves the search box its place beside it.
_OTHERS = (
    ("My work", "my_work"), ("Notices", "notices"), ("Our referrals", "our_referrals"), ("Make a referral", "refer"),
)  # fmt: skip
_FRONT_DOOR = (
    ("My work", "my_work"), ("Front door", "desk"), ("Notices", "notices"), ("Make a referral", "refer"),
    ("Protect a child", "protect_first"), ("Change of shift", "handover"),
)  # fmt: skip
_MORE_OF_OTHERS = (
    ("Requests", "requests"),
    ("Forms", "forms"),
    ("Summary by NHS number", "summary"),
    ("Measures", "measures"),
    ("Refused on arrival", "refused"),
    ("What people ask", "rights"),
)
_MORE_OF_FRONT_DOOR = (("Our referrals", "our_referrals"), *_MORE_OF_OTHERS, ("Corrections", "corrections"))


def _navigation(request: HttpRequest) -> tuple[tuple[NavigationItem, ...], tuple[NavigationItem, ...]]:
    """By what people do most, and the rest."""
    worker = worker_of(request)
    keeps = (("What you keep", "custody"),) if policy.may(worker, "keep-protected") else ()
    if policy.in_front_door(worker):
        reviews = (("What is kept", "keeping"),) if policy.may(worker, "keep-or-dispose") else ()
        return _items(request, (*_FRONT_DOOR, *keeps)), _items(request, (*_MORE_OF_FRONT_DOOR, *reviews))
    protects = (("Protect a child", "protect_first"),) if policy.may(worker, "protect") else ()
    return _items(request, (*_OTHERS, *protects, *keeps)), _items(request, _MORE_OF_OTHERS)


def _items(request: HttpRequest, places: tuple[tuple[str, str], ...]) -> tuple[NavigationItem, ...]:
    addresses = [(text, reverse(name)) for text, name in places]
    return tuple(
        NavigationItem(
            text,
            address,
            current=request.path == address,
            within=address != reverse("my_work") and request.path != address and request.path.startswith(address),
        )
        for text, address in addresses
    )


def page(request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """The page, rendered whole before anything is sent: a trail entry that fails fails the page."""
    return render(
        request,
        template,
        {**context, "surroundings": surroundings(request), "public_address": settings.PUBLIC_ADDRESS},
        status=status,
    )
