"""How common names are is counted in the index itself, and what agrees is weighed by it (A5)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from daras.access.session import acting_as, machine
from daras.matching.comparison import compare, judge
from daras.matching.counting import count_names, names_counted
from daras.matching.features import PersonFeatures, home
from daras.matching.model import load
from daras.matching.models import NameBorne, NamesCount
from daras.matching.names import FEWEST_BEARERS, Bearers, NamesCounted, name_shares
from daras.matching.queries import decide_for
from daras.matching.tests.people import BASSETT_ROW, TREVENSON_17, person
from daras.matching.tests.test_index import known

#: Trebran: hardly anybody in the country, one in fifty here.
HERE = NamesCounted(100_000, {"oliver": 1_000}, {"trebran": 2_000}, 1.5, 1.5)


@pytest.fixture
def index(db: None) -> Iterator[None]:
    names_counted.cache_clear()
    with machine():
        yield
    names_counted.cache_clear()


def of(given: str, family: str, born: str = "2014-05-02") -> PersonFeatures:
    return person(given, family, born, TREVENSON_17, sex="M")


@pytest.mark.usefixtures("index")
def test_names_are_counted_as_they_are_compared() -> None:
    """A5: given records with one name written in several ways, then it is counted as one name; a name that few bear is
    kept by no name, since it would tell that somebody is known here; and another count takes the place of the last."""
    known(*[of("Séan", "O'Neill")] * 3, *[of("sean", "ONEILL")] * 3, of("Hyacinth", "Trebran"))
    for _ in range(2):
        assert count_names() == 2
    assert NamesCount.objects.count() == 1
    assert list(NameBorne.objects.order_by("kind").values_list("kind", "plain", "records")) == [
        ("family", "oneill", 6),
        ("given", "sean", 6),
    ]
    (taken,) = NamesCount.objects.all()
    assert (taken.records, taken.rare_given, taken.rare_family) == (7, 1.0, 1.0)
    found = names_counted(taken.pk)
    assert (found.records, found.given, found.family) == (7, {"sean": 6}, {"oneill": 6})


@pytest.mark.usefixtures("index")
def test_a_process_reads_a_count_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """A5: given a new count, then the next question reads it, in one query more, and those after it read no more."""
    known(of("Oliver", "Trebran"))
    count_names()
    for queries in (3, 2):
        with django_assert_num_queries(queries):
            decide_for(of("Oliver", "Trebran"))
    count_names()
    with django_assert_num_queries(3):
        decide_for(of("Oliver", "Trebran"))


@pytest.mark.usefixtures("index")
def test_nothing_was_ever_recorded() -> None:
    """A5: given an empty index, then it is counted all the same, and a count of few records changes no answer."""
    assert count_names() == 0
    assert names_counted(NamesCount.objects.get().pk).records == 0
    (oliver,) = known(of("Oliver", "Trebran"))
    count_names()
    alone = compare(of("Oliver", "Trebran"), of("Oliver", "Trebran"))
    (found,) = decide_for(of("Oliver", "Trebran")).candidates
    assert (found.record_id, found.probability) == (oliver.pk, alone.probability)


@pytest.mark.django_db
def test_nobody_but_the_machine_reads_what_was_counted() -> None:
    """A5, G4: given a worker's own eyes, then the count is refused."""
    from daras.access.models import Worker

    with machine():
        worker = Worker.objects.create(slug="w", email="w@example.org", name="W", agency="a", team="t", role="nurse")
    for table in ("matching_namescount", "matching_nameborne"):
        with acting_as(worker), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")


def test_what_is_rare_in_the_country_may_be_common_here() -> None:
    """A5: given two of one name in two homes whose days of birth differ by a digit, then where the name is everybody's
    a person decides, and where it is rare it is a match."""
    one = person("Oliver", "Trebran", "2014-05-02", TREVENSON_17, sex="M")
    other = person("Oliver", "Trebran", "2014-05-12", BASSETT_ROW, sex="M")
    elsewhere = NamesCounted(100_000, {"oliver": 1_000}, {}, 1.5, 1.5)
    assert judge(one, other, load().among(100_000, elsewhere)).decision == "match"
    assert judge(one, other, load().among(100_000, HERE)).decision != "match"


def test_few_records_say_little_and_a_learned_model_has_its_own() -> None:
    """A5: given a count of few records, or a model that was learned from a list, then names count as before."""
    model = load()
    few = NamesCounted(500, {"oliver": 100}, {}, 1.0, 1.0)
    assert model.among(500, few) == model.among(500)
    assert model.among(500, few).shares is name_shares()
    assert model.among(100_000, HERE).strangers == 200_000
    assert model.among(100_000, HERE).shares.of_family("trebran") == pytest.approx(0.0196, abs=0.0005)


def test_shares_of_the_country_and_of_the_index_are_one() -> None:
    """A5: given counts beside shares, then every name has a share, one that nobody bears here the least of all, and who
    counts more says more."""
    shares = name_shares().beside(HERE, 2_000)
    assert shares.of_family("smith") < name_shares().of_family("smith")
    assert 0 < shares.of_family("quiller") < shares.of_family("trebran") < 0.02
    bearers = Bearers()
    tregear = person("Alex", "Tregear", "2015-03-22", home(lines=["1 Fore Street"], postcode="TR14 8AB"))
    bearers.add(tregear.given_names, tregear.family_names, FEWEST_BEARERS - 1)
    assert bearers.counted().given == {}
    assert bearers.counted().rare_given == FEWEST_BEARERS - 1
    bearers.add(tregear.given_names, tregear.family_names)
    assert bearers.counted().given == {"alex": FEWEST_BEARERS}
