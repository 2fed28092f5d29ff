"""What was already said on a matter, for whoever moves a child to another stream: read again, not typed again (A9).

Nothing of it is shared by this: it stands in a field that its writer reads, shortens and sends.
"""

from __future__ import annotations

from collections.abc import Iterator

from daras.frontdoor.queries import MatterStory, matter_story
from daras.matters.models import MatterDecided


def words(reference: str) -> str:
    """The worries, the child's own words, what is hoped for, and what was decided and why; "" where nobody may see it.

    Where the sender asked to stay unnamed the sender's words are left out: they may say who it was (A8).
    """
    story = matter_story(reference)
    if story is None:
        return ""
    decided = MatterDecided.objects.filter(fact__matter_id=story.matter.pk).order_by("-pk").first()
    said = [] if story.words_withheld else list(_said(story))
    return "\n\n".join([*said, *([f"Decided: {decided.reason}"] if decided and decided.reason else [])])


def _said(story: MatterStory) -> Iterator[str]:
    for concern in story.concerns:
        yield concern.what_happened
    for voice in story.voices:
        if voice.text:
            yield f"{story.name(voice.fact.person_record_id)} says: {voice.text}"
    for news in story.news:
        if news.hoped_for:
            yield f"Hoped for: {news.hoped_for}"
        if news.parents_views:
            yield f"What parents say: {news.parents_views}"
