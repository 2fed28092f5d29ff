"""The second thing that proves who somebody is: a passkey first, else a code from an app; codes on paper for the day
both are lost (G4).

The sign-in framework keeps and checks them; here are its pages in our words, and the rule that nobody reads the record
without one where the installation says so (`$DARAS_SECOND_FACTOR`, which `serve` wants to be `required`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.account.views import ReauthenticateView
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa import signals
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.base.views import ReauthenticateView as ReauthenticateByCodeView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.internal.auth import validate_totp_code
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    LoginWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy

from daras.access import keys, trail
from daras.access.models import Worker
from daras.outbox.to_workers import ask_to_write
from daras.pages.rendering import surroundings, worker_of
from daras.pages.sign_in import problems
from daras.working_time.clock import local
from daras.working_time.wording import long_date

GetResponse = Callable[[HttpRequest], HttpResponse]
View = Callable[..., HttpResponse]
#: Under it the session keeps who has shown a second factor, or has just set one up: that worker and no other, for a
#: browser may begin to sign in as one and end as another.
SHOWN = "daras_second_factor"
#: What somebody may do before they have set one up: set it up, change the password, sign out.
OPEN_WITHOUT = frozenset(
    {
        "mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
        "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "account_reauthenticate", "account_logout",
        "account_change_password", "password_changed",
    }
)  # fmt: skip
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class OurWords(DefaultMFAAdapter):  # type: ignore[misc]
    """Names the service, keeps secrets under keys outside the database, and never leaves somebody without any factor
    where one is required."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "That code is not right. Codes change every 30 seconds: enter the one shown now",
        "cannot_delete_authenticator": "This is the last proof you have set up. Set up another one first",
    }

    def get_totp_issuer(self) -> str:
        return "Daras"

    def _get_site_name(self) -> str:
        return "Daras"

    def encrypt(self, text: str) -> str:
        return keys.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return keys.decrypt(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not required() or _others(authenticator)

    def generate_authenticator_name(self, user: Worker, type: str) -> str:  # noqa: A002
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return "Passkey" if count == 0 else f"Passkey {count + 1}"


def required() -> bool:
    """Whether nobody reads the record without a second factor."""
    return str(settings.SECOND_FACTOR) == "required"


def shown(request: HttpRequest) -> bool:
    """Whether this sign-in has shown a second factor."""
    return request.user.pk is not None and bool(request.session.get(SHOWN) == request.user.pk)


def shown_just_now(request: HttpRequest) -> bool:
    """Whether whoever sits there has proved again, within the last five minutes, that it is still them."""
    return bool(did_recently_reauthenticate(request))


def wants_a_touch(view: View) -> View:
    """A view for which whoever sits there shows anew that it is still who signed in. What was sent meanwhile is kept,
    and taken up when they have."""

    @wraps(view)
    def touched(request: HttpRequest, *positional: Any, **named: Any) -> HttpResponse:
        if not shown_just_now(request):
            raise ReauthenticationRequired
        return view(request, *positional, **named)

    return touched


class SecondFactorRequired:
    """Whoever has signed in without a second factor is led to set one up, and to nothing else."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """Django calls this when the address is that of a view."""
        if not required() or not isinstance(request.user, Worker) or shown(request):
            return None
        named = request.resolver_match.view_name if request.resolver_match else ""
        return None if named in OPEN_WITHOUT else redirect("mfa_index")


class _Ours:
    """What every page of ours needs: what surrounds it, and its mistakes listed on top."""

    request: HttpRequest
    first_field = "code"

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**named)  # type: ignore[misc]
        form = context.get("form")
        found = problems(form, self.first_field) if form is not None and form.is_bound else []
        passkey = context.get("webauthn_form")
        if passkey is not None and passkey.is_bound and not passkey.is_valid():
            found = [{"text": "That passkey was not accepted. Try again, or enter a code", "href": "#use-passkey"}]
        return {**context, "problems": found, "surroundings": surroundings(self.request), "required": required()}

    def render_to_response(self, context: dict[str, Any], **named: Any) -> HttpResponse:
        """What came back with mistakes is no success."""
        status = 422 if context["problems"] and self.request.method == "POST" else 200
        answer: HttpResponse = super().render_to_response(context, status=status, **named)  # type: ignore[misc]
        return answer


class Ask(_Ours, AuthenticateView):  # type: ignore[misc]
    """After the password: the passkey, or a code."""

    template_name = "pages/second_factor/ask.html"


class Passkey(LoginWebAuthnView):  # type: ignore[misc]
    """Signing in by passkey alone: something one has, opened by something one is or knows."""


class Keys(_Ours, IndexView):  # type: ignore[misc]
    """What somebody has set up to prove who they are."""

    template_name = "pages/second_factor/keys.html"

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        context = super().get_context_data(**named)
        held = Authenticator.objects.filter(user=self.request.user).order_by("created_at")
        passkeys = [each for each in held if each.type == Authenticator.Type.WEBAUTHN]
        return {
            **context,
            "passkeys": [{"id": each.pk, "name": each.wrap().name, "since": _since(each)} for each in passkeys],
            "app_since": next((_since(each) for each in held if each.type == Authenticator.Type.TOTP), None),
            "has_codes": any(each.type == Authenticator.Type.RECOVERY_CODES for each in held),
            "unprotected": not any(each.type in SECOND_FACTORS for each in held),
        }


class AddApp(_Ours, ActivateTOTPView):  # type: ignore[misc]
    """An app on a telephone that shows a new code every 30 seconds."""

    template_name = "pages/second_factor/app.html"

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        context = super().get_context_data(**named)
        drawn = str(context["totp_svg"])
        return {**context, "picture": drawn[drawn.index("<svg") :]}

    def form_valid(self, form: Any) -> HttpResponse:
        return _set_up(self.request, super().form_valid(form), "totp")


class RemoveApp(_Ours, DeactivateTOTPView):  # type: ignore[misc]
    template_name = "pages/second_factor/remove.html"

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        return {**super().get_context_data(**named), "what": "the app that shows codes"}

    def form_valid(self, form: Any) -> HttpResponse:
        ask_to_write(worker_of(self.request), "app-removed")
        answer: HttpResponse = super().form_valid(form)
        return answer


class AddPasskey(_Ours, AddWebAuthnView):  # type: ignore[misc]
    """A passkey: this device, a telephone, or a security key."""

    template_name = "pages/second_factor/passkey.html"
    first_field = "name"

    def form_valid(self, form: Any) -> HttpResponse:
        return _set_up(self.request, super().form_valid(form), "webauthn")


class RemovePasskey(_Ours, RemoveWebAuthnView):  # type: ignore[misc]
    template_name = "pages/second_factor/remove.html"
    success_url = reverse_lazy("mfa_index")

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        return {**super().get_context_data(**named), "what": f"the passkey “{self.object.wrap().name}”"}

    def form_valid(self, form: Any) -> HttpResponse:
        """The last one stays, where one is required."""
        if not OurWords().can_delete_authenticator(self.object):
            form.add_error(None, OurWords.error_messages["cannot_delete_authenticator"])
            return self.render_to_response(self.get_context_data(form=form))
        ask_to_write(worker_of(self.request), "passkey-removed")
        answer: HttpResponse = super().form_valid(form)
        return answer


class Codes(_Ours, ViewRecoveryCodesView):  # type: ignore[misc]
    template_name = "pages/second_factor/codes.html"


class NewCodes(_Ours, GenerateRecoveryCodesView):  # type: ignore[misc]
    template_name = "pages/second_factor/codes_new.html"

    def form_valid(self, form: Any) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        _note(worker_of(self.request), "made new codes on paper")
        ask_to_write(worker_of(self.request), "codes-made")
        return answer


class AgainByPassword(_Ours, ReauthenticateView):  # type: ignore[misc]
    """Before something that must not happen at a screen left open: the password again."""

    template_name = "pages/second_factor/again.html"
    first_field = "password"

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        return {**super().get_context_data(**named), "by": "password"}


class AgainByCode(_Ours, ReauthenticateByCodeView):  # type: ignore[misc]
    template_name = "pages/second_factor/again.html"

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        return {**super().get_context_data(**named), "by": "code"}


class AgainByPasskey(_Ours, ReauthenticateWebAuthnView):  # type: ignore[misc]
    template_name = "pages/second_factor/again.html"
    first_field = "use-passkey"

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        return {**super().get_context_data(**named), "by": "passkey"}


def _since(authenticator: Authenticator) -> str:
    return f"Set up on {long_date(local(authenticator.created_at))}"


def _others(authenticator: Authenticator) -> bool:
    held = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=SECOND_FACTORS)
    return bool(held.exclude(pk=authenticator.pk).exists())


def _set_up(request: HttpRequest, answer: HttpResponse, what: str) -> HttpResponse:
    """This sign-in has a second factor now; in the trail, and a letter asked for, within the same transaction, which
    the framework's own signal, sent after it, would not be."""
    request.session[SHOWN] = worker_of(request).pk
    _note(worker_of(request), f"set up {_WORDS[what]}")
    ask_to_write(worker_of(request), _ADDED[what])
    return answer


def _note(worker: Worker, reason: str, *, action: trail.Action = "change", outcome: trail.Outcome = "done") -> None:
    trail.write(
        actor=worker.slug,
        agency=worker.agency,
        action=action,
        subject_kind="worker",
        subject_id=worker.slug,
        outcome=outcome,
        reason=reason,
    )


_ADDED = {"totp": "app-added", "webauthn": "passkey-added"}
_WORDS = {"totp": "an app that shows codes", "webauthn": "a passkey", "recovery_codes": "codes on paper"}


@receiver(signals.authenticator_removed)
def _removed(request: HttpRequest, user: Worker, authenticator: Authenticator, **_named: Any) -> None:
    if not Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).exists():
        request.session.pop(SHOWN, None)
    _note(user, f"removed {_WORDS[authenticator.type]}")


@receiver(signals.authenticator_used)
def _used(request: HttpRequest, user: Worker, authenticator: Authenticator, **_named: Any) -> None:
    request.session[SHOWN] = user.pk
    _note(user, f"showed {_WORDS[authenticator.type]}", action="sign-in")


@receiver(signals.authentication_failed)
def _failed(request: HttpRequest, user: Worker, **_named: Any) -> None:
    """A code that is right and was refused had been used before: whose it is learns that somebody has seen it."""
    again = _was_right(user, request.POST.get("code", ""))
    _note(user, "a code used before" if again else "a code that was not right", action="sign-in", outcome="refused")
    if again:
        ask_to_write(user, "code-used-twice")


def _was_right(user: Worker, code: str) -> bool:
    app = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    return app is not None and validate_totp_code(keys.decrypt(app.data["secret"]), code)
