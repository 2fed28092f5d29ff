"""Signing in through an agency's own identity provider: who it vouches for is somebody an administrator has tied to
that issuer's subject, at an agency the provider speaks for; anybody else is sent away in the same words (G4)."""

from __future__ import annotations

from typing import Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest

from daras.access import trail
from daras.access.models import Worker
from daras.pages.rendering import page
from daras.pages.second_factor import SHOWN


class OwnAccounts(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Nobody signs up, nobody is found by e-mail address, and no claim says where somebody works."""

    def is_open_for_signup(self, *_arguments: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Let in whom an administrator tied to this issuer and subject, at an agency the provider speaks for."""
        account, app = sociallogin.account, sociallogin.provider.app
        account.extra_data = {}  # what the provider says of somebody is not kept
        if sociallogin.is_existing:
            account.save(update_fields=["extra_data"])
        worker = sociallogin.user if sociallogin.is_existing else None
        if not isinstance(worker, Worker) or sociallogin.state.get("process") != "login":
            _send_away(request, account.provider, "not known by that")
        if not worker.is_active or worker.agency not in app.settings["agencies"]:
            _send_away(request, account.provider, "of another agency, or stopped")
        if app.settings["second_factor"]:
            request.session[SHOWN] = worker.pk

    def on_authentication_error(self, request: HttpRequest, provider: Any, *_arguments: Any, **_named: Any) -> None:
        """The provider said no, or could not be asked."""
        _send_away(request, getattr(provider.app, "provider_id", "?"), "the provider did not vouch")


def _send_away(request: HttpRequest, provider: str, reason: str) -> NoReturn:
    trail.write(
        actor="nobody",
        agency="",
        action="sign-in",
        subject_kind="worker",
        subject_id=f"provider:{provider}",
        outcome="refused",
        reason=reason,
    )
    raise ImmediateHttpResponse(page(request, "pages/sent_away.html", {}, status=403))
