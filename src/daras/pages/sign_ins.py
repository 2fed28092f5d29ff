"""Where somebody is signed in, and ending one of those sign-ins, or all but this one (G4). The sign-in framework keeps
them; the words are ours."""

from __future__ import annotations

from typing import Any

from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from daras.access import trail
from daras.pages.rendering import surroundings, worker_of
from daras.working_time.clock import local
from daras.working_time.wording import long_datetime

#: What a browser calls itself holds the first of these that fits.
BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
DEVICES = (("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "Android"), ("Windows", "Windows"),
           ("Mac OS", "a Mac"), ("Linux", "Linux"))  # fmt: skip


class SignIns(ListUserSessionsView):  # type: ignore[misc]
    """One's own sign-ins. What is sent without a number ends all others."""

    template_name = "pages/second_factor/sign_ins.html"

    def get_context_data(self, **named: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**named)
        shown = [
            {
                "pk": each.pk,
                "words": called(each.user_agent),
                "said": f"Since {long_datetime(local(each.created_at))}, from {each.ip}",
                "is_this": each.is_current(),
            }
            for each in context["sessions"]
        ]
        others = any(not each["is_this"] for each in shown)
        return {**context, "shown": shown, "others": others, "surroundings": surroundings(self.request)}

    def post(self, request: HttpRequest, *positional: Any, **named: Any) -> HttpResponse:
        """End one of one's own, by its number; a number of somebody else's ends nothing."""
        worker = worker_of(request)
        number = request.POST.get("one", "")
        if not number:
            trail.change(worker, "worker", worker.slug, "ended their other sign-ins")
            answer: HttpResponse = super().post(request, *positional, **named)
            return answer
        own = UserSession.objects.filter(user_id=worker.pk, pk=number if number.isdecimal() else None)
        ended = [each for each in own if not each.is_current()]
        if ended:
            get_adapter().end_sessions(ended)
            trail.change(worker, "worker", worker.slug, "ended one of their sign-ins")
        return redirect(self.success_url)


def called(user_agent: str) -> str:
    """A browser in words, as far as it says what it is."""
    browser = next((name for sign, name in BROWSERS if sign in user_agent), "A browser")
    device = next((name for sign, name in DEVICES if sign in user_agent), "")
    return f"{browser} on {device}" if device else browser
