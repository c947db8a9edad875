"""Words written as one or apart, and searches narrowed to a kind, a year or a genre."""

import pytest

from accounts.viewers import AnonymousViewer
from catalog import search
from catalog.models import Genre, SearchEntry, Title
from catalog.search import sieve
from catalog.search.marking import pieces
from tests.factories import CreditFactory, EpisodeFactory, GenreFactory, MovieFactory, TitleFactory

pytestmark = pytest.mark.django_db

ADULT = AnonymousViewer(highest_age=99, sees_unrated=True)


def index(*things):
    for thing in things:
        search.note_changes(getattr(thing, "kind", "person"), [thing.pk])
    while search.apply_changes():
        pass


def named(*names, **fields):
    titles = [TitleFactory(name=name, popularity=90 - place, **fields) for place, name in enumerate(names)]
    index(*titles)
    return titles


def names(query, **options):
    return [hit.name for hit in search.find(query, ADULT, **options)]


def of_genre(name, slug):
    genre = GenreFactory(name=slug.title(), slug=slug)
    title = TitleFactory(name=name)
    title.genres.add(genre)
    index(title)
    return genre


# -- words as one ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("labels", "queries"),
    [
        (["WALL-E", "WALL·E", "WALLE", "Wall E"], ["wall-e", "WALL·E", "walle", "wall e"]),
        (["Spider-Man", "Spiderman", "Spider Man"], ["spider-man", "spiderman", "spider man", "Spider·Man"]),
        (["M*A*S*H", "MASH", "M.A.S.H.", "M A S H"], ["m*a*s*h", "mash", "m.a.s.h.", "m a s h", "M-A-S-H"]),
        (["S.H.I.E.L.D.", "Shield", "S-H-I-E-L-D"], ["shield", "s.h.i.e.l.d", "s h i e l d"]),
        (["X-Men", "XMen", "X Men"], ["xmen", "x-men", "x men"]),
        (["9-1-1", "911"], ["911", "9-1-1", "9 1 1"]),
    ],
)
def test_signs_and_spaces_inside_a_name_do_not_matter(labels, queries):
    named(*labels)
    for query in queries:
        hits = search.find(query, ADULT)
        assert {hit.name for hit in hits} == set(labels), query
        assert {hit.match for hit in hits} == {search.Match.EXACT}, query


@pytest.mark.parametrize(
    ("label", "query"),
    [
        ("The Amazing Spider-Man", "amazing spiderman"),
        ("The Amazing Spiderman", "spider man amaz"),
        ("Spider-Man: Homecoming", "spiderman home"),
        ("Marvel’s Agents of S-H-I-E-L-D", "shield agents"),
        ("Jean-Luc and the Others", "jeanluc"),
        ("AC/DC Live", "acdc"),
    ],
)
def test_a_word_divided_by_signs_is_found_inside_a_longer_name(label, query):
    named(label)
    (hit,) = search.find(query, ADULT)
    assert not hit.is_close


def test_people_and_episodes_are_found_written_as_one_too():
    episode = EpisodeFactory(name="The Catch-22 of It")
    credit = CreditFactory(title=episode.title, person__name="Mary-Anne Macdonald")
    index(episode.title, credit.person)
    assert names("maryanne mac donald") == ["Mary-Anne Macdonald"]
    assert [hit.name for hit in search.find_episodes("catch22", ADULT)] == [episode.name]


def test_a_beginning_does_not_jump_over_a_space():
    named("Therapy", "Nowhere", "The Ring")
    assert names("the r") == ["The Ring"]
    assert not names("no w")


def test_the_very_word_comes_before_names_that_begin_with_it():
    named("Spiderman Forever", "Spider-Man")
    assert names("spiderman") == names("spider man") == ["Spider-Man", "Spiderman Forever"]


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("Spider-Man", "spiderman", "[Spider-Man]"),
        ("Spider-Man: Home", "spider man", "[Spider-Man]: Home"),
        ("Spider-Man", "spiderm", "[Spider-M]an"),
        ("Spiderman", "spider man", "[Spiderman]"),
        ("Spider Man", "spiderman", "[Spider Man]"),
        ("M*A*S*H", "mash", "[M*A*S*H]"),
        ("M*A*S*H", "m a s h", "[M*A*S*H]"),
        ("WALL-E", "walle", "[WALL-E]"),
        ("WALL·E", "wall-e", "[WALL·E]"),
        ("S.H.I.E.L.D.", "shield", "[S.H.I.E.L.D]."),
        ("Therapy", "the r", "[The]rapy"),
        ("Far and Away", "a way", "Far [a]nd [Away]"),
        ("!!!", "", "!!!"),
        ("!!!", "?", "!!!"),
    ],
)
def test_marks_follow_words_written_as_one(text, query, marked):
    assert "".join(f"[{piece}]" if is_asked else piece for piece, is_asked in pieces(text, query)) == marked


def test_many_words_are_marked_without_trying_every_run_of_them():
    assert pieces("a" * 300, "a " * 50) == [("a", True), ("a" * 299, False)]


# -- kinds, years and genres -------------------------------------------------------------------------------------------


def test_a_year_and_a_decade_narrow_what_is_found():
    named("Lantern of 1994", year=1994)
    named("Lantern of 1999", year=1999)
    named("Lantern of 2000", year=2000)
    named("Lantern of some day", year=None)
    assert names("lantern", facets=["1994"]) == ["Lantern of 1994"]
    assert set(names("lantern", facets=["1990s"])) == {"Lantern of 1994", "Lantern of 1999"}


def test_a_genre_narrows_what_is_found_alone_and_with_a_year():
    noir = of_genre("Lantern Street", "noir")
    of_genre("Lantern Court", "comedy")
    Title.objects.filter(name="Lantern Street").update(year=1950)
    index(Title.objects.get(name="Lantern Street"))
    assert names("lantern", facets=[f"genre:{noir.pk}"]) == ["Lantern Street"]
    assert names("lantern", facets=["1950", f"genre:{noir.pk}"]) == ["Lantern Street"]
    assert names("lantern", facets=["1960s", f"genre:{noir.pk}"]) == []


def test_only_titles_have_years():
    index(CreditFactory(person__name="Lantern Jones", title__name="Lantern", title__year=1950).person)
    named("Lantern", year=1950)
    assert {hit.kind for hit in search.find("lantern", ADULT, facets=["1950"])} == {"series"}


@pytest.mark.parametrize("query", ["lantern", "la", "lanterm"])
def test_the_crowd_does_not_hide_what_a_filter_leaves(query, monkeypatch):
    monkeypatch.setattr("catalog.search.query.POPULAR", 3)
    named(*(f"Lantern {n}" for n in range(40)), year=2001)
    (last,) = named("Lantern Street", year=1950)
    Title.objects.filter(pk=last.pk).update(popularity=0.1)
    index(last)
    assert names(query, limit=2, facets=["1950"]) == ["Lantern Street"]


def test_what_a_filter_leaves_out_is_not_replaced_by_what_looks_alike():
    named("Sherlock", year=1954)
    named("Sherlok", year=1999)
    assert names("sherlock", facets=["1990s"]) == []
    assert names("sherlcok", facets=["1990s"]) == ["Sherlok"]
    index(MovieFactory(name="Sherlocked"))
    assert names("sherlok", kinds=["movie"]) == []


def test_the_index_follows_a_year_and_genres_that_change():
    (title,) = named("Lantern", year=1950)
    title.genres.add(GenreFactory(name="Noir"))
    Title.objects.filter(pk=title.pk).update(year=1962)
    index(title)
    genre = Genre.objects.get(name="Noir")
    assert SearchEntry.objects.get().facets == ["1962", "1960s", f"genre:{genre.pk}"]


# -- what an address asks for ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "query"),
    [
        ({"kind": "movie", "year": "1990s", "genre": "noir"}, "kind=movie&year=1990s&genre=noir"),
        ({"year": "1994"}, "year=1994"),
        ({"kind": "person", "year": "1994", "genre": "noir"}, "kind=person"),
        ({"kind": "episode", "genre": "noir"}, "kind=episode"),
        ({"kind": "channel", "year": "1994"}, ""),
        ({"year": "soon", "genre": "\0"}, ""),
        ({"genre": "unheard-of"}, ""),
        ({}, ""),
    ],
)
def test_what_makes_no_sense_is_left_out_of_the_filters(asked, query):
    GenreFactory(name="Noir", slug="noir")
    wanted = sieve.understood(asked)
    assert wanted.query == query
    assert bool(wanted) == bool(query)


def test_the_filters_offer_what_leads_to_something_and_what_is_chosen():
    genre = of_genre("Lantern", "noir")
    GenreFactory(name="Unused", slug="unused")
    Title.objects.update(year=1954)
    chosen = sieve.understood({"year": "1921"})
    offered = sieve.choices(ADULT, chosen)
    assert offered.genres == [("noir", genre.name)]
    assert offered.decades == [("1950s", ["1954"]), ("1920s", ["1921"])]
