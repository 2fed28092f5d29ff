"""Prints of a discussion: each reader's own layer, as PDF/UA in which a second checker finds nothing (B4, B7)."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Callable

import pikepdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daras.access.models import TrailEntry, Worker
from daras.access.session import acting_as, machine
from daras.meetings.conflicts import declare_conflict
from daras.meetings.models import FeedbackGiven
from daras.meetings.telling import disagree
from daras.pages.prints.sheet import Section, Sheet, pdf, watermark_for
from daras.pages.tests import matterhorn
from daras.pages.tests.partnership import People, worker
from daras.pages.tests.pdf_text import Piece, letters_of, pieces, text_of
from daras.pages.tests.test_discussion import BACKEND, Desk, close, convened, desk, record_of
from daras.people.models import RecordPerson
from daras.working_time import clock

__all__ = ["convened", "desk"]  # the fixtures of the discussion's own tests

SURGERY = "camborne-surgery"
A4 = (595.2756, 841.8898)
BUDGETS = {"record": 46, "actions": 46, "school": 18}
LONG = "Wolfeschlegelsteinhausenbergerdorff" * 4


def printed(client: Client, who: Worker, path: str) -> bytes:
    client.force_login(who, backend=BACKEND)
    answer = client.get(path)
    assert answer.status_code == 200, path
    assert answer.headers["Content-Type"] == "application/pdf"
    return answer.content


@pytest.fixture
def held(client: Client, desk: Desk, convened: str) -> str:
    """Sections for each kind of reader, an action for the school, and the record closed; the discussion's address."""
    manager = desk.people.duty_manager
    texts = {
        "decisions": "Alex is safe with his mother.\nHe stays away from number 17.",
        "minutes": "What the police said.",
        "family": "A draft for the family.",
    }
    for section, words in texts.items():
        typed = {"page": "minutes", "section-section": section, "section-text": words}
        assert desk.sends(client, manager, f"{convened}section/", **typed)[0] == 302
    action = {
        "page": "minutes", "action-what": "Keep Alex and Jake apart at school.",
        "action-owner": "carn-brea-academy/safeguarding", "action-due_at": "2026-11-24T14:00",
    }  # fmt: skip
    assert desk.sends(client, manager, f"{convened}action/", **action)[0] == 302
    close(client, desk, convened)
    return convened


def test_each_reader_prints_their_own_layer(client: Client, desk: Desk, held: str) -> None:
    """Given a closed record, then the nurse's copy holds the minutes, the school's only what is for it (B4)."""
    nurse = text_of(printed(client, desk.nurse, f"{held}print/"))
    for words in ("What the police said.", "Read by those who take part", "Toby Rowse", "Read by everybody"):
        assert words in nurse, words
    school = text_of(printed(client, desk.people.safeguarding_lead, f"{held}print/"))
    for words in (
        "Alex is safe with his mother.",
        "Keep Alex and Jake apart at school.",
        "what is for Carn Brea Academy",
    ):
        assert words in school, words
    for kept in ("What the police said.", "Toby", "Everyone connected", desk.reference):
        assert kept not in school, kept
    for text in (nurse, school, text_of(printed(client, desk.people.duty_manager, f"{held}print/"))):
        assert "A draft for the family." not in text


def advised_planned_and_told(client: Client, desk: Desk, held: str) -> None:
    """Advice is recorded, it is planned how the child is asked, and those consulted are told."""
    manager, alex = desk.people.duty_manager, record_of("Alex")
    typed: dict[str, dict[str, str]] = {
        "account": {
            "subject": str(alex), f"account-{alex}-who_asks": "A trained officer",
            f"account-{alex}-where_and_when": "The suite, Tuesday", f"account-{alex}-communication_needs": "Breaks",
            f"account-{alex}-intermediary": "asked-for",
        },
        "advice": {
            "advice-name": "Dr Example", "advice-role": "designated doctor", "advice-advice": "Examine him soon",
            "advice-followed": "yes",
        },
        "feedback": {
            "feedback-decided": "Both agencies see the children together.", "feedback-risk_lower": "not-yet",
            "feedback-remains": "The school keeps watching.",
        },
    }  # fmt: skip
    for step, fields in typed.items():
        assert desk.sends(client, manager, f"{held}{step}/", page="minutes", **fields)[0] == 302, step


def test_the_copy_holds_what_was_advised_planned_told_and_kept_back_by_layer(
    client: Client, desk: Desk, held: str
) -> None:
    """A8, B3, B4: given advice, how the child is asked, word to those consulted, a challenge to it and a conflict of
    interest, then each stands in the copies of those who read it on the page, and in no other."""
    manager = desk.people.duty_manager
    advised_planned_and_told(client, desk, held)
    with machine():
        told = FeedbackGiven.objects.get()
        meeting = told.meeting_id
    with acting_as(desk.nurse):
        disagree(desk.nurse, told.pk, reason="Health was not heard.")
    with acting_as(desk.health):
        declare_conflict(desk.health, meeting, reason="She knows the family.")
    copies = {
        who.name: text_of(printed(client, who, f"{held}print/"))
        for who in (manager, desk.nurse, desk.people.safeguarding_lead)
    }
    of_manager, of_nurse, of_school = copies.values()
    for words in ("A trained officer asks, and nobody else", "Examine him soon"):
        assert words in of_manager, words
        assert words in of_nurse, words
        assert words not in of_school, words
    for copy in (of_manager, of_nurse, of_school):
        assert "Both agencies see the children together." in copy
        assert "The school keeps watching." in copy
    assert "Health was not heard." in of_manager
    assert "Health was not heard." in of_nurse
    assert "Health was not heard." not in of_school  # what a partner writes is read by those who take part
    assert "She knows the family." in of_manager
    assert "She knows the family." not in of_nurse + of_school


def test_the_actions_print_alone(client: Client, desk: Desk, held: str) -> None:
    """Given an action, then its owner's copy holds what, who, by when and how far, and nothing of the record (B7)."""
    text = text_of(printed(client, desk.people.safeguarding_lead, f"{held}print/actions/"))
    for words in ("Keep Alex and Jake apart at school.", "By when", "Tuesday 24 November 2026, 14:00", "Sent"):
        assert words in text, words
    assert "Alex is safe with his mother." not in text


def test_every_page_says_whose_working_copy_it_is(client: Client, desk: Desk, held: str) -> None:
    """Given a print, then who, which agency and when stand across each page, as an artifact (interface: prints)."""
    made = printed(client, desk.nurse, f"{held}print/")
    with pikepdf.open(io.BytesIO(made)) as file:
        assert len(file.pages) > 1
        for page in file.pages:
            across = "".join("".join(each.letters) for each in pieces(page) if not each.level and each.artifact)
            for words in ("WORKING COPY", "Anjali Menon", "Partnership", "24 November 2026, 09:30"):
                assert words.replace(" ", "") in across.replace(" ", ""), words


def test_a_working_copy_says_who_when_and_for_what(client: Client, desk: Desk, held: str) -> None:
    """G4: given a copy of a discussion and one of a child's page, then across every page stands for what it was made:
    the discussion, the open matter, or what its reader says it is for."""
    manager = desk.people.duty_manager
    _, matter = desk.opens(client, manager, f"/matters/{desk.reference}/")
    found = re.search(r'href="(/people/P-[^/"]+/)', matter)
    assert found
    for path, purpose in (
        (f"{held}print/", f"For {held.split('/')[2]}"),
        (f"{found[1]}print/", f"For {desk.reference}"),
        (f"{found[1]}print/?purpose=review", "I review or audit the record"),
    ):
        with pikepdf.open(io.BytesIO(printed(client, manager, path))) as file:
            for page in file.pages:
                across = "".join("".join(each.letters) for each in pieces(page) if not each.level and each.artifact)
                for words in ("WORKING COPY", manager.name, "24 November 2026, 09:30", purpose):
                    assert words.replace(" ", "") in across.replace(" ", ""), (path, words)


def test_the_surgerys_copy_is_to_be_hidden_from_online_access(client: Client, desk: Desk, held: str) -> None:
    """Given an action for the surgery, then its copy says on every page that the patient's app hides it (B4)."""
    with machine():
        doctor = worker("Morwenna Teague", SURGERY, "gp", "doctor")
    action = {
        "page": "minutes", "action-what": "Review Alex’s medication.", "action-owner": f"{SURGERY}/gp",
        "action-due_at": "2026-11-26T14:00", "action-hidden": "on",
    }  # fmt: skip
    assert desk.sends(client, desk.people.duty_manager, f"{held}action/", **action)[0] == 302
    made = printed(client, doctor, f"{held}print/")
    with pikepdf.open(io.BytesIO(made)) as file:
        for page in file.pages:
            assert "Tobehiddenfromthepatient’sonlineaccess" in "".join(
                "".join(each.letters) for each in pieces(page)
            ).replace(" ", "")
    assert "To be hidden from the patient’s online access" in text_of(made)
    assert "Alex is safe with his mother." not in text_of(made)  # it owns an action, and was not asked
    nurse = text_of(printed(client, desk.nurse, f"{held}print/actions/"))
    assert nurse.count("To be hidden from the patient’s online access") == 1  # at that action, not the whole copy


def test_an_outsider_prints_nothing_and_each_print_is_an_export(client: Client, desk: Desk, held: str) -> None:
    """Given the record, then who was not asked is told nothing of it; a print names each person in the trail (G4)."""
    client.force_login(desk.people.outsider, backend=BACKEND)
    for path in (f"{held}print/", f"{held}print/actions/"):
        assert client.get(path).status_code == 404
    printed(client, desk.nurse, f"{held}print/")
    with machine():
        exports = TrailEntry.objects.filter(actor="anjali-menon", action="export")
        assert exports.filter(subject_kind="print", subject_id=held.split("/")[2]).count() == 1
        assert exports.filter(subject_kind="person").count() >= 8


def test_a_print_asks_a_fixed_number_of_queries(client: Client, desk: Desk, held: str) -> None:
    """Given the prints, then each asks exactly within its budget."""
    pages = {
        "record": (desk.nurse, f"{held}print/"),
        "actions": (desk.nurse, f"{held}print/actions/"),
        "school": (desk.people.safeguarding_lead, f"{held}print/"),
    }
    asked = {}
    for name, (who, path) in pages.items():
        printed(client, who, path)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        asked[name] = len(captured)
    assert asked == BUDGETS


def test_the_second_checker_finds_nothing_in_any_print(client: Client, desk: Desk, held: str) -> None:
    """Given every print at both sizes, then the Matterhorn Protocol's conditions hold (design: prints are PDF/UA)."""
    manager = desk.people.duty_manager
    number = number_of("Alex")
    for path in (f"{held}print/", f"{held}print/actions/", f"/people/{number}/print/"):
        for size in ("", "?size=large"):
            assert matterhorn.failures(printed(client, manager, path + size)) == [], path + size


def number_of(given_name: str) -> str:
    with machine():
        return RecordPerson.objects.get(record_id=record_of(given_name)).number


def sheet_with_everything(people: People) -> Sheet:
    """Long names everywhere, every kind of part, and enough rows for several pages."""
    lead, at = people.duty_manager, clock.now()
    table = Section(
        "Actions",
        columns=("What is to be done", "By whom", "By when", "How far it is"),
        rows=tuple((f"Number {row} {LONG}", f"Team {LONG}", "24 November 2026", "Sent") for row in range(12)),
    )
    words = Section("Decisions", paragraphs=(f"Safe with {LONG}.",), lines=("One", f"{LONG} two"))
    return Sheet(
        LONG,
        (f"S-1. {LONG}",),
        (words, table),
        f"S-1. For {LONG}",
        watermark_for(lead, at, "For S-1"),
        marking="Marked",
    )


@pytest.mark.parametrize("large", [False, True], ids=["usual", "twice-as-large"])
def test_long_names_wrap_and_stay_on_the_paper(people: People, large: bool) -> None:
    """Given names without a space, at 100 and 200 %, then nothing is cut off, lost, or under another (interface)."""
    sheet = sheet_with_everything(people)
    made = pdf(sheet.in_large_print() if large else sheet, clock.now())
    assert matterhorn.failures(made) == []
    # In the title, a fact, a paragraph, a line, and two cells of each row; and once in "What is to be done".
    assert letters_of(made).count("W") == LONG.count("W") * (4 + 2 * 12) + 1
    with pikepdf.open(io.BytesIO(made)) as file:
        found = [each for page in file.pages for each in pieces(page) if each.level]
    for each in found:
        assert each.left >= 0
        assert each.right <= A4[0]
        assert 0 <= each.bottom <= A4[1]
    smallest = min(each.size for each in found if not each.artifact)
    assert smallest >= (21 if large else 10.5)
    assert not _over_each_other(found)


def _over_each_other(found: list[Piece]) -> list[tuple[Piece, Piece]]:
    """Pieces in one line of one column of text that run into each other."""
    text = [each for each in found if not each.artifact]
    near = itertools.pairwise(text)
    return [
        (first, then)
        for first, then in near
        if abs(first.bottom - then.bottom) < 1
        and first.left < then.left < first.right - first.size / 5  # less is kerning
    ]


# The checker itself: a file that is spoilt in one way is found out for that.

Spoil = Callable[[pikepdf.Pdf], None]


def nodes(file: pikepdf.Pdf, kind: str) -> list[pikepdf.Dictionary]:
    return [
        each
        for each in file.objects
        if isinstance(each, pikepdf.Dictionary)
        and each.get("/S") == kind
        and each.get("/Type", "/StructElem") == "/StructElem"
    ]


def paint(file: pikepdf.Pdf, stream: bytes) -> None:
    file.pages[0].contents_add(file.make_stream(stream))


def drop_from(file: pikepdf.Pdf, name: str) -> None:
    del file.Root[name]


def without_id(file: pikepdf.Pdf) -> None:
    text = file.Root.Metadata.read_bytes().replace(b"<pdfuaid:part>1</pdfuaid:part>", b"")
    file.Root.Metadata.write(text)


def without_title(file: pikepdf.Pdf) -> None:
    text = file.Root.Metadata.read_bytes()
    start, end = text.index(b"<dc:title>"), text.index(b"</dc:title>") + len(b"</dc:title>")
    file.Root.Metadata.write(text[:start] + text[end:])


def rename(kind: str, to: str) -> Spoil:
    def spoil(file: pikepdf.Pdf) -> None:
        nodes(file, kind)[0].S = pikepdf.Name(to)

    return spoil


def no_scope(file: pikepdf.Pdf) -> None:
    del nodes(file, "/TH")[0]["/A"]


def shorter_row(file: pikepdf.Pdf) -> None:
    row = nodes(file, "/TR")[-1]
    del row.K[-1]


def wrong_headers(file: pikepdf.Pdf) -> None:
    for said in nodes(file, "/TD")[0].A:
        if "/Headers" in said:
            said.Headers = pikepdf.Array([pikepdf.String("nobody")])


def no_parents(file: pikepdf.Pdf) -> None:
    file.Root.StructTreeRoot.ParentTree = pikepdf.Dictionary(Nums=pikepdf.Array())


def unnamed_content(file: pikepdf.Pdf) -> None:
    nodes(file, "/H1")[0].K = pikepdf.Array()


def of_first_font(name: str) -> Spoil:
    def spoil(file: pikepdf.Pdf) -> None:
        font = next(iter(file.pages[0].Resources.Font.values()))
        del (font if name == "/ToUnicode" else font.DescendantFonts[0].FontDescriptor)[name]

    return spoil


SPOILT: dict[str, tuple[str, Spoil]] = {
    "no language": ("11-006", lambda file: drop_from(file, "/Lang")),
    "not said to be tagged": ("06-001", lambda file: drop_from(file, "/MarkInfo")),
    "title not shown": ("07-001", lambda file: drop_from(file, "/ViewerPreferences")),
    "no metadata": ("06-001", lambda file: drop_from(file, "/Metadata")),
    "no tree": ("01-005", lambda file: drop_from(file, "/StructTreeRoot")),
    "does not claim the standard": ("06-002", without_id),
    "no title": ("06-003", without_title),
    "an unknown type": ("02-001", rename("/P", "/Aside")),
    "first heading of level two": ("14-002", rename("/H1", "/H2")),
    "a level left out": ("14-003", rename("/H2", "/H3")),
    "a picture without words": ("13-004", rename("/P", "/Figure")),
    "a list's item elsewhere": ("09-004", rename("/LI", "/P")),
    "a cell in a paragraph": ("09-005", rename("/TR", "/P")),
    "a heading of nothing": ("15-003", no_scope),
    "rows of unequal length": ("15-001", shorter_row),
    "a cell with a heading that is not there": ("15-004", wrong_headers),
    "no tree of parents": ("01-006", no_parents),
    "a heading that lost its words": ("01-005", unnamed_content),
    "paint that is not marked": ("01-005", lambda file: paint(file, b"0 0 100 100 re f")),
    "tagged inside an artifact": ("01-004", lambda file: paint(file, b"/Artifact BMC /P <</MCID 0>> BDC EMC EMC")),
    "an artifact inside tagged": ("01-003", lambda file: paint(file, b"/P <</MCID 0>> BDC /Artifact BMC EMC EMC")),
    "a font that is not there": ("31-009", of_first_font("/FontFile3")),
    "letters nobody can tell": ("31-027", of_first_font("/ToUnicode")),
}


@pytest.mark.parametrize("how", SPOILT)
def test_the_checker_finds_out_a_file_that_is_spoilt(people: People, how: str) -> None:
    """Given a sound print, when one thing in it is spoilt, then the checker names that, and did not before."""
    code, spoil = SPOILT[how]
    sound = pdf(sheet_with_everything(people), clock.now())
    assert matterhorn.failures(sound) == []
    with pikepdf.open(io.BytesIO(sound)) as file:
        spoil(file)
        spoilt = io.BytesIO()
        file.save(spoilt)
    found = matterhorn.failures(spoilt.getvalue())
    assert any(each.startswith(code) for each in found), found
