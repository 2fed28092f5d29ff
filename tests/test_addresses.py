"""Nothing that somebody types about a person stands in an address, and so in no log, history or bookmark (G4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import unquote_plus, urlencode, urlsplit

import pytest
from django.test import Client

import daras
from daras.access.session import acting_as, machine
from daras.bench import pages_setting
from daras.bench.pages import path_of
from daras.bench.pages_examples import EXAMPLES, NOBODY, SYSTEM, patterns
from daras.bench.pages_setting import Setting, session_of
from daras.bench.pages_story import BACKEND
from daras.exchange.installation import install_all
from daras.home import Addresses
from daras.pages.tests.partnership import worker
from tests.browser.server import serving

#: What a form that ends up in an address may ask, by the field's name: dates "as known on", codes, and references.
IN_ADDRESSES = {
    "known-on": "the day as of which something is known",
    "on": "the day as of which people were marked",
    "kind": "codes of what a chronology shows",
    "family": "whether of the whole family",
    "steps": "how far a family picture goes",
    "number": "a child's number, as letters write it",
    "record": "a record, by its key",
    "of": "which part of a record is wrong",
    "show": "which matters",
    "authority": "an authority's code",
}
#: Of these, what is typed and not chosen.
TYPED = {"known-on", "on", "number"}
CHOSEN = {"checkbox", "radio", "hidden", "select", "submit"}
#: Of the families of the stories: in no address of any page.
NAMES = ("tregear", "trevenson", "rowse", "morwenna", "kerra", "tr14")
TOKEN = "b" * 32
TOKEN_ONLY = {"X-CSRFToken": TOKEN}


@dataclass
class Form:
    """A form of a page: how it is sent, and its fields with their kinds."""

    method: str
    asks: list[tuple[str, str]] = field(default_factory=list)


class Page(HTMLParser):
    """The forms of a page, and the addresses on it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.addresses: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.addresses += [given[name] for name in ("href", "action", "src", "formaction") if name in given]
        if tag == "form":
            self.forms.append(Form(given.get("method", "get").lower()))
        elif tag in {"input", "select", "textarea"} and self.forms:
            kind = given.get("type", "text") if tag == "input" else tag
            self.forms[-1].asks.append((given.get("name", ""), kind))


def wrong(text: str) -> Iterator[str]:
    """The fields of forms sent by address that may hold what somebody types about a person."""
    for form in Page(text).forms:
        for name, kind in form.asks if form.method != "post" else ():
            if name not in IN_ADDRESSES or (kind not in CHOSEN and name not in TYPED):
                yield f"{name} ({kind})"


def test_no_form_puts_into_the_address_what_somebody_types() -> None:
    """G4: given every template, also what no story shows, then a form that is sent by its address asks dates, codes and
    references only, draws no field from elsewhere, and every other form is sent by post."""
    sent_by_address = 0
    for template in sorted(Path(daras.__file__).parent.rglob("templates/**/*.html")):
        text = re.sub(r"{#.*?#}", "", template.read_text(encoding="utf-8"), flags=re.DOTALL)
        for form in re.findall(r"<form\b.*?</form>", text, flags=re.DOTALL):
            method = re.search(r'^<form\b[^>]*\bmethod="(get|post)"', form)
            assert method, (template.name, form[:80])
            if method[1] == "get":
                sent_by_address += 1
                assert "field(" not in form, template.name
                assert list(wrong(form)) == [], template.name
    assert sent_by_address >= 6


@pytest.fixture
def setting(cloned_database: Addresses, monkeypatch: pytest.MonkeyPatch) -> Setting:
    """A partnership at work, with everything that an address can speak of."""
    monkeypatch.setenv("DARAS_NOW", "2026-11-24T09:30:00+00:00")
    for name, value in cloned_database.environment().items():
        monkeypatch.setenv(name, value)
    return pages_setting.everything(30, 1)


def test_no_page_leads_to_an_address_with_a_name_in_it(setting: Setting) -> None:
    """G4: given every page there is, as whoever works there opens it or has searched on it, then no form asks into the
    address what somebody types about a person, and no link, form or redirect has a family's name or postcode."""
    clients = {NOBODY: Client()}
    for who, somebody in setting.workers.items():
        clients[who] = Client(raise_request_exception=False)
        clients[who].force_login(somebody, backend=BACKEND)
    story = setting.stories[0]
    read = 0
    for route in patterns():
        example = EXAMPLES[route]
        if example.who == SYSTEM or route == "sign-out/":
            continue
        path = path_of(route, {word: story.get(name, name) for word, name in example.given.items()}) + example.query
        client = clients[example.who]
        answers = [client.get(path)]
        if example.sent is not None:
            answers.append(client.post(path, {name: story.get(value, value) for name, value in example.sent.items()}))
        for answer in answers:
            found = [answer.headers.get("Location", "")]
            if answer.headers.get("Content-Type", "").startswith("text/html"):
                text = answer.content.decode()
                assert list(wrong(text)) == [], route
                found += Page(text).addresses
                read += 1
            for address in found:
                said = unquote_plus(address).lower()
                assert not [name for name in NAMES if name in said], (route, address)
    assert read > 100


def test_nothing_the_server_says_holds_what_was_typed(
    cloned_database: Addresses, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G4: given a web server as it runs for people, when somebody searches, also with a form that has run out, without
    a sign-in and where there is nothing, then neither what the server writes down nor the address to which it leads
    holds the name or the date of birth."""
    monkeypatch.setenv("DARAS_HOME", str(tmp_path / "home"))
    install_all()
    with machine():
        nurse = worker("Wenna Stephens", "cornwall-partnership-trust", "school-nursing", "school-nurse")
    with acting_as(nurse):
        session = session_of(nurse)
    typed = dict.fromkeys(("q", "name"), "Zelah Quillfeather 9/2/2013") | {"look": "1"}
    log = tmp_path / "server.log"
    with serving(cloned_database, log) as address:
        signed_in = {"Cookie": f"sessionid={session}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN}
        places = ("/find/", "/forms/begin/school-nursing-contact/")
        answered = [_sent(address, place, typed, signed_in) for place in places]
        assert [status for status, _ in answered] == [200, 200]
        run_out = {"Cookie": f"sessionid={session}"}
        answered += [_sent(address, place, typed, run_out) for place in places]
        answered += [_sent(address, place, typed, {"Cookie": f"csrftoken={TOKEN}", **TOKEN_ONLY}) for place in places]
        answered.append(_sent(address, "/refer/none/people/", typed, signed_in))
        assert [status for status, _ in answered[2:]] == [403, 403, 302, 302, 404]
    said = log.read_text(encoding="utf-8")
    assert "/find/" in said  # that a form was refused is written down
    for words in ("Quillfeather", "Zelah", "2013"):
        assert words not in said
        assert not [location for _, location in answered if words in location]


def _sent(address: str, path: str, typed: dict[str, str], headers: dict[str, str]) -> tuple[int, str]:
    """The status, and where it leads."""
    connection = HTTPConnection(urlsplit(address).netloc, timeout=20)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    try:
        connection.request("POST", path, urlencode(typed), headers | form)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers.get("Location", "")
    finally:
        connection.close()
