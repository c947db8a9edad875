import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from catalog import jobs, rules
from catalog.models import Collection, CollectionItem, Title
from tests.factories import CollectionFactory, GenreFactory, MovieFactory, NetworkFactory, TitleFactory

pytestmark = pytest.mark.django_db


def names(said):
    return [title.name for title in rules.matching(rules.read(said))]


def on_shelf(collection):
    return list(collection.items.order_by("position").values_list("title__name", flat=True))


@pytest.fixture
def catalogue():
    """Three series and a film with every fact that a rule may ask for."""
    action, crime = GenreFactory(name="Action"), GenreFactory(name="Crime")
    bbc = NetworkFactory(slug="bbc-one")
    facts = {
        "Both": {"popularity": 9, "year": 1950, "language": "en", "country": "GB", "network": bbc, "source_rating": 6},
        "Action": {"popularity": 8, "year": 1960, "language": "en", "country": "US", "source_rating": 9},
        "Crime": {"popularity": 7, "year": 1970, "language": "fr", "country": "FR", "status": "running"},
        "Film": {"popularity": 6, "year": 1960, "kind": "movie", "source_rating": 7},
    }
    made = {name: TitleFactory(name=name, **fact) for name, fact in facts.items()}
    made["Both"].genres.set([action, crime])
    made["Action"].genres.set([action])
    made["Film"].genres.set([action])
    made["Crime"].genres.set([crime])
    return made


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, ["Both", "Action", "Crime", "Film"]),
        ({"kind": "movie"}, ["Film"]),
        ({"genres": ["action"]}, ["Both", "Action", "Film"]),
        ({"genres": ["action", "crime"]}, ["Both"]),
        ({"genres": ["action", "crime"], "match": "any"}, ["Both", "Action", "Crime", "Film"]),
        ({"genres": ["action", "of-no-kind"]}, []),
        ({"genres": ["of-no-kind"], "match": "any"}, []),
        ({"language": "en"}, ["Both", "Action"]),
        ({"country": "FR"}, ["Crime"]),
        ({"network": "bbc-one"}, ["Both"]),
        ({"status": "running"}, ["Crime"]),
        ({"first_year": 1951, "last_year": 1969}, ["Action", "Film"]),
        ({"min_rating": 6.5}, ["Action", "Film"]),
        ({"min_popularity": 7.5}, ["Both", "Action"]),
        ({"sort": "rating"}, ["Action", "Film", "Both", "Crime"]),
        ({"limit": 2}, ["Both", "Action"]),
        ({"kind": "series", "genres": ["action"], "language": "en", "limit": 1}, ["Both"]),
    ],
)
def test_a_rule_means_the_titles_that_are_all_it_says(catalogue, said, expected):
    assert names(said) == expected


def test_what_is_not_published_or_was_merged_is_never_meant():
    kept = TitleFactory(name="Kept", min_age=18)
    TitleFactory(is_published=False)
    TitleFactory(merged_into=kept)
    assert names({}) == ["Kept"]


@pytest.mark.parametrize(
    "said",
    [
        {"colour": "amber"},
        {"kind": "play"},
        {"genres": "action"},
        {"genres": [7]},
        {"match": "some"},
        {"language": "klingonese"},
        {"country": "gb"},
        {"network": None},
        {"status": "cancelled"},
        {"first_year": "1950"},
        {"first_year": True},
        {"first_year": 1960, "last_year": 1950},
        {"min_rating": 11},
        {"min_rating": float("nan")},
        {"min_popularity": -1},
        {"sort": "name"},
        {"limit": 0},
        {"limit": 501},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_by_its_key(said):
    with pytest.raises(ValidationError) as refused:
        rules.read(said)
    assert set(refused.value.message_dict) <= set(said)


def test_computing_puts_titles_up_in_order_and_takes_others_down(catalogue):
    collection = CollectionFactory(rule={"sort": "rating", "limit": 2})
    rules.compute(collection, at=timezone.now())
    assert on_shelf(collection) == ["Action", "Film"]
    Title.objects.filter(name="Crime").update(source_rating=10)
    assert rules.compute(collection, at=timezone.now()) == rules.Change(put_up=1, taken_down=1)
    assert on_shelf(collection) == ["Crime", "Action"]


def test_computing_again_writes_no_item(catalogue):
    collection = CollectionFactory(rule={})
    rules.compute(collection, at=timezone.now())
    before = list(CollectionItem.objects.order_by("pk").values())
    assert rules.compute(collection, at=timezone.now()) == rules.Change()
    assert list(CollectionItem.objects.order_by("pk").values()) == before


def test_a_collection_picked_by_hand_is_never_computed(catalogue):
    collection = CollectionFactory(kind="picked", rule={"limit": 1})
    CollectionItem.objects.create(collection=collection, title=catalogue["Film"])
    rules.compute(collection, at=timezone.now())
    assert on_shelf(collection) == ["Film"]


def test_what_was_deleted_since_it_was_worked_out_is_left_out(catalogue):
    collection = CollectionFactory(rule={})
    wanted = rules.wanted(collection)
    catalogue["Both"].delete()
    rules.put_up(collection, wanted, at=timezone.now())
    assert on_shelf(collection) == ["Action", "Crime", "Film"]


def test_every_night_all_rules_are_computed_whatever_one_of_them_says(catalogue):
    senseless, sound = CollectionFactory(rule={"limit": "many"}), CollectionFactory(rule={"kind": "movie"})
    jobs.compute_collections()
    assert (on_shelf(senseless), on_shelf(sound)) == ([], ["Film"])
    sound.refresh_from_db()
    assert sound.computed_at is not None


def test_top_english_action_is_shipped():
    shipped = Collection.objects.get(slug="top-english-action")
    action = GenreFactory(name="Action")
    for name, facts in {"Meant": {}, "A film": {"kind": "movie"}, "In French": {"language": "fr"}}.items():
        TitleFactory(name=name, **{"language": "en", **facts}).genres.add(action)
    TitleFactory(name="Quiet", language="en").genres.add(GenreFactory(name="Drama"))
    rules.compute(shipped, at=timezone.now())
    assert (on_shelf(shipped), shipped.is_published) == (["Meant"], True)


def test_films_alone_make_a_shelf_too(catalogue):
    MovieFactory(name="Another", popularity=5)
    assert names({"kind": "movie"}) == ["Film", "Another"]
