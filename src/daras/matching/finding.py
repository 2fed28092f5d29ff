"""Who may be meant by what somebody typed: through the searcher's own eyes, each hit with its reasons.

The index only says which records to read. What a hit is judged by are the facts that the searcher may see of it, so
that a hit tells nobody what they may not read, and no likelihood is shown. Not for the machine: it sees everything.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import connection
from rapidfuzz.distance import OSA

from daras.matching import keys, names
from daras.matching.dates import BirthDate
from daras.matching.features import Home, PersonFeatures, describe, plain_postcode
from daras.matching.reading import features_of_records

#: So many records at the most are read for one search; under one key the database brings as many.
MOST_READ = 120

_POSTCODE = re.compile(r"\b[A-Za-z]{1,2}[0-9][A-Za-z0-9]? ?[0-9][A-Za-z]{2}\b")
_NUMBER = re.compile(r"\b(?=[A-Za-z]*[0-9])[0-9A-Za-z]{5,}\b|\b\d{3} \d{3} \d{4}\b")
_ISO = re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b")
_BRITISH = re.compile(r"\b(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})\b")
_WRITTEN = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)? ([A-Za-z]{3,9}) (\d{4})\b")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True)
class Question:
    """What was typed, taken apart: names, a day, numbers, a postcode."""

    names: tuple[str, ...] = ()
    born: date | None = None
    numbers: tuple[str, ...] = ()
    postcode: str | None = None

    @property
    def says_anything(self) -> bool:
        return bool(self.names or self.born or self.numbers or self.postcode)


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that may be meant, and why."""

    record_id: int
    agreeing: int
    why: tuple[str, ...]


def understood(typed: str) -> Question:
    """Take apart what was typed, in whatever order: "rowse 22/3/2015", "TR14 8QT", "943 476 5919"."""
    left = " ".join(typed.split())
    born, left = _birth(left)
    numbers = tuple("".join(found.split()).upper() for found in re.findall(r"\b\d{3} \d{3} \d{4}\b", left))
    left = re.sub(r"\b\d{3} \d{3} \d{4}\b", " ", left)
    found = _POSTCODE.search(left)
    postcode = plain_postcode(found.group()) if found else None
    if found:
        left = left.replace(found.group(), " ")
    numbers += tuple(number.upper() for number in _NUMBER.findall(left))
    left = _NUMBER.sub(" ", left)
    named = tuple(dict.fromkeys(word for word in names.words(left) if len(word) > 1))
    return Question(named[:6], born, numbers[:3], postcode)


def _birth(text: str) -> tuple[date | None, str]:
    for pattern, order in ((_ISO, (0, 1, 2)), (_BRITISH, (2, 1, 0)), (_WRITTEN, (2, 1, 0))):
        found = pattern.search(text)
        if found is None:
            continue
        year, month, day = (found.groups()[place] for place in order)
        number = _MONTHS.index(month[:3].lower()) + 1 if month[:3].lower() in _MONTHS else month
        try:
            return date(int(year), int(number), int(day)), text.replace(found.group(), " ")
        except ValueError:
            continue
    return None, text


def find(question: Question) -> list[Hit]:
    """The records that agree with all that was typed, as far as the reader may see them; the closest first.

    Audiences are compared in the database, where the index is asked (migration 0003) and where the facts are read.

    One query for the keys, one for the records and one for each kind of fact.
    """
    shared = _under_keys(question)
    read = features_of_records(sorted(shared, key=lambda record: (-shared[record], -record))[:MOST_READ])
    hits = [hit for record_id, (features, _) in read.items() if (hit := _judged(record_id, features, question))]
    return sorted(hits, key=lambda hit: (-hit.agreeing, hit.record_id))


def _under_keys(question: Question) -> dict[int, int]:
    asked = {keys.number(key) for key in _keys(question)}
    if not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT record_id, shared FROM access.records_under(%s)", [sorted(asked)])
        return dict(cursor.fetchall())


def _keys(question: Question) -> Iterator[str]:
    for word in question.names:
        yield from (f"find-name:{names.sound(each)}" for each in {word, *names.classes(word)})
    for number in question.numbers:
        yield f"find-number:{number}"
    alone = describe(date_of_birth=question.born, homes=[Home(postcode=question.postcode)])
    yield from keys.finding_keys(alone)
    for given in question.names:
        for family in question.names:
            if given != family:
                yield from keys.keys(describe(given_name=given, family_name=family, date_of_birth=question.born))


def _judged(record_id: int, features: PersonFeatures, question: Question) -> Hit | None:
    """Every part of the question must agree; of several names one may be left over, where two others agree."""
    why: list[str] = []
    agreeing = 0
    missing = 0
    for word in question.names:
        said, worth = _name(word, features)
        if said is None:
            missing += 1
        else:
            why.append(said)
            agreeing += worth
    if missing > (1 if len(question.names) > 2 else 0):
        return None
    for part in (_born(question, features), _postcode(question, features), *_numbers(question, features)):
        if part is None:
            return None
        if part:
            why.append(part)
            agreeing += 3
    return Hit(record_id, agreeing - 2 * missing, tuple(dict.fromkeys(why)))


def _name(word: str, features: PersonFeatures) -> tuple[str | None, int]:
    """The same name, another form of it, one letter off, or one that sounds the same."""
    found: list[tuple[int, str]] = []
    for each in (*features.given_names, *features.middle_names, *features.family_names):
        for plain in dict.fromkeys((each.plain, *each.parts)):
            if plain == word:
                found.append((4, f"name {each.written}"))
            elif names.classes(plain) & names.classes(word):
                found.append((3, f"{each.written}, another form of the name"))
            elif OSA.distance(plain, word) == 1 and len(word) > 3:
                found.append((2, f"{each.written}, one letter different"))
            elif names.sound(plain) == names.sound(word):
                found.append((1, f"{each.written}, which sounds the same"))
    if not found:
        return None, 0
    worth, said = max(found, key=lambda each: each[0])
    return said, worth


def _born(question: Question, features: PersonFeatures) -> str | None:
    if question.born is None:
        return ""
    known = features.date_of_birth.full if features.date_of_birth else None
    if known == question.born:
        return "date of birth"
    swapped = BirthDate.parse(question.born)
    if known and swapped and (known.year, known.day, known.month) == (swapped.year, swapped.month, swapped.day):
        return "date of birth, day and month the other way round"
    return None


def _postcode(question: Question, features: PersonFeatures) -> str | None:
    if question.postcode is None:
        return ""
    return "postcode" if question.postcode in features.postcodes else None


def _numbers(question: Question, features: PersonFeatures) -> Iterator[str | None]:
    held: defaultdict[str, str] = defaultdict(str)
    for pair in features.identifiers:
        held[keys.number_of(pair)] = pair.partition(":")[0].replace("-", " ")
    if features.nhs_number:
        held[features.nhs_number] = "NHS number"
    for number in question.numbers:
        yield f"number ({held[number]})" if number in held else None
