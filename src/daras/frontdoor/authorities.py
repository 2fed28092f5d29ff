"""Two authorities, and children from elsewhere: who is responsible, where a child was found, and a matter that goes
over (A14).

Nothing lapses on the way. Whoever offers a matter to another authority owes all of it until somebody there accepts it
by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from daras.access import audiences, policy, trail
from daras.access.models import Worker
from daras.access.session import machine
from daras.agencies import Directory, Owner, load_directory
from daras.frontdoor.models import AgencyToInvite, AuthorityStated
from daras.frontdoor.recording import News
from daras.ledger.commands import Entry, append
from daras.ledger.refusal import Refused
from daras.matters.commands import lock
from daras.matters.models import Matter
from daras.people.models import PersonInMatter
from daras.working_time import clock

#: Chosen where an authority is none of them: its name is written.
ELSEWHERE = "elsewhere"
CHILDREN = frozenset({"child", "unborn"})


def ours() -> Mapping[str, str]:
    """The authorities of the partnership, by the number that government gives them."""
    return load_directory().authorities


def name_of(number: str, written: str = "") -> str:
    """An authority in words."""
    return ours().get(number) or written or "not known yet"


def stated_by_rule(news: News) -> Iterator[Entry]:
    """For each child who is from another place than the one whose front door is told: both, kept apart, and both
    invited."""
    found_in = news.directory.agency(news.document.sender.agency, on=news.on).authority
    others: dict[str, str] = {}
    for ref in dict.fromkeys(ref for concern in news.document.concerns for ref in concern.about):
        person = news.document.person(ref)
        home = person.address
        if person.role not in CHILDREN or home is None or not (home.postcode or home.town):
            continue
        responsible = news.directory.responsible_authority(postcode=home.postcode or None, town=home.town or None)
        if responsible is None and not home.postcode:
            continue  # a village that the directory does not name is no other authority
        if responsible == found_in:
            continue
        safe = news.document.safe_now.get(ref)
        place = ", ".join(part for part in (home.town, home.postcode) if part)
        stated = AuthorityStated(
            responsible=responsible or "",
            responsible_name="" if responsible else f"the authority of {place}",
            found_in=found_in,
            found_at=(safe.where if safe else "")[:300],
            by_rule=True,
            because=f"The home is in {place}; the news is from {name_of(found_in)}.",
        )
        yield news.entry(stated, news.hub if person.anonymous_to_others else news.matter.audience_id, ref)
        for number in (responsible, found_in):
            if number:
                others[number] = person.name
    yield from (_to_invite(news, number, name) for number, name in sorted(others.items()))


def _to_invite(news: News, number: str, name: str) -> Entry:
    owner = news.directory.contact("front-door", authority=number, on=news.on)
    because = f"{name} lives in one authority and was found in another: both speak of it."
    return news.entry(AgencyToInvite(agency=owner.agency, team=owner.team or "", because=because), news.hub)


def state(
    worker: Worker,
    reference: str,
    *,
    person_record_id: int,
    responsible: str,
    responsible_name: str = "",
    found_in: str,
    found_at: str = "",
    because: str,
) -> AuthorityStated:
    """Say which authority is responsible for a child and where the child was found, with how it is known.

    Raises `PermissionDenied` outside the front door, or `Refused`. Where the two differ, both are to be invited.
    """
    policy.require(worker, "keep-safe")
    matter = matter_of(reference)
    _checked(responsible, responsible_name, found_in, because)
    if not PersonInMatter.objects.filter(fact__matter_id=matter.pk, fact__person_record_id=person_record_id).exists():
        raise Refused("nobody-chosen", "/person", "Nobody of this matter was chosen.", "Choose whom it is about.")
    with machine():
        recording = lock([matter.pk], agency=worker.agency, author=worker.slug)
        detail = AuthorityStated(
            responsible=_number(responsible),
            responsible_name="" if responsible in ours() else responsible_name.strip(),
            found_in=_number(found_in),
            found_at=found_at.strip(),
            by_rule=False,
            because=because.strip(),
        )
        entries = [Entry(detail, matter.audience_id, person_record_id=person_record_id, matter_id=matter.pk)]
        if responsible != found_in:
            entries += _invited(matter, (responsible, found_in))
        append(recording, entries)
        trail.change_matter(worker, matter, "the responsible authority was stated")
    return detail


def _number(chosen: str) -> str:
    return chosen if chosen in ours() else ""


def _checked(responsible: str, responsible_name: str, found_in: str, because: str) -> None:
    for field, chosen in (("responsible", responsible), ("found_in", found_in)):
        if chosen not in {*ours(), ELSEWHERE}:
            raise Refused("unknown-authority", f"/{field}", "Nothing was chosen.", "Choose one, or elsewhere.")
    if responsible == ELSEWHERE and not responsible_name.strip():
        raise Refused("missing", "/responsible_name", "The other authority has no name.", "Write its name.")
    if not because.strip():
        raise Refused("reason-missing", "/because", "How you know is missing.", "Write how you know.")


def _invited(matter: Matter, numbers: tuple[str, ...]) -> Iterator[Entry]:
    hub = audiences.standing(audiences.front_door_scope(matter.authority))
    directory, on = load_directory(), clock.today()
    for number in numbers:
        if number in ours():
            owner = front_door(directory, number, on=on)
            because = "The child lives in one authority and was found in another: both speak of it."
            to_invite = AgencyToInvite(agency=owner.agency, team=owner.team or "", because=because)
            yield Entry(to_invite, hub, matter_id=matter.pk)


def front_door(directory: Directory, number: str, *, on: date) -> Owner:
    """Who answers for an authority by day."""
    return directory.contact("front-door", authority=number, on=on)


def matter_of(reference: str) -> Matter:
    """A matter that the reader may see. Raises `Refused`."""
    matter = Matter.objects.filter(reference=reference).first()
    if matter is None:
        raise Refused("no-such-matter", "/reference", "There is no such matter here for you.", "Check the reference.")
    return matter


def stated_on(matter_id: int) -> dict[int, AuthorityStated]:
    """The newest statement about each child of a matter, by person record, as far as the reader may see."""
    rows = AuthorityStated.objects.select_related("fact").filter(fact__matter_id=matter_id).order_by("fact_id")
    return {each.fact.person_record_id or 0: each for each in rows}
