"""The Django application of this layer."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "daras.frontdoor"
    label = "frontdoor"

    def ready(self) -> None:
        """A completed form may be news, and referrals and advice are measured: forms and measures stand below the front
        door and cannot know it."""
        from daras.forms.hooks import subscribe, subscribe_before
        from daras.frontdoor import turns
        from daras.frontdoor.advice_measured import ADVICE
        from daras.frontdoor.doubts import look_at_form
        from daras.frontdoor.from_forms import tell_front_door
        from daras.frontdoor.measured import REFERRALS
        from daras.frontdoor.summary_measured import SUMMARIES
        from daras.frontdoor.watching import watch_form
        from daras.measures import hooks

        subscribe_before(turns.to_write_news)
        subscribe(tell_front_door)
        subscribe(watch_form)
        subscribe(look_at_form)
        hooks.subscribe(REFERRALS)
        hooks.subscribe(ADVICE)
        hooks.subscribe(SUMMARIES)
