"""Signing in and out: by e-mail address and password, for those whom an administrator has made a worker (A1, G4).

Nobody signs up. A wrong password and an unknown address get the same answer; attempts are limited by address and by
place; each sign-in, refusal and sign-out is in the trail.
"""

from __future__ import annotations

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import password_changed
from allauth.account.views import LoginView, LogoutView, PasswordChangeView
from allauth.core import context
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.exceptions import NON_FIELD_ERRORS
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.decorators import method_decorator

from daras.access import trail
from daras.access.models import Worker
from daras.outbox.to_workers import ask_to_write
from daras.pages.rendering import page, surroundings

#: What the framework calls the changes of which it would write.
LETTERS = {
    "account/email/password_changed": "password-changed",
    "account/email/password_set": "password-changed",
}


class InvitationOnly(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up; the messages are ours; no banner says what the next page shows anyway."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "The e-mail address or the password is not right",
        "too_many_login_attempts": "Too many attempts. Wait five minutes, then try again",
        "account_inactive": "The e-mail address or the password is not right",
        "enter_current_password": "That is not your password now",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:  # noqa: ARG002
        """Attempts at an account are counted for it alone: not, as the framework does, for each host name and port
        that whoever guesses puts into the request."""
        return str(credentials.get("email", "")).strip().lower()

    def add_message(self, *arguments: Any, **named: Any) -> None:
        """Say nothing: a signed-in person sees that they are."""

    def set_password(self, user: Worker, password: str) -> None:
        """Of a worker's row the application may change the password, and nothing else."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def send_notification_mail(self, template_prefix: str, user: Worker, *_arguments: Any, **_named: Any) -> None:
        """A letter of ours, which names nobody, is asked for with the change. Of a second factor the framework tells
        only when the change has been committed: of that its own pages write (`second_factor`)."""
        if not template_prefix.startswith("mfa/"):
            ask_to_write(user, LETTERS.get(template_prefix, "changed"))

    def is_reauthentication_required(self, *, app: str, **named: Any) -> bool:
        """Whoever signed in within the last five minutes, with all the proof they have, is not asked again."""
        if did_sign_in_just_now(context.request):
            return False
        return bool(super().is_reauthentication_required(app=app, **named))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """A passkey first, then a code; the password only for whoever has neither."""
        words = {"mfa_reauthenticate:webauthn": "use your passkey", "mfa_reauthenticate": "enter a code"}
        ways = {way["id"]: way for way in super().get_reauthentication_methods(user)}
        proofs = [{**ways[way], "description": said} for way, said in words.items() if way in ways]
        return proofs or list(ways.values())

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        return reverse("password_changed")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return str(super().get_logout_redirect_url(request))


class SignInForm(LoginForm):  # type: ignore[misc]
    """E-mail address and password, and nothing to remember: a duty desk's computers are shared."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields.pop("remember", None)
        login, password = self.fields["login"], self.fields["password"]
        login.error_messages["required"] = "Enter your e-mail address"
        login.error_messages["invalid"] = "Enter an e-mail address in the correct format, like name@example.org"
        login.validators = [*login.default_validators]
        password.error_messages["required"] = "Enter your password"
        password.help_text = ""

    def clean(self) -> dict[str, Any]:
        """The session ends with the browser."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        return {**cleaned, "remember": False}


def problems(form: Any, first: str) -> list[dict[str, str]]:
    """For the summary at the top of the page, in the order of the fields; what is about none of them leads to the
    first."""
    found: list[dict[str, str]] = []
    for name, errors in form.errors.items():
        field = first if name == NON_FIELD_ERRORS else name
        found.extend({"text": str(error), "href": f"#{field}"} for error in errors)
    return found


class SignIn(LoginView):  # type: ignore[misc]
    template_name = "pages/sign_in.html"
    form_class = SignInForm

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**named)
        context["problems"] = problems(context["form"], "login") if context["form"].is_bound else []
        context["surroundings"] = surroundings(self.request)
        context["providers"] = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
        return context


class SignOut(LogoutView):  # type: ignore[misc]
    template_name = "pages/sign_out.html"

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**named)
        context["surroundings"] = surroundings(self.request)
        return context


class NewPasswordForm(ChangePasswordForm):  # type: ignore[misc]
    """The password now, and the new one twice."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        wanted = {
            "oldpassword": "Enter your password now",
            "password1": "Enter a new password",
            "password2": "Enter the new password again",
        }
        for name, words in wanted.items():
            self.fields[name].error_messages["required"] = words

    def clean(self) -> dict[str, Any]:
        """The second is checked here, in our words."""
        cleaned: dict[str, Any] = self.cleaned_data
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", "The two new passwords are not the same")
        if first and first == cleaned.get("oldpassword"):
            self.add_error("password1", "The new password is the one you have now")
        return cleaned


@method_decorator(login_required, name="dispatch")
class ChangePassword(PasswordChangeView):  # type: ignore[misc]
    """Somebody changes their own password; wherever else they are signed in, that sign-in ends."""

    template_name = "pages/password.html"
    form_class = NewPasswordForm

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**named)
        context["problems"] = problems(context["form"], "oldpassword") if context["form"].is_bound else []
        context["surroundings"] = surroundings(self.request)
        return context

    def render_to_response(self, context: dict[str, Any], **named: Any) -> HttpResponse:
        """What came back with mistakes is no success."""
        answer: HttpResponse = super().render_to_response(context, status=422 if context["problems"] else 200, **named)
        return answer


@login_required
def changed(request: HttpRequest) -> HttpResponse:
    """The password is another one now."""
    return page(request, "pages/password_changed.html", {})


def did_sign_in_just_now(request: HttpRequest) -> bool:
    """Whether the sign-in itself is younger than proof is good for."""
    signed_in = [each["at"] for each in get_authentication_records(request, request.user)]
    return bool(signed_in) and time.time() - max(signed_in) < app_settings.REAUTHENTICATION_TIMEOUT


def mark(address: str) -> str:
    """What the trail knows a typed address by: the same for the same address, and the address to nobody. Somebody
    mistypes, or types a password into the wrong field; the trail holds no payload (G4)."""
    return salted_hmac("daras.pages.sign-in", address.strip().lower(), algorithm="sha256").hexdigest()[:24]


def stopped(request: HttpRequest) -> HttpResponse:
    """The password was right, and the account has been stopped: say whom to ask, and nothing else."""
    return page(request, "pages/stopped.html", {}, status=403)


@receiver(user_logged_in)
def _signed_in(user: Worker, **named: Any) -> None:  # noqa: ARG001
    trail.write(actor=user.slug, agency=user.agency, action="sign-in", subject_kind="worker", subject_id=user.slug)


@receiver(user_logged_out)
def _signed_out(user: Worker | None, **named: Any) -> None:  # noqa: ARG001
    if user is not None:
        trail.write(actor=user.slug, agency=user.agency, action="sign-out", subject_kind="worker", subject_id=user.slug)


@receiver(user_login_failed)
def _refused(credentials: dict[str, Any], **named: Any) -> None:  # noqa: ARG001
    trail.write(
        actor="nobody",
        agency="",
        action="sign-in",
        subject_kind="worker",
        subject_id=f"address:{mark(str(credentials.get('email', '')))}",
        outcome="refused",
        reason="e-mail address or password not right",
    )


@receiver(password_changed)
def _password_changed(user: Worker, **named: Any) -> None:  # noqa: ARG001
    trail.change(user, "worker", user.slug, "changed their password")
