"""Predicates about the news as a whole."""

from __future__ import annotations

from datetime import timedelta
from fnmatch import fnmatchcase

from daras.rules.registry import Asked, Evidence, about_news
from daras.working_time.wording import listed, short_date


@about_news("always")
def always(_: Asked) -> Evidence | None:
    """Every piece of news."""
    return Evidence()


@about_news("news-is", must="kinds")
def news_is(asked: Asked) -> Evidence | None:
    """The news is of one of these kinds: referral, vist, notice."""
    return Evidence() if asked.situation.news.kind in asked.wanted["kinds"] else None


@about_news("sent-by-public")
def sent_by_public(asked: Asked) -> Evidence | None:
    """A member of the public sent it: they get a receipt only (A8)."""
    return Evidence() if asked.situation.news.sender_agency == "public" else None


@about_news("open-case", gives="matters")
def open_case(asked: Asked) -> Evidence | None:
    """A matter is open already about somebody whom the news is about (B1)."""
    if not asked.situation.open_case:
        return None
    references = asked.situation.open_matter_references
    words = f"a matter is open: {listed(references)}" if references else "a matter is open"
    return Evidence((words,), {"matters": listed(references)})


@about_news("sent-to-worker")
def sent_to_worker(asked: Asked) -> Evidence | None:
    """The news went to an allocated worker rather than to the front door (B1)."""
    return Evidence(("sent to the allocated worker",)) if asked.situation.news.addressed_to_worker else None


@about_news("concern-category", must="category")
def concern_category(asked: Asked) -> Evidence | None:
    """A concern is of this category; "sexual-*" stands for all that begin so."""
    named = any(fnmatchcase(each.category, asked.wanted["category"]) for each in asked.situation.concerns)
    return Evidence() if named else None


@about_news("account-says", must="cue")
def account_says(asked: Asked) -> Evidence | None:
    """Any account in the news holds one of the cue's phrases."""
    cue = asked.wanted["cue"]
    words = [word for c in asked.situation.concerns for word in asked.reading.words(c.what_happened, cue)]
    return Evidence(tuple(dict.fromkeys(words))) if words else None


@about_news("vist-grade", must="grades")
def vist_grade(asked: Asked) -> Evidence | None:
    """A police ViST of one of these grades."""
    grade = asked.situation.news.grade
    return Evidence((f"graded {grade}",)) if grade in asked.wanted["grades"] else None


@about_news("green-vists", must="count days", gives="count")
def green_vists(asked: Asked) -> Evidence | None:
    """So many green ViSTs, this one included, about one person or home within so many days."""
    earliest = asked.on - timedelta(days=asked.wanted["days"])
    news = asked.situation.news
    this_one = 1 if news.kind == "vist" and news.grade == "green" else 0
    for key in asked.situation.subjects:
        days = {day for day in asked.situation.people[key].vist_green_days if earliest <= day <= asked.on}
        count = len(days - {asked.on} if this_one else days) + this_one
        if count >= asked.wanted["count"]:
            return Evidence((f"{count} green ViSTs since {short_date(earliest)}",), {"count": str(count)})
    return None


@about_news("parents-not-told")
def parents_not_told(asked: Asked) -> Evidence | None:
    """The referrer says that parents have not been told (A4)."""
    return Evidence(("parents not told",)) if asked.situation.news.parents_told is False else None


@about_news("help-agreed")
def help_agreed(asked: Asked) -> Evidence | None:
    """Agreement to help was given; it is no basis for sharing, and help at level 2 rests on it (A4)."""
    return Evidence(("agreement to help",)) if asked.situation.news.agreement_given else None


@about_news("about-a-child")
def about_a_child(asked: Asked) -> Evidence | None:
    """Somebody the concerns are about is a child, or not yet born."""
    groups = {asked.situation.people[key].age_group for key in asked.situation.subjects}
    return Evidence() if groups & {"child", "unborn"} else None


@about_news("strategy-indicated", gives="indicators")
def strategy_indicated(asked: Asked) -> Evidence | None:
    """An indicator is met that asks for a strategy discussion; a manager decides (B1)."""
    if not asked.strategy_because:
        return None
    names = listed([name[:1].lower() + name[1:] for name in asked.strategy_because])
    return Evidence((), {"indicators": names})
