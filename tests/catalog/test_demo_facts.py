"""The facts of the demonstration catalogue: their shape, that they agree with each other, and that they load."""

import json
import re
from collections import Counter
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path

import pytest
from slugify import slugify

from accounts.viewers import AnonymousViewer
from catalog import browse, demo
from catalog.models import Collection, CollectionItem, Credit, Episode, Title

FOLDER = Path(__file__).parents[2] / "catalog" / "demo"
GENRES = {slugify(name) for name in import_module("catalog.migrations.0002_genres").GENRES}
BRITISH_AGES = {"U": 0, "PG": 8, "12": 12, "12A": 12, "15": 15, "18": 18}
TITLE_KEYS = {
    *("name", "original_name", "premiered", "year", "runtime", "language", "country", "genres", "popularity"),
    *("overview", "certification", "aliases", "external_ids", "credits", "rights"),
}
SERIES_KEYS = TITLE_KEYS | {"ended", "status", "network", "includes", "seasons"}
PAGE = re.compile(r"[<>]|&\w+;|https?:")
FILM_GENRES = {
    *("action", "adventure", "animation", "comedy", "crime", "documentary", "drama", "family", "fantasy", "history"),
    *("horror", "music", "mystery", "romance", "science-fiction", "thriller", "war", "western"),
}
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def read(name):
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


MOVIES, SERIES, PEOPLE, COLLECTIONS = read("movies"), read("series"), read("people"), read("collections")
TITLES = MOVIES + SERIES
SEASONS = [(show, season) for show in SERIES for season in show["seasons"]]

every_title = pytest.mark.parametrize("title", TITLES, ids=lambda title: f"{title['name']} {title['year']}")
every_season = pytest.mark.parametrize(
    ("show", "season"), SEASONS, ids=lambda part: str(part.get("name") or part["number"])
)


def day(text):
    return text and date.fromisoformat(text)


def test_there_are_sixty_films_and_twelve_series_and_each_is_another():
    assert (len(MOVIES), len(SERIES)) == (60, 12)
    assert len({(title["name"], title["year"]) for title in TITLES}) == 72
    assert len({title["external_ids"].get("imdb", title["name"]) for title in TITLES}) == 72


def test_the_series_have_enough_episodes_to_live_with():
    assert 220 <= sum(len(season["episodes"]) for _, season in SEASONS) <= 320


def test_every_usual_genre_has_a_few_films():
    given = Counter(genre for movie in MOVIES for genre in movie["genres"])
    assert {genre for genre, films in given.items() if films >= 2} >= FILM_GENRES


def test_the_films_come_from_many_countries_and_decades():
    assert len({movie["country"] for movie in MOVIES}) >= 12
    assert len({movie["year"] // 10 for movie in MOVIES}) >= 10


@every_title
def test_a_title_has_the_promised_keys(title):
    keys = SERIES_KEYS if "seasons" in title else TITLE_KEYS
    assert set(title) == keys | ({"min_age"} if title["certification"] is None else set())


@every_title
def test_a_title_is_coded_in_the_usual_alphabets(title):
    assert re.fullmatch(r"[A-Z]{2}", title["country"])
    assert title["language"] in {"en", "sv", "zxx"}
    assert 1 <= len(title["genres"]) == len(set(title["genres"]))
    assert set(title["genres"]) <= GENRES
    assert 0 <= title["popularity"] <= 100
    for source, value in title["external_ids"].items():
        assert re.fullmatch(r"tt\d{7,8}" if source == "imdb" else r"\d+", str(value))


@every_title
def test_a_titles_dates_agree(title):
    premiered = day(title["premiered"]) or date(title["year"], 1, 1)
    assert premiered.year == title["year"]
    assert (day(title.get("ended")) or date.max) >= premiered


@every_title
def test_an_overview_is_a_paragraph_of_plain_text(title):
    assert 120 <= len(title["overview"]) <= 600
    assert not PAGE.search(title["overview"])
    assert title["overview"].endswith((".", "?", "!"))


@every_title
def test_a_certificate_says_from_what_age(title):
    given = title["certification"] or {"country": "", "label": "", "min_age": title.get("min_age")}
    assert 0 <= given["min_age"] <= 18
    if given["country"] == "GB":
        assert given["min_age"] == BRITISH_AGES[given["label"]]


@every_title
def test_a_title_says_why_it_may_be_shown(title):
    assert re.search(r"public domain in the United States|^CC ?(BY\b|0 )", title["rights"], re.IGNORECASE)
    assert title["rights"].endswith(".")


@every_title
def test_other_names_are_other_names(title):
    names = [title["name"], *(alias["name"] for alias in title["aliases"])]
    assert len(names) == len(set(names))
    assert title["original_name"] != title["name"]


@every_title
def test_credits_are_of_known_roles_and_given_once(title):
    given = Counter((credit["person"], credit["role"], credit.get("character", "")) for credit in title["credits"])
    assert max(given.values()) == 1
    assert {role for _, role, _ in given} <= set(Credit.Role.values)
    assert all(bool(character) == (role == "actor") for _, role, character in given)


@every_title
def test_whoever_led_a_title_has_an_entry(title):
    led = [credit["person"] for credit in title["credits"] if credit["role"] in {"director", "creator"}]
    cast = [credit["person"] for credit in title["credits"] if credit["role"] == "actor"]
    assert led
    assert set(led + cast[:2]) <= {person["name"] for person in PEOPLE}


def test_people_are_entered_once_and_credited_somewhere():
    names = [person["name"] for person in PEOPLE]
    assert len(names) == len(set(names)) >= 100
    assert set(names) <= {credit["person"] for title in TITLES for credit in title["credits"]}


def test_a_life_has_a_likely_length():
    whole = [(day(person["born"]), day(person["died"])) for person in PEOPLE if person["born"] and person["died"]]
    assert len(whole) >= 100
    assert all(20 < (died - born).days / 365 < 105 for born, died in whole)
    assert all(re.fullmatch(r"[A-Z]{2}", person["birthplace"] or "XX") for person in PEOPLE)


@every_season
def test_episodes_are_numbered_without_a_gap(show, season):
    numbers = [episode["number"] for episode in season["episodes"]]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len({episode["name"] for episode in season["episodes"]}) == len(numbers)


@every_season
def test_episodes_were_shown_in_order_while_the_series_ran(show, season):
    shown = [day(episode["air_date"]) for episode in season["episodes"] if episode["air_date"]]
    first, last = day(show["premiered"]) or date(show["year"], 1, 1), day(show["ended"]) or date.max
    assert shown == sorted(shown)
    assert all(first <= on <= last for on in shown)


@every_season
def test_the_first_episodes_say_what_happens(show, season):
    silent = [episode["number"] for episode in season["episodes"][:6] if not episode["overview"]]
    assert len(silent) <= 2
    assert 1 not in silent
    assert not any(PAGE.search(episode["overview"]) for episode in season["episodes"])
    assert all(1 <= (episode["runtime"] or 1) <= 90 for episode in season["episodes"])


@pytest.mark.parametrize("show", SERIES, ids=lambda show: show["name"])
def test_only_the_last_of_a_series_seasons_may_be_a_part(show):
    assert [season["number"] for season in show["seasons"]] == list(range(1, len(show["seasons"]) + 1))
    assert all(season["complete"] for season in show["seasons"][:-1])
    assert show["includes"].endswith(".")


@pytest.mark.parametrize("collection", COLLECTIONS, ids=lambda collection: collection["slug"])
def test_a_collection_picks_known_titles_once_and_says_why(collection):
    known = {("movie", movie["name"], movie["year"]) for movie in MOVIES}
    known |= {("series", show["name"], show["year"]) for show in SERIES}
    picked = [(title["kind"], title["name"], title["year"]) for title in collection["titles"]]
    assert len(picked) == len(set(picked)) >= 6
    assert set(picked) <= known
    assert all(title["note"].endswith((".", "?", "!")) and len(title["note"]) <= 120 for title in collection["titles"])
    assert collection["slug"] == slugify(collection["name"])
    assert 60 <= len(collection["overview"]) <= 300


@pytest.fixture
def loaded(db):
    return demo.load(at=NOW, rating_country="GB")


def test_loading_saves_every_title_with_its_episodes(loaded):
    assert (loaded, Title.objects.movies().count(), Title.objects.series().count()) == (72, 60, 12)
    assert Episode.objects.count() == sum(len(season["episodes"]) for _, season in SEASONS)
    assert Credit.objects.count() == sum(len(title["credits"]) for title in TITLES)


def test_loaded_credits_are_not_taken_for_words_of_staff(loaded):
    assert set(Credit.objects.values_list("source", flat=True)) == {"demo"}


def test_loading_again_adds_nothing(loaded):
    assert demo.load(at=NOW, rating_country="GB") == 0
    picked = Collection.objects.filter(kind=Collection.Kind.PICKED)
    assert (Title.objects.count(), picked.count()) == (72, 3)
    assert CollectionItem.objects.filter(collection__in=picked).count() == sum(
        len(collection["titles"]) for collection in COLLECTIONS
    )


def test_a_collection_is_published_with_its_titles_in_order(loaded):
    night = Collection.objects.published().get(slug="night-and-the-city")
    items = night.items.order_by("position").select_related("title")
    told = next(collection for collection in COLLECTIONS if collection["slug"] == night.slug)["titles"]
    assert [(item.title.name, item.note) for item in items] == [(title["name"], title["note"]) for title in told]


def test_a_shelf_that_staff_made_under_the_same_name_stays_theirs(db):
    Collection.objects.create(name="Free to share", slug="ours")
    demo.load(at=NOW)
    assert Collection.objects.get(name="Free to share").items.count() == 0


def test_the_filters_of_films_and_series_offer_what_the_facts_name(loaded):
    viewer = AnonymousViewer(highest_age=18, sees_unrated=True)
    for kind, rows in (("movie", MOVIES), ("series", SERIES)):
        offered = browse.choices(kind, viewer, browse.Filters())
        assert {slug for slug, _name in offered.genres} == {genre for row in rows for genre in row["genres"]}
        assert {code for code, _name in offered.languages} == {row["language"] for row in rows}
