"""How a name is read for matching: letters only, one spelling for one sound, short forms and placeholders known.

A name is kept as it was written (for people) beside its plain form (for comparing). Nothing here decides anything.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

import jellyfish

_HERE = Path(__file__).resolve().parent

#: Letters that Unicode does not take apart into a plain letter and an accent, and the alphabets partners' names come
#: in.
_LETTERS = str.maketrans(
    dict(zip("øłđðıħə", "olddiha", strict=True))
    | {"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ŋ": "ng"}
    | dict(zip("абвгдезийклмнопрстуфыэіґё", "abvgdeziiklmnoprstufyeige", strict=True))
    | {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": ""}
    | {"ю": "yu", "я": "ya", "є": "ye", "ї": "yi"}
    | dict(zip("αβγδεζηικλμνξοπρσςτυω", "avgdeziiklmnxoprsstyo", strict=True))
    | {"θ": "th", "φ": "f", "χ": "ch", "ψ": "ps"}
)
_APOSTROPHES = re.compile(r"['’‘`´ʼ.]")
_NOT_APPLICABLE = re.compile(r"\s*(n\s*[/.]\s*[ak]\.?|not applicable|\?+|-+)\s*", re.IGNORECASE)
_BETWEEN_GIVEN_NAMES = re.compile(r"[\s\-,/()\"]+")
_BREAKS = re.compile(r"[^a-z]+")
#: Small words that belong to the family name after them: "van der Berg" is one name.
_PARTICLES = frozenset(
    {
        *("van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "du", "la", "le"),
        *("al", "el", "bin", "ben", "ibn", "ap", "ab", "ter", "san"),
    }
)


@dataclass(frozen=True, slots=True)
class Name:
    """One given, middle or family name: `plain` is compared, `written` is shown."""

    plain: str
    written: str = field(compare=False)
    parts: tuple[str, ...] = ()  # the halves of a double-barrelled name; the name itself where it has no halves

    @property
    def sound(self) -> str:
        return sound(self.plain)


@lru_cache(maxsize=200_000)
def words(text: str) -> tuple[str, ...]:
    """The plain words of a name: no accents, apostrophes or case; "O'Neill-Smith" is ("oneill", "smith").

    "Mc" is written out as "mac" and "St" as "saint", so that MacDonald meets McDonald.
    """
    lowered = _APOSTROPHES.sub("", unicodedata.normalize("NFKC", text).casefold()).translate(_LETTERS)
    decomposed = unicodedata.normalize("NFKD", lowered).translate(_LETTERS)
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return tuple(_one_spelling(word) for word in _BREAKS.split(plain) if word)


def _one_spelling(word: str) -> str:
    if word == "st":
        return "saint"
    if word.startswith("mc") and len(word) > 3:
        return "mac" + word[2:]
    return word


@lru_cache(maxsize=100_000)
def family_name(written: str) -> Name | None:
    """A family name; a double-barrelled one also has its halves, a particle stays with the name that follows it."""
    if _NOT_APPLICABLE.fullmatch(written):
        return None
    joined: list[str] = []
    particle = ""
    for word in words(written):
        if word in _PARTICLES:
            particle += word
        else:
            joined.append(particle + word)
            particle = ""
    if particle:
        joined.append(particle)
    if not joined:
        return None
    plain = "".join(joined)
    return Name(plain=plain, written=" ".join(written.split()), parts=tuple(joined))


@lru_cache(maxsize=100_000)
def given_names(written: str) -> tuple[Name, ...]:
    """The given names in a field, in order, without titles: "Miss Mary-Jane" is Mary and Jane."""
    if _NOT_APPLICABLE.fullmatch(written):
        return ()
    shown = [part for part in _BETWEEN_GIVEN_NAMES.split(written) if part]
    names = []
    for part in shown:
        plain = "".join(words(part))
        if plain and plain not in titles():
            names.append(Name(plain=plain, written=part, parts=(plain,)))
    return tuple(names)


@lru_cache(maxsize=200_000)
def sound(plain: str) -> str:
    """How a plain name sounds (Metaphone, Philips 1990); "rows" and "rowse" are one sound."""
    return jellyfish.metaphone(plain)[:6] or plain[:6]


@cache
def _tables() -> dict[str, list[str]]:
    with (_HERE / "name_classes.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def placeholders() -> frozenset[str]:
    """Words that stand in a system where a name should be."""
    return frozenset(_tables()["placeholders"])


def is_placeholder(name: Name) -> bool:
    """Whether this given name is no name ("baby")."""
    return name.plain in placeholders()


def is_family_placeholder(name: Name) -> bool:
    """Whether this family name is no name ("unknown"); Child and Person are names that people bear."""
    listed = _family_placeholders()
    return name.plain in listed or all(part in listed for part in name.parts)


@cache
def _family_placeholders() -> frozenset[str]:
    return frozenset(_tables()["family_placeholders"])


@cache
def titles() -> frozenset[str]:
    return frozenset(_tables()["titles"])


@cache
def _other_given_names() -> frozenset[str]:
    return frozenset(_tables()["given_names"])


@cache
def _classes() -> dict[str, frozenset[str]]:
    members: dict[str, set[str]] = {}
    for line in (*_tables()["short_forms"], *_tables()["same_name"]):
        head, *others = line.split()
        for name in (head, *others):
            members.setdefault(name, set()).add(head)
    return {name: frozenset(heads | {name}) for name, heads in members.items()}


def classes(plain: str) -> frozenset[str]:
    """The full names a given name may stand for, itself among them: "alex" is alex, alexander, alexandra or
    alexis."""
    return _classes().get(plain) or frozenset((plain,))


def classes_listed() -> Mapping[str, frozenset[str]]:
    """The classes of every name that has more than itself, or is one of another's."""
    return _classes()


def same_class(one: str, other: str) -> bool:
    """Whether one may be a short form or another spelling of the other ("Bob" and "Robert", not "Bob" and "Rob")."""
    return other in classes(one) or one in classes(other)


def share_class(one: str, other: str) -> bool:
    """Whether both may stand for the same full name ("Bob" and "Rob")."""
    return not classes(one).isdisjoint(classes(other))


@dataclass(frozen=True, slots=True, eq=False)
class NamesCounted:
    """How many of so many records bear a plain name. Names of few are not told one by one: `rare_given` and
    `rare_family` are how many records such a name has on average."""

    records: int
    given: Mapping[str, int]
    family: Mapping[str, int]
    rare_given: float
    rare_family: float


#: A name that fewer records bear is rare, and kept by no name.
FEWEST_BEARERS = 5


class Bearers:
    """How many records bear each plain name, counted record by record, or so many at once."""

    def __init__(self) -> None:
        self.records = 0
        self.given: Counter[str] = Counter()
        self.family: Counter[str] = Counter()

    def add(self, given: Iterable[Name], family: Iterable[Name], records: int = 1) -> None:
        """So many records that bear these names."""
        self.records += records
        for bearers, borne in ((self.given, given), (self.family, family)):
            for plain in {name.plain for name in borne}:
                bearers[plain] += records

    def add_all(self, others: Bearers) -> None:
        """What was counted of other records."""
        self.records += others.records
        self.given.update(others.given)
        self.family.update(others.family)

    def counted(self) -> NamesCounted:
        """What is kept of it."""
        return NamesCounted(
            records=self.records,
            given={plain: number for plain, number in self.given.items() if number >= FEWEST_BEARERS},
            family={plain: number for plain, number in self.family.items() if number >= FEWEST_BEARERS},
            rare_given=_on_average(self.given),
            rare_family=_on_average(self.family),
        )


def _on_average(bearers: Mapping[str, int]) -> float:
    rare = [number for number in bearers.values() if number < FEWEST_BEARERS]
    return sum(rare) / len(rare) if rare else 1.0


@dataclass(frozen=True, slots=True, eq=False)
class NameShares:
    """How common names are, as shares of all people."""

    given: dict[str, float]
    family: dict[str, float]
    unlisted_given: float
    unlisted_family: float

    def of_given(self, plain: str) -> float:
        return self.given.get(plain, self.unlisted_given)

    def of_family(self, plain: str) -> float:
        return self.family.get(plain, self.unlisted_family)

    def beside(self, counted: NamesCounted, as_many: float) -> NameShares:
        """These shares and what was counted, in one: these count as if they had been counted of `as_many` records."""
        total = counted.records + as_many

        def mixed(here: Mapping[str, float], bearers: Mapping[str, int], here_rare: float) -> dict[str, float]:
            every = dict.fromkeys((*here, *bearers))
            return {plain: (bearers.get(plain, 0) + as_many * here.get(plain, here_rare)) / total for plain in every}

        return NameShares(
            given=mixed(self.given, counted.given, self.unlisted_given),
            family=mixed(self.family, counted.family, self.unlisted_family),
            unlisted_given=(counted.rare_given + as_many * self.unlisted_given) / total,
            unlisted_family=(counted.rare_family + as_many * self.unlisted_family) / total,
        )

    def is_a_given_name(self, plain: str) -> bool:
        """Whether this is a name people bear, so that it is hardly a slip of the pen for another."""
        return plain in self.given or plain in _classes() or plain in _other_given_names()


@cache
def name_shares(path: Path = _HERE / "name_shares.toml") -> NameShares:
    """The shares in a readable file (people in ten thousand)."""
    with path.open("rb") as file:
        table = tomllib.load(file)

    def listed(kind: str) -> dict[str, float]:
        return {name: count / 10_000 for name, count in table[kind]["listed"].items()}

    return NameShares(
        given=listed("given"),
        family=listed("family"),
        unlisted_given=table["given"]["unlisted"] / 10_000,
        unlisted_family=table["family"]["unlisted"] / 10_000,
    )


def distinct(names: Iterable[Name | None]) -> tuple[Name, ...]:
    """The names in order, each plain form once."""
    return tuple({name.plain: name for name in names if name is not None}.values())
