"""The check of a whole pack: every mistake at once, each named by file and line, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from daras.agencies.directory import Directory, UnknownContact
from daras.agencies.reading import build as build_directory
from daras.agencies.reading import mistakes as mistakes_in_directory
from daras.practice.building import BUILDERS
from daras.practice.caseloads import CaseloadCeiling
from daras.practice.conditions import Asks, Condition, always_met_by, asked_in
from daras.practice.entry_words import EntryMistake, placeholders
from daras.practice.files import (
    AGENCIES_FILE,
    HEADER_FILE,
    Entry,
    FileRefused,
    places_in,
    read_document,
    read_header,
)
from daras.practice.form_definitions import FormDefinition
from daras.practice.loading import Layer, read_layers
from daras.practice.measures import Measure
from daras.practice.pack import DutyKind, FlagKind, IndicatorRule, InvitationRule, Question, Rung, Source
from daras.practice.request_definitions import ANYBODY, Forum, RequestKind
from daras.practice.retention import Retention
from daras.practice.service_definitions import Service
from daras.practice.vocabulary import Vocabulary

#: Names that every reason may use, whatever the predicates give.
ALWAYS_GIVEN = frozenset({"name", "words", "facts"})
#: What a duty names that a completed form meets: this, and the id of the form.
COMPLETED = "form-completed:"
SPECIAL_OWNERS = frozenset({"sender", "custodian"})
SPECIAL_INVITED = frozenset({"sender", "involved"})
SPECIAL_STEPS = frozenset({"owner", "safeguarding-lead"})


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in a pack: where it stands and what it is."""

    file: str
    line: int
    entry: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.entry}: {self.message}"


def check_pack(folder: Path, vocabulary: Vocabulary) -> list[Problem]:
    """Every mistake in a pack with the layers it is made of. Of an overlay: in every pack that uses it."""
    try:
        head = read_header(folder)
        if not head.words.get("is_overlay"):
            return sorted(set(_check(folder, vocabulary)))
        users = [f.parent for f in sorted(folder.parent.glob(f"*/{HEADER_FILE}")) if _uses(f.parent, head.id)]
        return sorted({problem for user in users for problem in _check(user, vocabulary)})
    except FileRefused as error:
        return [Problem(_shown(error.file), error.line, "file", str(error))]


def _uses(folder: Path, overlay: str) -> bool:
    return read_header(folder).words.get("overlay") == overlay


def _check(folder: Path, vocabulary: Vocabulary) -> Iterator[Problem]:
    layers = read_layers(folder)
    directory, problems = _directory(layers)
    yield from problems
    for layer in layers:
        yield from _check_head(layer)
        yield from _repeated(layer)
    built, mistakes = _built(layers)
    yield from mistakes
    check = _WholePack(layers, built, directory, vocabulary)
    yield from check.problems()


def _shown(file: Path) -> str:
    return f"{file.parent.name}/{file.name}"


def _problem(entry: Entry, key: str, message: str) -> Problem:
    return Problem(_shown(entry.file), entry.line_of(key), f"{entry.kind} “{entry.id}”", message)


def _check_head(layer: Layer) -> Iterator[Problem]:
    head = layer.head
    allowed = {"id", "name", "valid_from", "valid_to", "builds_on", "overlay", "is_overlay", "note"}
    for key in ("id", "name"):
        if not isinstance(head.words.get(key), str):
            yield _problem(head, key, f"“{key}” is missing")
    if head.words.get("id") != layer.folder.name:
        yield _problem(head, "id", f"the folder is called “{layer.folder.name}”")
    for key in head.words.keys() - allowed:
        yield _problem(head, key, f"“{key}” is not a word a pack's head knows")
    yield from _dates(head)


def _dates(entry: Entry) -> Iterator[Problem]:
    ends = [entry.words.get("valid_from"), entry.words.get("valid_to")]
    if any(end is not None and type(end) is not date for end in ends):
        yield _problem(entry, "valid_from", "dates are written 2021-06-26, without quotation marks")
    elif ends[0] and ends[1] and ends[0] > ends[1]:
        yield _problem(entry, "valid_to", "ends before it begins")


def _repeated(layer: Layer) -> Iterator[Problem]:
    """Two entries of one id in one layer must not be in force on the same day."""
    seen: dict[tuple[str, str], list[Entry]] = {}
    for entry in layer.entries:
        yield from _dates(entry)
        for other in seen.setdefault((entry.kind, entry.id), []):
            if _overlap(entry, other):
                place = f"{_shown(other.file)}, line {other.line}"
                yield _problem(entry, "valid_from", f"is in force on the same days as the one in {place}")
        seen[entry.kind, entry.id].append(entry)


def _overlap(one: Entry, other: Entry) -> bool:
    ends = [entry.words.get(key) for entry in (one, other) for key in ("valid_from", "valid_to")]
    if any(end is not None and type(end) is not date for end in ends):
        return False
    starts = max(ends[0] or date.min, ends[2] or date.min)
    return bool(starts <= min(ends[1] or date.max, ends[3] or date.max))


Built = list[tuple[Entry, Any]]


def _built(layers: Iterable[Layer]) -> tuple[Built, list[Problem]]:
    built: Built = []
    problems: list[Problem] = []
    sources: dict[str, Source] = {}
    entries = [entry for layer in layers for entry in layer.entries]
    for entry in sorted(entries, key=lambda each: each.kind != "source"):
        if entry.kind not in BUILDERS:
            problems.append(_problem(entry, "", f"[[{entry.kind}]] is no kind of entry: {', '.join(BUILDERS)}"))
            continue
        if entry.words.get("withdrawn"):
            continue
        try:
            made = BUILDERS[entry.kind](entry, sources)
        except EntryMistake as error:
            problems.append(_problem(entry, error.key, str(error)))
            continue
        if isinstance(made, Source):
            sources[made.id] = made
        built.append((entry, made))
    return built, problems


def _directory(layers: Iterable[Layer]) -> tuple[Directory | None, list[Problem]]:
    file = next((layer.folder / AGENCIES_FILE for layer in layers if (layer.folder / AGENCIES_FILE).exists()), None)
    if file is None:
        return None, []
    document, text = read_document(file)
    places = places_in(text)
    problems = []
    for kind, index, key, message in mistakes_in_directory(document):
        line, lines = places.get((kind, index), (1, {}))
        problems.append(Problem(_shown(file), lines.get(key, line), f"{kind} {index + 1}", message))
    return (None, problems) if problems else (build_directory(document), [])


@dataclass(frozen=True, slots=True)
class _WholePack:
    """What can only be checked with everything in sight."""

    layers: tuple[Layer, ...]
    built: Built
    directory: Directory | None
    vocabulary: Vocabulary

    def problems(self) -> Iterator[Problem]:
        for entry, made in self.built:
            if isinstance(made, IndicatorRule):
                yield from self._condition(entry, made.when, made.why, "why", made.for_each)
                yield from self._level(entry, made)
            elif isinstance(made, DutyKind):
                yield from self._condition(entry, made.when, made.because, "because", made.for_each)
                yield from self._duty(entry, made)
            elif isinstance(made, InvitationRule):
                yield from self._condition(entry, made.when, made.because, "because", made.for_each)
                yield from self._invited(entry, made)
            elif isinstance(made, FormDefinition):
                yield from self._form(entry, made)
            elif isinstance(made, Measure):
                yield from self._measure(entry, made)
            else:
                yield from self._between_agencies(entry, made)
        yield from self._points()
        yield from self._quorum()
        yield from self._late_start()

    def _condition(self, entry: Entry, when: Condition, reason: str, key: str, for_each: str) -> Iterator[Problem]:
        for test in asked_in(when):
            yield from self._test(entry, test)
        known = self.vocabulary.predicates
        given = {
            name for test in always_met_by(when) if test.predicate in known for name in known[test.predicate].gives
        }
        if isinstance(self._made(entry), InvitationRule):
            given |= {"agency", "involvement"}
        if entry.kind == "late_start":
            given |= {"missed", "known_on"}
        for name in sorted(placeholders(reason) - ALWAYS_GIVEN - given):
            yield _problem(entry, key, f"{{{name}}} is not given by a predicate that is always met")
        if for_each == "news" and "name" in placeholders(reason):
            yield _problem(entry, key, "{name} stands for nobody when the rule is about the news as a whole")

    def _made(self, entry: Entry) -> Any:
        return next(made for other, made in self.built if other is entry)

    def _test(self, entry: Entry, test: Asks) -> Iterator[Problem]:
        word = self.vocabulary.predicates.get(test.predicate)
        if word is None:
            yield _problem(entry, "when", f"“{test.predicate}” is no predicate")
            return
        for name in sorted(test.wanted.keys() - word.may_want - word.must_want):
            yield _problem(entry, "when", f"“{test.predicate}” does not know “{name}”")
        for name in sorted(word.must_want - test.wanted.keys()):
            yield _problem(entry, "when", f"“{test.predicate}” needs “{name}”")
        cue = test.wanted.get("cue")
        if cue is not None and cue not in {each.id for each, _ in self.built if each.kind == "cue"}:
            yield _problem(entry, "when", f"“{cue}” is no cue of this pack")

    def _level(self, entry: Entry, made: IndicatorRule) -> Iterator[Problem]:
        levels = {level.words.get("level") for level, _ in self.built if level.kind == "level"}
        if made.level not in levels:
            yield _problem(entry, "level", f"there is no level {made.level}")

    def _duty(self, entry: Entry, made: DutyKind) -> Iterator[Problem]:
        if made.anchor not in self.vocabulary.anchors:
            yield _problem(entry, "anchor", f"no clock can count from “{made.anchor}”")
        if made.owner not in SPECIAL_OWNERS:
            yield from self._role(entry, "owner", made.owner)
        if made.out_of_hours:
            yield from self._role(entry, "out_of_hours", made.out_of_hours)
        for step in made.steps:
            if step.to not in SPECIAL_STEPS:
                yield from self._role(entry, "steps", step.to)
        forms = {each.id for each, _ in self.built if each.kind == "form"}
        for kind in made.met_by:
            if kind.startswith(COMPLETED) and kind.removeprefix(COMPLETED) not in forms:
                yield _problem(entry, "met_by", f"“{kind.removeprefix(COMPLETED)}” is no form of this pack")

    def _form(self, entry: Entry, made: FormDefinition) -> Iterator[Problem]:
        duties = {each.id for each, _ in self.built if each.kind == "duty"}
        for number, prompt in enumerate(made.prompts, start=1):
            if prompt.duty not in duties:
                yield _problem(entry, f"prompt {number}.duty", f"“{prompt.duty}” is no duty of this pack")
        yield from self._kinds(entry, "agency_kinds", made.agency_kinds)

    def _measure(self, entry: Entry, made: Measure) -> Iterator[Problem]:
        """What is measured is there: the duty, the form, its question and its choices."""
        forms = {form.id: form for _, form in self.built if isinstance(form, FormDefinition)}
        if made.duty and made.duty not in {each.id for each, _ in self.built if each.kind == "duty"}:
            yield _problem(entry, "duty", f"“{made.duty}” is no duty of this pack")
        if not made.form:
            return
        if made.form not in forms:
            yield _problem(entry, "form", f"“{made.form}” is no form of this pack")
            return
        question = forms[made.form].question(made.question) if made.question else None
        if made.question and question is None:
            yield _problem(entry, "question", f"“{made.question}” is no question of “{made.form}”")
        unknown = set(made.chosen) - {choice.id for choice in question.choices} if question else set()
        for each in sorted(unknown):
            yield _problem(entry, "is", f"“{each}” is no choice of “{made.question}”")

    def _between_agencies(self, entry: Entry, made: object) -> Iterator[Problem]:
        """Requests, services, the ladder and flags: whoever and whatever they name is there."""
        if isinstance(made, RequestKind):
            yield from self._request(entry, made)
        elif isinstance(made, Service):
            yield from self._service(entry, made)
        elif isinstance(made, Rung) and made.to:
            yield from self._role(entry, "to", made.to)
        elif isinstance(made, FlagKind):
            yield from self._kinds(entry, "to", made.to)
            yield from self._forms(entry, form=made.form)
        elif isinstance(made, Retention):
            yield from self._kinds(entry, "agency_kinds", made.agency_kinds)
        elif isinstance(made, CaseloadCeiling):
            yield from self._caseload(entry, made)

    def _request(self, entry: Entry, made: RequestKind) -> Iterator[Problem]:
        for role in made.to:
            if role != ANYBODY:
                yield from self._role(entry, "to", role)
        for step in made.steps:
            if step.to not in SPECIAL_STEPS:
                yield from self._role(entry, "steps", step.to)
        yield from self._forms(entry, form=made.form, answer_form=made.answer_form)
        yield from self._kinds(entry, "agency_kinds", made.agency_kinds)
        if made.forum:
            yield from self._forum(entry, made.forum)

    def _forms(self, entry: Entry, **named: str) -> Iterator[Problem]:
        """Each form that a key names, where it names one, is there."""
        forms = {each.id for each, _ in self.built if each.kind == "form"}
        for key, form in named.items():
            if form and form not in forms:
                yield _problem(entry, key, f"“{form}” is no form of this pack")

    def _forum(self, entry: Entry, made: Forum) -> Iterator[Problem]:
        """Whoever belongs to it, and whatever its agenda is drawn from, is there."""
        for role in made.members:
            yield from self._role(entry, "forum", role)
        named = (
            ("request", "kind of request", (made.actions, *made.episodes)),
            ("indicator", "indicator", made.indicators),
            ("form", "form", made.forms),
        )
        for kind, called, wanted in named:
            known = {each.id for each, _ in self.built if each.kind == kind}
            for missing in sorted(set(wanted) - known):
                yield _problem(entry, "forum", f"“{missing}” is no {called} of this pack")

    def _service(self, entry: Entry, made: Service) -> Iterator[Problem]:
        needs = {each.id for each, _ in self.built if each.kind == "need"}
        for each in made.needs:
            if each not in needs:
                yield _problem(entry, "needs", f"“{each}” is no need of this pack")
        if made.request not in {each.id for each, _ in self.built if each.kind == "request"}:
            yield _problem(entry, "request", f"“{made.request}” is no kind of request of this pack")
        known = self.directory.agencies.get(made.agency) if self.directory else None
        if self.directory and (known is None or made.team not in {team.id for team in known.teams}):
            yield _problem(entry, "team", f"“{made.agency}/{made.team}” is no team of the directory")

    def _caseload(self, entry: Entry, made: CaseloadCeiling) -> Iterator[Problem]:
        """Its teams are there, and on no day does another speak of the same team as exactly."""
        yield from self._kinds(entry, "agency_kinds", made.agency_kinds)
        if self.directory:
            of_kind = (each for each in self.directory.agencies.values() if each.kind in made.agency_kinds)
            known = {team.id for agency in of_kind for team in agency.teams}
            for team in sorted(made.teams - known):
                yield _problem(entry, "teams", f"“{team}” is no team of an agency of this kind")
        for other, earlier in self.built:
            if other is entry:
                return
            if isinstance(earlier, CaseloadCeiling) and earlier.id != made.id and _overlap(entry, other):
                if made.meets(earlier):
                    place = f"{_shown(other.file)}, line {other.line}"
                    yield _problem(entry, "agency_kinds", f"“{earlier.id}” speaks of the same teams ({place})")

    def _kinds(self, entry: Entry, key: str, wanted: Iterable[str]) -> Iterator[Problem]:
        if self.directory:
            kinds = {agency.kind for agency in self.directory.agencies.values()}
            for kind in sorted(set(wanted) - kinds):
                yield _problem(entry, key, f"no agency is of the kind “{kind}”")

    def _invited(self, entry: Entry, made: InvitationRule) -> Iterator[Problem]:
        if made.who not in SPECIAL_INVITED:
            yield from self._role(entry, "who", made.who)
        yield from self._kinds(entry, "agency_kinds", made.agency_kinds)

    def _role(self, entry: Entry, key: str, role: str) -> Iterator[Problem]:
        """Somebody must answer in the role, for every authority, at both ends of the time the pack is in force."""
        if self.directory is None:
            return
        authorities = sorted(set(self.directory.authority_by_outward_code.values()))
        for on in self._ends(entry):
            for authority in authorities:
                try:
                    self.directory.contact(role, authority=authority, on=on)
                except UnknownContact as error:
                    yield _problem(entry, key, str(error))
                    return

    def _ends(self, entry: Entry) -> tuple[date, date]:
        words = next(layer.head.words for layer in reversed(self.layers) if not layer.head.words.get("is_overlay"))
        begins = entry.words.get("valid_from") or words.get("valid_from") or date(2018, 1, 1)
        return begins, entry.words.get("valid_to") or words.get("valid_to") or date(2030, 12, 31)

    def _points(self) -> Iterator[Problem]:
        questions = [(entry, made) for entry, made in self.built if isinstance(made, Question)]
        total = sum(made.points for _, made in questions)
        if questions and total != 100:
            yield _problem(questions[0][0], "points", f"the points of all questions make {total}, not 100")

    def _quorum(self) -> Iterator[Problem]:
        quorum = [made for _, made in self.built if isinstance(made, InvitationRule) and made.quorum]
        if not quorum:
            yield _problem(self.layers[-1].head, "", "no invitation makes a quorum")

    def _late_start(self) -> Iterator[Problem]:
        if not any(entry.kind == "late_start" for entry, _ in self.built):
            yield _problem(self.layers[-1].head, "", "there is no [[late_start]]")
