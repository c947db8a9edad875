"""The facts of the demonstration catalogue: their shape, and that they agree with each other."""

import json
import re
from collections import Counter
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest
from slugify import slugify

from catalog.models import Credit

FOLDER = Path(__file__).parents[2] / "catalog" / "demo"
GENRES = {slugify(name) for name in import_module("catalog.migrations.0002_genres").GENRES}
BRITISH_AGES = {"U": 0, "PG": 8, "12": 12, "12A": 12, "15": 15, "18": 18}
TITLE_KEYS = {
    *("name", "original_name", "premiered", "year", "runtime", "language", "country", "genres", "popularity"),
    *("overview", "certification", "aliases", "external_ids", "credits", "rights"),
}
SERIES_KEYS = TITLE_KEYS | {"ended", "status", "network", "includes", "seasons"}
PAGE = re.compile(r"[<>]|&\w+;|https?:")


def read(name):
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


MOVIES, SERIES, PEOPLE = read("movies"), read("series"), read("people")
TITLES = MOVIES + SERIES
SEASONS = [(show, season) for show in SERIES for season in show["seasons"]]

every_title = pytest.mark.parametrize("title", TITLES, ids=lambda title: f"{title['name']} {title['year']}")
every_season = pytest.mark.parametrize(
    ("show", "season"), SEASONS, ids=lambda part: str(part.get("name") or part["number"])
)


def day(text):
    return text and date.fromisoformat(text)


def test_there_are_twenty_four_films_and_six_series_and_each_is_another():
    assert (len(MOVIES), len(SERIES)) == (24, 6)
    assert len({(title["name"], title["year"]) for title in TITLES}) == 30
    assert len({title["external_ids"].get("imdb", title["name"]) for title in TITLES}) == 30


def test_the_series_have_enough_episodes_to_live_with():
    assert 120 <= sum(len(season["episodes"]) for _, season in SEASONS) <= 220


@every_title
def test_a_title_has_the_promised_keys(title):
    keys = SERIES_KEYS if "seasons" in title else TITLE_KEYS
    assert set(title) == keys | ({"min_age"} if title["certification"] is None else set())


@every_title
def test_a_title_is_coded_in_the_usual_alphabets(title):
    assert re.fullmatch(r"[A-Z]{2}", title["country"])
    assert title["language"] in {"en", "zxx"}
    assert 1 <= len(title["genres"]) == len(set(title["genres"]))
    assert set(title["genres"]) <= GENRES
    assert 0 <= title["popularity"] <= 100
    for source, value in title["external_ids"].items():
        assert re.fullmatch(r"tt\d{7,8}" if source == "imdb" else r"\d+", str(value))


@every_title
def test_a_titles_dates_agree(title):
    assert day(title["premiered"]).year == title["year"]
    assert (day(title.get("ended")) or date.max) >= day(title["premiered"])


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
    assert re.search(r"public domain in the United States|^CC BY \d\.\d", title["rights"], re.IGNORECASE)


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
    assert shown == sorted(shown)
    assert day(show["premiered"]) <= shown[0]
    assert shown[-1] <= (day(show["ended"]) or date.max)


@every_season
def test_the_first_episodes_say_what_happens(show, season):
    told = {episode["number"] for episode in season["episodes"] if episode["overview"]}
    assert len(told & set(range(1, 7))) >= (6 if season["number"] == 1 else 5)
    assert not any(PAGE.search(episode["overview"]) for episode in season["episodes"])
    assert all(1 <= episode["runtime"] <= 90 for episode in season["episodes"])


@pytest.mark.parametrize("show", SERIES, ids=lambda show: show["name"])
def test_only_the_last_of_a_series_seasons_may_be_a_part(show):
    assert [season["number"] for season in show["seasons"]] == list(range(1, len(show["seasons"]) + 1))
    assert all(season["complete"] for season in show["seasons"][:-1] or show["seasons"])
