"""Predicates about one person: what they are, what was said of them, what is known of them."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from daras.rules.cues import words_found
from daras.rules.registry import Asked, Evidence, about_person, within_days
from daras.rules.situation import Concern, Person, PosesRisk
from daras.working_time.wording import listed, short_date

_DISABILITIES = {
    "MOB": "mobility", "HAND": "hand function", "PC": "personal care", "INC": "incontinence", "COMM": "communication",
    "LD": "learning", "HEAR": "hearing", "VIS": "vision", "BEH": "behaviour", "CON": "consciousness", "AUT": "autism",
    "DDA": "another disability",
}  # fmt: skip


@about_person("is", must="age_group")
def is_of_age_group(asked: Asked, person: Person) -> Evidence | None:
    """The person is a child, an adult, not yet born, or of unknown age (several may be named)."""
    wanted = asked.wanted["age_group"]
    return Evidence() if person.age_group in ([wanted] if isinstance(wanted, str) else wanted) else None


@about_person("age", may="at_least at_most")
def is_aged(asked: Asked, person: Person) -> Evidence | None:
    """The person's age in years lies between two, both included; never met where the age is unknown."""
    if person.age_years is None or person.age_group == "unborn":
        return None
    inside = asked.wanted.get("at_least", 0) <= person.age_years <= asked.wanted.get("at_most", 150)
    return Evidence((f"aged {person.age_years}",)) if inside else None


@about_person("has-disability", may="codes", gives="disabilities")
def has_disability(asked: Asked, person: Person) -> Evidence | None:
    """The person has one of these disabilities (codes of the children in need census), or any when none is named."""
    codes = person.disabilities & set(asked.wanted.get("codes", person.disabilities))
    words = tuple(name for code, name in _DISABILITIES.items() if code in codes)
    return Evidence(words, {"disabilities": listed(words)}) if words else None


def _concerns(asked: Asked, person: Person, role: str) -> Iterator[Concern]:
    """The concerns that are about the person, or in which they are suspected, of the category wanted."""
    category = asked.wanted.get("category", "*")
    for concern in asked.situation.concerns:
        if person.key in getattr(concern, role) and fnmatchcase(concern.category, category):
            yield concern


@about_person("subject", may="category")
def is_subject(asked: Asked, person: Person) -> Evidence | None:
    """A concern (of this category) is about the person."""
    return Evidence() if any(_concerns(asked, person, "about")) else None


@about_person("concern-about", must="category")
def concern_about(asked: Asked, person: Person) -> Evidence | None:
    """A concern of this category is about the person, and the category is what is to be shown."""
    found = [concern.category.replace("-", " ") for concern in _concerns(asked, person, "about")]
    return Evidence(tuple(dict.fromkeys(found))) if found else None


@about_person("suspected", may="category")
def is_suspected(asked: Asked, person: Person) -> Evidence | None:
    """The person is suspected in a concern (of this category)."""
    return Evidence() if any(_concerns(asked, person, "suspected")) else None


@about_person("subject-account-says", must="cue", may="category")
def subject_account_says(asked: Asked, person: Person) -> Evidence | None:
    """An account about the person (of this category) holds one of the cue's phrases; `{given}` is their own name."""
    return _said(asked, person, _concerns(asked, person, "about"))


@about_person("suspected-account-says", must="cue", may="category")
def suspected_account_says(asked: Asked, person: Person) -> Evidence | None:
    """An account in which the person is suspected holds one of the cue's phrases."""
    return _said(asked, person, _concerns(asked, person, "suspected"))


def _said(asked: Asked, person: Person, concerns: Iterator[Concern]) -> Evidence | None:
    cue, given = asked.wanted["cue"], _given_name(person)
    words = [word for concern in concerns for word in asked.reading.words(concern.what_happened, cue, given)]
    return Evidence(tuple(dict.fromkeys(words))) if words else None


@about_person("somebody-suspected", may="category", gives="suspect")
def somebody_suspected(asked: Asked, person: Person) -> Evidence | None:
    """In a concern about the person somebody is named as suspected."""
    keys = dict.fromkeys(key for concern in _concerns(asked, person, "about") for key in concern.suspected)
    return Evidence((), {"suspect": listed([shown(asked, key) for key in keys])}) if keys else None


@about_person("happened-within", must="days", may="category")
def happened_within(asked: Asked, person: Person) -> Evidence | None:
    """What a concern about the person tells of may have happened within so many days; unknown dates do not count."""
    recent = [c for c in _concerns(asked, person, "about") if within_days(asked, c.occurred_to, asked.wanted["days"])]
    days = tuple(f"on or about {short_date(c.occurred_to)}" for c in recent if c.occurred_to)
    return Evidence(tuple(dict.fromkeys(days))) if recent else None


@about_person("named-in-account")
def named_in_account(asked: Asked, person: Person) -> Evidence | None:
    """The account mentions the person by name although no concern is about them and they are not suspected (B2)."""
    situation = asked.situation
    given = _given_name(person)
    known = person.key in situation.subjects or person.key in situation.suspects or person.suspected_before
    if known or len(given) < 2:
        return None
    phrases = (f"{given} was there", given)
    words = [word for concern in situation.concerns for word in words_found(concern.what_happened, phrases)]
    named = [word for word in words if given in word]  # a name is written as a name: "Will", not "will"
    return Evidence(tuple(dict.fromkeys(named))) if named else None


def _given_name(person: Person) -> str:
    return next(iter(person.name.split()), "")


def risks(asked: Asked, person: Person) -> Iterator[PosesRisk]:
    """What makes the person one who poses a risk, of the basis and status wanted (E1)."""
    for risk in person.poses_risk:
        basis = risk.basis in asked.wanted.get("basis", (risk.basis,))
        if basis and risk.status in asked.wanted.get("status", (risk.status,)):
            yield risk


def risk_in_words(risk: PosesRisk) -> str:
    """What a person is, or is said to be: never an allegation as if it were a finding (E1)."""
    status = risk.status.replace("-", " ")
    return "said to pose a risk, not established" if risk.basis == "alleged" else f"{status}, {risk.basis}"


@about_person("poses-risk", may="basis status", gives="risk")
def poses_risk(asked: Asked, person: Person) -> Evidence | None:
    """The person poses, or is said to pose, a risk to children, on one of these bases."""
    words = tuple(dict.fromkeys(risk_in_words(risk) for risk in risks(asked, person)))
    return Evidence(words, {"risk": listed(words)}) if words else None


@about_person("release-known", may="basis status", gives="release_on")
def release_known(asked: Asked, person: Person) -> Evidence | None:
    """The day of the person's release from custody is known; the last one where several are."""
    days = [risk.release_on for risk in risks(asked, person) if risk.release_on]
    if not days:
        return None
    day = short_date(max(days))
    due = "was due" if max(days) < asked.on else "due"
    return Evidence((f"{due} for release on {day}",), {"release_on": day})


@about_person("works-with-children", gives="work")
def works_with_children(_: Asked, person: Person) -> Evidence | None:
    """The person works or volunteers with children (A17)."""
    work = person.works_with_children
    return Evidence(work, {"work": listed(work)}) if work else None


@about_person("not-seen")
def not_seen(asked: Asked, person: Person) -> Evidence | None:
    """The referrer says that nobody has seen the person: safety now is unknown (A16)."""
    unseen = any(safe.person == person.key and not safe.seen for safe in asked.situation.safe_now)
    return Evidence(("not seen",)) if unseen else None


@about_person("voice-not-obtained", gives="reason")
def voice_not_obtained(asked: Asked, person: Person) -> Evidence | None:
    """The child could not be heard, with the reason given (A3)."""
    for voice in asked.situation.voices:
        if voice.person == person.key and voice.not_obtained_because and not voice.text:
            reason = voice.not_obtained_because.rstrip(".")
            return Evidence((reason,), {"reason": reason})
    return None


@about_person("open-matter")
def has_open_matter(_: Asked, person: Person) -> Evidence | None:
    """A matter is open about the person."""
    return Evidence((f"open: {listed(person.open_matters)}",)) if person.open_matters else None


@about_person("birth-expected", gives="expected_on")
def birth_expected(_: Asked, person: Person) -> Evidence | None:
    """The person is not yet born, and the day is expected (F11)."""
    if person.age_group != "unborn" or person.expected_birth_on is None:
        return None
    day = short_date(person.expected_birth_on)
    return Evidence((f"birth expected on {day}",), {"expected_on": day})


@about_person("involved", may="agencies kinds")
def is_involved(asked: Asked, person: Person) -> Evidence | None:
    """An agency works with the person now (of these agencies, in one of these kinds of involvement)."""
    agencies, kinds = asked.wanted.get("agencies"), asked.wanted.get("kinds")
    for each in asked.situation.involvements:
        current = each.person == person.key and (each.until is None or each.until >= asked.on)
        if current and (agencies is None or each.agency in agencies) and (kinds is None or each.kind in kinds):
            return Evidence((each.kind,))
    return None


def shown(asked: Asked, key: str) -> str:
    """A person's name as reasons may show it; who wishes to stay unnamed is not named in any reason."""
    person = asked.situation.people[key]
    return "a person who wishes to stay unnamed" if person.anonymous_to_others else person.name
