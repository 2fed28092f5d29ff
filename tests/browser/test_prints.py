"""The family's own version in a browser: written without scripts, released on a telephone, downloaded (A8, B4)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from daras.home import Addresses
from tests.browser.conftest import Partnership, running
from tests.browser.visitor import DESK, PHONE, Visitor

MANAGER, COLLEAGUE, NIGHT, OUTSIDER = (
    f"{name}@workers.example" for name in ("jenifer-pascoe", "jowan-penhale", "hilary-quick", "kensa-bolitho")
)


@pytest.fixture(scope="module")
def own_partnership(
    test_server: Addresses, template_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Partnership]:
    """Alex's referral has come in; this test changes what is recorded."""
    with running(test_server, template_database, tmp_path_factory.mktemp("prints"), ("alex",)) as found:
        yield found


@pytest.fixture
def people(browser: Browser, own_partnership: Partnership) -> Iterator[dict[str, Visitor]]:
    """The manager writes at a desk without scripts, a colleague reads on a telephone."""
    made = {
        "writer": Visitor(browser, own_partnership.address, DESK, scripts=False),
        "at a desk": Visitor(browser, own_partnership.address, DESK),
        "reader": Visitor(browser, own_partnership.address, PHONE),
        "outsider": Visitor(browser, own_partnership.address),
    }
    yield made
    for each in made.values():
        each.leaves()


def test_a_version_is_written_released_downloaded_and_given(
    people: dict[str, Visitor], own_partnership: Partnership
) -> None:
    """A8, B4: given Alex's discussion, when one writes for his mother, then another releases it, and it is given."""
    writer, desk, reader, outsider = people.values()
    writer.signs_in(MANAGER)
    writer.opens(f"/matters/{own_partnership.references['alex']}/convene/")
    writer.page.get_by_role("button", name="Convene, and tell those asked").click()
    writer.reads("Everyone connected")
    discussion = writer.page.url.removeprefix(writer.address).removesuffix("minutes/")
    writer.opens(discussion)
    writer.follows("For the family")
    writer.page.get_by_label("for Kerra Tregear").first.check()
    writer.page.get_by_label("What was decided, and why").fill("We met about Alex and Toby.")
    writer.page.get_by_role("button", name="Keep it for somebody else to read").click()
    writer.reads("There is a problem")
    writer.page.get_by_label("What was decided, and why").fill("We met about Alex.")
    writer.page.get_by_label("What happens next, and when").fill("A social worker comes on Wednesday.")
    writer.page.get_by_label("Whom they can ask").fill("Ring the MARU.")
    writer.page.get_by_role("button", name="Keep it for somebody else to read").click()
    writer.reads("Somebody else reads it")
    place = writer.page.url.removeprefix(writer.address)

    desk.signs_in(MANAGER)
    for path in (discussion, f"{discussion}family/", place):
        desk.opens(path)
        desk.can_use_the_page()
    desk.opens(f"{place}print/", status=403)

    reader.signs_in(NIGHT)
    reader.opens(f"{discussion}family/", status=403)  # a draft is the day team's
    reader.context.clear_cookies()
    reader.signs_in(COLLEAGUE)
    reader.opens(f"{discussion}family/")
    reader.can_use_the_page()
    reader.opens(place)
    reader.can_use_the_page()
    reader.page.get_by_role("button", name="Save").click()
    reader.reads("There is a problem")
    reader.can_use_the_page()
    reader.page.get_by_role("radio", name="Release it").check()
    reader.page.get_by_role("button", name="Save").click()
    reader.reads("Print it and give it")
    reader.can_use_the_page()
    with reader.page.expect_download() as download:
        reader.page.get_by_role("link", name="Their copy (PDF)").click()
    assert download.value.suggested_filename == f"{place.rstrip('/').rpartition('/')[2]}.pdf"
    reader.page.get_by_label("Read aloud to them").check()
    reader.page.get_by_label("By whom?").fill("Hilary Quick")
    reader.page.get_by_role("button", name="It has been given to them").click()
    reader.reads("Given to Kerra Tregear read aloud to them")
    reader.can_use_the_page()

    outsider.signs_in(OUTSIDER)
    outsider.opens(place, status=404)
    outsider.opens(f"{discussion}print/", status=404)
