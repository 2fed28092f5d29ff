"""Who works here, whose systems may call, and where agencies are reached: made and ended by an administrator.

Each is checked against the directory of agencies, and each is in the trail. Nothing is removed: a worker is stopped, a
token ended, a receiver switched off, so that whatever they did stays theirs.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, time, timedelta
from typing import Literal

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings

from daras.access import trail
from daras.access.keys import UnreadableSecret, rotate
from daras.access.models import SCOPES, ApiToken, Worker, WorkerHome, ordinary_scopes
from daras.access.narrative import reseal_all
from daras.access.policy import ROLES
from daras.access.session import custody, machine
from daras.access.sign_ins import end_sign_ins
from daras.agencies import AgencyNotCurrent, UnknownAgency, UnknownTeam, load_directory
from daras.api.authentication import issue
from daras.attachments.commands import rotate_contents
from daras.keeping import register
from daras.ledger.refusal import Refused
from daras.matching.features import plain_postcode
from daras.outbox.channels.allowing import is_allowed
from daras.outbox.models import Receiver, WebhookSecret
from daras.outbox.to_workers import ask_to_write
from daras.working_time import clock

#: A token is for a year at the most, and then another is made; two of one name are in force for a month at the most.
TOKEN_DAYS, MOST_OVERLAP_DAYS = 365, 31
#: The scope by which an agency's own workers are kept, which stands alone.
WORKERS = "workers"
NOT_IN_REGISTER = "the register could not be written: stop them again after a restore"


def add_worker(*, name: str, email: str, agency: str, team: str, role: str, by: str) -> tuple[Worker, str]:
    """A worker with a random first password, which is told once. Raises `Refused`."""
    _check_place(agency, team)
    if role not in ROLES:
        raise Refused("unknown-role", "/role", f"There is no role {role!r}.", f"Choose one of: {', '.join(ROLES)}.")
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
        raise Refused("no-address", "/email", f"{email!r} is no e-mail address.", "Write it as name@example.org.")
    with machine():
        if Worker.objects.filter(email__iexact=email).exists():
            raise Refused("worker-twice", "/email", f"{email} belongs to a worker already.", "Stop that one first.")
        password = secrets.token_urlsafe(12)
        worker = Worker(slug=_free_slug(name), email=email, name=name, agency=agency, team=team, role=role)
        worker.set_password(password)
        worker.save(force_insert=True)
        _note(by, agency, "worker", worker.slug, f"added as {role}")
    return worker, password


def stop_worker(email: str, *, by: str) -> Worker:
    """End somebody's sign-in, at once and wherever it is, also after an older backup is restored. What they did stays
    theirs. Raises `Refused`."""
    with machine():
        worker = _worker(email)
        stop_workers([worker], by=by)
    return worker


def stop_workers(workers: Sequence[Worker], *, by: str) -> None:
    """The same of several, in one entry of the register. In the caller's transaction, as the machine."""
    kept = _in_register("stopped", workers, by=by)
    for worker in workers:
        worker.is_active = False
        worker.save(update_fields=["is_active"])
        end_sign_ins(worker)
        _note(by, worker.agency, "worker", worker.slug, "stopped" if kept else f"stopped; {NOT_IN_REGISTER}")


def let_in_again(workers: Sequence[Worker], *, by: str) -> None:
    """Who had been stopped is let in again: an older backup that is restored later stops them no more. The caller saves
    them."""
    _in_register("let-in", workers, by=by)


def _in_register(kind: Literal["stopped", "let-in"], workers: Sequence[Worker], *, by: str) -> bool:
    """Whether it is written down outside the database. Where it cannot be, stopping somebody does not wait for it."""
    if not workers:
        return True
    slugs = " ".join(sorted(each.slug for each in workers))
    try:
        register.write(kind, {"workers": slugs, "agency": workers[0].agency, "by": by})
    except Refused:
        return False
    return True


def new_password(email: str, *, by: str) -> tuple[Worker, str]:
    """A new random password, which is told once. Raises `Refused`."""
    with machine():
        worker = _worker(email)
        password = secrets.token_urlsafe(12)
        worker.set_password(password)
        worker.save(update_fields=["password"])
        _note(by, worker.agency, "worker", worker.slug, "given a new password")
        ask_to_write(worker, "password-given")
    return worker, password


def set_home(email: str, postcode: str, *, by: str) -> Worker:
    """Where a worker lives, so that a look at a neighbour is noticed; an empty postcode forgets it. Raises
    `Refused`."""
    plain = plain_postcode(postcode)
    if postcode.strip() and not plain:
        raise Refused("no-postcode", "/postcode", f"{postcode!r} is no postcode.", "Write it as TR14 8AB.")
    with machine():
        worker = _worker(email)
        if plain:
            WorkerHome.objects.update_or_create(worker=worker, defaults={"postcode": plain})
        else:
            WorkerHome.objects.filter(worker=worker).delete()
        _note(by, worker.agency, "worker", worker.slug, "home noted" if plain else "home forgotten")
    return worker


def release_worker(email: str, *, by: str) -> tuple[Worker, str]:
    """Take away what proves somebody, who has lost it, so that they set up anew, with a new first password, told once;
    their sign-ins end. Whoever does it has seen that it is they who ask. Raises `Refused`."""
    with machine():
        worker, password = new_password(email, by=by)
        Authenticator.objects.filter(user=worker).delete()
        _note(by, worker.agency, "worker", worker.slug, "released from a second factor that was lost")
        ask_to_write(worker, "released")
    return worker, password


def tie_worker(email: str, *, provider: str, subject: str, by: str) -> Worker:
    """Say as whom a worker's agency's identity provider knows them. Raises `Refused`: for a provider that there is not,
    or that does not speak for the worker's agency, and for a subject that is somebody's already."""
    found = {app["provider_id"]: app for app in settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]}
    if provider not in found:
        raise Refused("no-such-provider", "/provider", f"There is no provider {provider!r}.", "See DARAS_OPENID.")
    with machine():
        worker = _worker(email)
        if worker.agency not in found[provider]["settings"]["agencies"]:
            raise Refused(
                "other-agency",
                "/provider",
                f"{provider} does not speak for {worker.agency}.",
                "Choose its own provider.",
            )
        if SocialAccount.objects.filter(provider=provider, uid=subject).exists():
            raise Refused(
                "subject-taken", "/subject", "That subject is somebody's already.", "Check it, or untie that."
            )
        SocialAccount.objects.filter(provider=provider, user=worker).delete()
        SocialAccount.objects.create(provider=provider, uid=subject, user=worker)
        _note(by, worker.agency, "worker", worker.slug, f"tied to {provider}")
        ask_to_write(worker, "tied")
    return worker


def rotate_secrets(*, by: str) -> int:
    """Bring every secret the database keeps under the newest key; how many there are. Raises `Refused`."""
    with custody():
        held = list(Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN))
        webhooks = list(WebhookSecret.objects.all())
        try:
            for each in held:
                kept = {name: rotate(each.data[name]) for name in ("secret", "seed") if name in each.data}
                each.data = {**each.data, **kept}
                each.save(update_fields=["data"])
            files = rotate_contents() + reseal_all()
            for webhook in webhooks:
                webhook.encrypted = rotate(webhook.encrypted)
                webhook.save(update_fields=["encrypted"])
        except UnreadableSecret as error:
            raise Refused("unreadable-secret", "", str(error), "Nothing was changed.") from None
        _note(by, "", "secrets", "all", f"{len(held) + len(webhooks) + files} brought under the newest key")
    return len(held) + len(webhooks) + files


def issue_token(
    *, agency: str, name: str, by: str, scopes: Sequence[str] = (), days: int = TOKEN_DAYS
) -> tuple[str, datetime]:
    """A token with which an agency's own system calls, for these scopes, and when it ends. Only its digest is kept.

    Raises `Refused`: for a scope that there is not, for workers beside another, for more than a year.
    """
    _check_place(agency, "")
    wanted = list(dict.fromkeys(scopes)) or ordinary_scopes()
    if not set(wanted) <= set(SCOPES):
        raise Refused("unknown-scope", "/scope", "There is no such scope.", f"Choose of: {', '.join(SCOPES)}.")
    if WORKERS in wanted and len(wanted) > 1:
        raise Refused("scope-alone", "/scope", "A token for workers is for nothing else.", "Issue two.")
    if not 0 < days <= TOKEN_DAYS:
        raise Refused("too-long", "/days", "A token is in force for a year at the most.", f"Write 1 to {TOKEN_DAYS}.")
    ends_at = clock.now() + timedelta(days=days)
    with machine():
        if _tokens_in_force(clock.now(), agency, name):
            raise Refused(
                "token-twice", "/name", f"{agency} has a token {name!r} in force.", "End or rotate it, or name another."
            )
        token = issue(agency, name, scopes=wanted, ends_at=ends_at)
        _note(by, agency, "token", name, f"issued for {', '.join(wanted)}")
    return token, ends_at


def rotate_token(*, agency: str, name: str, by: str, overlap_days: int = 7) -> tuple[str, datetime]:
    """A new token of the same name and scopes; the one before ends in so many days, so that a system is never without.
    Raises `Refused`."""
    if not 0 <= overlap_days <= MOST_OVERLAP_DAYS:
        raise Refused("too-long", "/overlap", "Two are in force for a month at the most.", "Write fewer days.")
    with machine():
        now = clock.now()
        found = _tokens_in_force(now, agency, name)
        if not found:
            raise Refused("no-such-token", "/name", f"{agency} has no token {name!r} in force.", "See the list.")
        until = now + timedelta(days=overlap_days)
        for each in found:
            _token_ends(each, min(each.ends_at or until, until), by=by)
        ends_at = now + timedelta(days=TOKEN_DAYS)
        token = issue(agency, name, team=found[-1].team, scopes=found[-1].scopes, ends_at=ends_at)
        _note(by, agency, "token", name, f"rotated; the one before ends in {overlap_days} days")
    return token, ends_at


def end_token(*, agency: str, name: str, by: str) -> None:
    """End a token from now on. Raises `Refused`."""
    with machine():
        now = clock.now()
        found = _tokens_in_force(now, agency, name)
        if not found:
            raise Refused("no-such-token", "/name", f"{agency} has no token {name!r} in force.", "See the list.")
        for token in found:
            _token_ends(token, now, by=by)
        _note(by, agency, "token", name, "ended")


def _token_ends(token: ApiToken, ends_at: datetime, *, by: str) -> None:
    """Also after an older backup is restored; where the register cannot be written, ending it does not wait for it."""
    token.ends_at = ends_at
    token.save(update_fields=["ends_at"])
    said = {"digest": token.digest, "ends_at": ends_at.isoformat(), "agency": token.agency, "by": by}
    with suppress(Refused):
        register.write("token-ended", said)


def add_receiver(
    *, agency: str, team: str, channel: str, address: str, by: str, digest_at: time = time(8)
) -> tuple[Receiver, str]:
    """Tell a team, or a whole agency, by e-mail or webhook from now on, beside its page; the secret of a webhook.

    A team with a receiver of its own is no longer told on the agency's page, so it gets a page too. By e-mail only what
    cannot wait comes at once, all else in a letter a day at `digest_at`. Raises `Refused`.
    """
    _check_place(agency, team)
    form = {"email": r"[^@\s]+@[^@\s]+", "webhook": r"https://[^/@\s]+(/\S*)?"}
    if channel not in form or not re.fullmatch(form[channel], address):
        raise Refused(
            "no-address", "/address", f"{address!r} cannot be told by {channel}.", "Write an e-mail or https address."
        )
    if channel == "webhook" and not is_allowed(address):
        raise Refused(
            "address-not-allowed",
            "/address",
            f"{address!r} is not among the hosts that DARAS_WEBHOOK_HOSTS allows.",
            "Ask whoever sets the environment.",
        )
    secret = secrets.token_urlsafe(32) if channel == "webhook" else ""
    with machine():
        known = Receiver.objects.filter(agency=agency, team=team, channel=channel, address=address).first()
        receiver = known or Receiver(agency=agency, team=team, channel=channel, address=address)
        receiver.is_active, receiver.digest_at = True, digest_at
        receiver.save()
        if secret:
            WebhookSecret.of(receiver, secret).save()
        Receiver.objects.get_or_create(agency=agency, team=team, channel=Receiver.Channel.PAGE, address="")
        _note(by, agency, "receiver", str(receiver.pk), f"{channel} switched on")
    return receiver, secret


def stop_receiver(number: int, *, by: str) -> Receiver:
    """Switch a receiver off; what waits for it goes to the agency's page. Raises `Refused`."""
    with machine():
        receiver = Receiver.objects.filter(pk=number).first()
        if receiver is None:
            raise Refused("no-such-receiver", "/number", f"There is no receiver {number}.", "See the list.")
        if receiver.channel == Receiver.Channel.PAGE and not receiver.team:
            raise Refused("last-page", "/number", "That is the agency's page.", "An agency is always told there.")
        receiver.is_active = False
        receiver.save(update_fields=["is_active"])
        _note(by, receiver.agency, "receiver", str(receiver.pk), "switched off")
    return receiver


def _check_place(agency: str, team: str) -> None:
    try:
        found = load_directory().agency(agency, on=clock.today())
        if team:
            found.team(team)
    except (UnknownAgency, AgencyNotCurrent) as error:
        raise Refused("unknown-agency", "/agency", str(error), "Write an id of the directory.") from None
    except UnknownTeam as error:
        raise Refused("unknown-team", "/team", str(error), "Write one of them.") from None


def _free_slug(name: str) -> str:
    """A short name that nobody has had: it stays in the ledger and the trail for ever."""
    stem = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:60] or "worker"
    taken = set(Worker.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    candidates = (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3)))
    return next(each for each in candidates if each not in taken)


def _worker(email: str) -> Worker:
    worker = Worker.objects.filter(email__iexact=email).first()
    if worker is None:
        raise Refused("no-such-worker", "/email", f"Nobody has the address {email}.", "See the list.")
    return worker


def _tokens_in_force(now: datetime, agency: str, name: str) -> list[ApiToken]:
    tokens = ApiToken.objects.filter(agency=agency, name=name)
    return [token for token in tokens if token.ends_at is None or token.ends_at > now]


def _note(by: str, agency: str, kind: str, subject: str, what: str) -> None:
    trail.write(actor=by, agency=agency, action="change", subject_kind=kind, subject_id=subject, reason=what)
