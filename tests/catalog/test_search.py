"""The search index: what gets into it, what is found, and in which order."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction

from accounts.viewers import AnonymousViewer
from catalog import search
from catalog.models import Alias, Credit, Episode, SearchChange, SearchEntry, Title
from catalog.search.marking import pieces
from catalog.search.query import LONGEST
from tests.factories import CreditFactory, EpisodeFactory, MovieFactory, PersonFactory, TitleFactory

pytestmark = pytest.mark.django_db

ADULT = AnonymousViewer(highest_age=99, sees_unrated=True)
CHILD = AnonymousViewer(highest_age=6, sees_unrated=False)


def index(*things):
    for thing in things:
        search.note_changes(getattr(thing, "kind", "person"), [thing.pk])
    while search.apply_changes():
        pass


def named(*names, **fields):
    """Series with these names, the first the most popular, in the index."""
    titles = [TitleFactory(name=name, popularity=90 - place, **fields) for place, name in enumerate(names)]
    index(*titles)
    return titles


def names(query, viewer=ADULT, **options):
    return [hit.name for hit in search.find(query, viewer, **options)]


def entries():
    return set(SearchEntry.objects.values_list("kind", "label"))


# -- finding -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("sherl", "Sherlock Holmes"),
        ("SHERLOCK", "Sherlock Holmes"),
        ("holm", "Sherlock Holmes"),
        ("holmes sher", "Sherlock Holmes"),
        ("sherlok holms", "Sherlock Holmes"),
        ("amelie", "Le Fabuleux Destin d’Amélie Poulain"),
        ("amélie", "Le Fabuleux Destin d’Amélie Poulain"),
        ("dame poul", "Le Fabuleux Destin d’Amélie Poulain"),
        ("wall-e", "WALL·E"),
        ("walle", "WALL·E"),
        ("shield", "Marvel’s Agents of S.H.I.E.L.D."),
        ("agent of sheild", "Marvel’s Agents of S.H.I.E.L.D."),
        ("lodz", "Łódź"),
        ("君の", "君の名は"),
        ("пой", "Пой, Вася"),
        ("it", "It"),
        ("24", "24"),
    ],
)
def test_a_title_is_found_by_what_people_type(query, name):
    everything = ["Sherlock Holmes", "Le Fabuleux Destin d’Amélie Poulain", "WALL·E", "Marvel’s Agents of S.H.I.E.L.D."]
    named(*everything, "Łódź", "君の名は", "Пой, Вася", "It", "24")
    assert names(query) == [name]


def test_the_very_name_comes_before_the_popular_and_a_beginning_before_the_inside():
    named("The Hero", "Heroes of Telemark", "Hero")
    assert names("hero") == ["Hero", "Heroes of Telemark", "The Hero"]


def test_of_three_letters_the_popular_names_come_first_wherever_the_word_is():
    named("Mad Max", "Maxine", "Max")
    assert names("max") == ["Max", "Maxine", "Mad Max"]


def test_short_words_find_what_is_not_popular_as_well(monkeypatch):
    monkeypatch.setattr("catalog.search.query.POPULAR", 2)
    named("Alpha", "Beta", "Zorro", "Zulu")
    assert names("z") == ["Zorro", "Zulu"]


def test_likeness_is_asked_only_when_the_words_find_nothing():
    named("Simpsons", "Simpson")
    assert [hit.is_close for hit in search.find("simpsons", ADULT)] == [False]
    assert all(hit.is_close for hit in search.find("simpsosn", ADULT))


def test_a_crowd_of_people_leaves_room_for_titles():
    famous = TitleFactory(popularity=99)
    index(*(CreditFactory(title=famous, person__name=f"John {n}").person for n in range(5)))
    named("John Adams")
    assert {hit.kind for hit in search.find("john", ADULT, limit=3)} == {"series", "person"}


def test_kinds_narrow_what_is_searched():
    person = CreditFactory(person__name="Casablanca Jones").person
    index(MovieFactory(name="Casablanca"), TitleFactory(name="Casablanca"), person)
    assert [hit.kind for hit in search.find("casablanca", ADULT, kinds=["movie"])] == ["movie"]
    assert [hit.kind for hit in search.find("casablanca", ADULT, kinds=["person"])] == ["person"]
    assert search.find("casablanca", ADULT, kinds=["episode"]) == []


def test_a_title_and_its_alias_are_one_hit_by_the_better_name():
    title = TitleFactory(name="The Adventures of Robin Hood", original_name="Robin of Sherwood Forest")
    Alias.objects.create(title=title, name="The Sherwood Outlaw", source="tvmaze")
    index(title)
    (hit,) = search.find("robin of sher", ADULT)
    assert (hit.label, hit.name, hit.is_alias) == ("Robin of Sherwood Forest", title.name, True)
    assert [hit.label for hit in search.find("sherwood", ADULT)] == ["Robin of Sherwood Forest"]


@pytest.mark.parametrize(
    "query",
    [
        "", "   ", "!!!", "%", "_", "%%%%", "a%", "\\", "'", "''; drop table catalog_title; --", '"x"', "a & b | !c",
        "a:*", "(", "<->", "\0", "a\0b", "💩", "🏳️‍🌈 🏳️‍🌈", "\ud800", "ﷺ", "e\u0301\u0301\u0301", "\u202eabc",
        "x" * 10_000, "the " * 3000, "ａｂｃ", "½ ² ª ⅷ", "%s %(norm)s {where}", "\n\r\t", "ß" * 200,
        "一" * 150,
    ],
)  # fmt: skip
def test_hostile_queries_are_answered_calmly(query):
    named("Sherlock Holmes", "100% Wolf")
    assert isinstance(search.find(query, ADULT), list)
    assert isinstance(search.find_episodes(query, ADULT), list)
    assert len(search.tidy(query)) <= LONGEST


def test_signs_of_patterns_are_not_patterns():
    named("100% Wolf", "Wolf")
    assert names("%") == names("_olf") == []
    assert names("100%") == ["100% Wolf"]


# -- who may see it ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["nightmare", "nig", "nightmrae"])
def test_nobody_finds_what_they_may_not_see(query):
    named("Nightmare", min_age=18)
    named("Nightmare Unknown", min_age=None)
    assert search.find(query, CHILD) == []
    assert len(search.find(query, ADULT)) == 2


def test_a_person_is_found_by_whoever_may_see_one_of_their_titles():
    person = PersonFactory(name="Vincent Price")
    for age in (18, 6, None):
        CreditFactory(person=person, title__min_age=age)
    index(person)
    assert names("vincent", CHILD) == ["Vincent Price"]
    Credit.objects.filter(title__min_age=6).delete()
    index(person)
    assert names("vincent", CHILD) == []


def test_what_the_index_does_not_know_yet_is_still_kept_from_the_viewer():
    (title,) = named("Bluebeard")
    hits = search.find("bluebeard", CHILD)
    Title.objects.filter(pk=title.pk).update(min_age=18)
    assert search.load(hits, CHILD) == []
    assert [found.thing for found in search.load(hits, ADULT)] == [title]


# -- the journal -------------------------------------------------------------------------------------------------------


def test_the_journal_is_emptied_and_the_entries_follow_a_title():
    (title,) = named("Old name")
    Alias.objects.create(title=title, name="Also this", source="tvmaze")
    Title.objects.filter(pk=title.pk).update(name="New name", popularity=5)
    index(title)
    assert entries() == {("series", "New name"), ("series", "Also this")}
    assert set(SearchEntry.objects.values_list("popularity", flat=True)) == {5}
    assert not SearchChange.objects.exists()


@pytest.mark.parametrize("change", [{"is_published": False}, {"merged_into": "other"}, None])
def test_a_title_that_is_hidden_merged_or_gone_loses_its_entries_and_so_do_its_people(change):
    other = TitleFactory(name="Stays")
    title = TitleFactory(name="Goes")
    person = CreditFactory(title=title, person__name="Goes too").person
    EpisodeFactory(title=title, name="Goes as well")
    index(other, title, person)
    if change:
        Title.objects.filter(pk=title.pk).update(
            **{key: other if value == "other" else value for key, value in change.items()}
        )
        index(title)
    else:
        pk = title.pk
        title.episodes.all().delete()
        title.seasons.all().delete()
        title.delete()
        search.note_changes("series", [pk])
        index(person)
    assert entries() == {("series", "Stays")}


def test_people_take_popularity_and_age_from_their_titles_when_those_change():
    credit = CreditFactory(title__popularity=10, title__min_age=18, person__name="Lon Chaney")
    index(credit.title, credit.person)
    Title.objects.update(popularity=80, min_age=12)
    index(credit.title)
    entry = SearchEntry.objects.get(kind="person")
    assert (entry.popularity, entry.min_age) == (80, 12)


def test_a_note_is_worked_off_in_parts():
    titles = [TitleFactory() for _ in range(3)]
    search.note_changes("series", [title.pk for title in titles])
    assert [search.apply_changes(limit=2) for _ in range(3)] == [2, 1, 0]
    assert SearchEntry.objects.count() == 3


def test_names_that_are_searched_alike_make_one_entry():
    title = TitleFactory(name="Café", original_name="CAFE")
    Alias.objects.create(title=title, name="café!", source="tvmaze")
    index(title)
    assert entries() == {("series", "Café")}


def waiting(number, *, or_done):
    """Return when so many sessions wait for a lock, or a piece of work is done."""
    until = time.monotonic() + 10
    with connection.cursor() as cursor:
        while not or_done.done() and time.monotonic() < until:
            cursor.execute("select count(*) from pg_locks where not granted")
            if cursor.fetchone()[0] >= number:
                return


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_at_once_the_slower_does_not_bring_back_an_older_state():
    first, second = named("First", "Second")
    Title.objects.filter(pk=first.pk).update(name="First, renamed")
    search.note_changes("series", [first.pk, second.pk])

    def apply(**change):
        if change:
            Title.objects.filter(pk=second.pk).update(**change)
            search.note_changes("series", [second.pk])
        search.apply_changes()
        connections.close_all()

    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            SearchEntry.objects.select_for_update().get(object_id=first.pk)
            slow = pool.submit(apply)
            waiting(1, or_done=slow)
            quick = pool.submit(apply, name="Second, renamed")
            waiting(2, or_done=quick)
        slow.result()
        quick.result()
    assert entries() == {("series", "First, renamed"), ("series", "Second, renamed")}


@pytest.mark.django_db(transaction=True)
def test_workers_and_writers_at_once_end_with_what_is_true():
    titles = [TitleFactory(name=f"Before {n}", popularity=n) for n in range(20)]
    for title in titles:
        EpisodeFactory(title=title, name="The same evening")
    search.note_changes("series", [title.pk for title in titles])
    ready = threading.Barrier(4)

    def rename(part):
        ready.wait()
        for title in titles[part::2]:
            with transaction.atomic():
                new = {"name": f"After {title.popularity}", "popularity": 100 - title.popularity}
                Title.objects.filter(pk=title.pk).update(**new)
                search.note_changes("series", [title.pk])
        connections.close_all()

    def apply(limit):
        ready.wait()
        while search.apply_changes(limit=limit):
            pass
        connections.close_all()

    with ThreadPoolExecutor() as pool:
        for work in [pool.submit(rename, 0), pool.submit(rename, 1), pool.submit(apply, 3), pool.submit(apply, 7)]:
            work.result()
    index()
    made = set(SearchEntry.objects.filter(kind="series").values_list("label", "popularity"))
    assert made == set(Title.objects.values_list("name", "popularity"))
    assert SearchEntry.objects.get(kind="episode").object_id == titles[0].episodes.get().pk


# -- episodes ----------------------------------------------------------------------------------------------------------


def test_an_episode_is_found_by_all_its_words_but_not_misspelt():
    episode = EpisodeFactory(name="The Case of the Shy Ballerina")
    index(episode.title)
    assert [hit.object_id for hit in search.find_episodes("case shy", ADULT)] == [episode.pk]
    assert search.find_episodes("case of the shy balerina", ADULT) == []
    assert search.find_episodes("th", ADULT) == []
    assert search.find("ballerina", ADULT) == []


@pytest.mark.parametrize(
    "name",
    [
        "Episode 7", "Episode #1.234", "Episode Seven", "Chapter 3", "Part 2", "Part Two of Three", "Folge 12",
        "Teil IV", "Épisode 4", "Capítulo 5", "Bölüm 6", "Серия 8", "第12話", "제3회", "Week 3", "Day 12 (Part 1)",
        "TBA", "Pilot", "Special", "S01E02", "2019-08-29", "August 29, 2019", "Thursday 29th Aug 2019", "12", "XII", "",
        "...", "?", "Season 2, Episode 4", "Episode 1 and 2", "Series 3 Finale",
    ],
)  # fmt: skip
def test_names_that_say_nothing_are_left_out(name):
    index(EpisodeFactory(name=name).title)
    assert not SearchEntry.objects.filter(kind="episode").exists()


@pytest.mark.parametrize(
    "name",
    ["Ozymandias", "The Night", "Thirteen Moons", "Day of the Dead", "Episode of Bardock", "Xi Speaks", "風の話"],
)
def test_names_that_say_something_are_kept(name):
    index(EpisodeFactory(name=name).title)
    assert entries() >= {("episode", name)}


def test_one_entry_stands_for_a_name_and_belongs_to_the_best_known_title():
    small = EpisodeFactory(name="Homecoming", title__popularity=1)
    index(small.title)
    great = EpisodeFactory(name="HOMECOMING!", title__popularity=9)
    index(great.title)
    assert SearchEntry.objects.get(kind="episode").object_id == great.pk
    Episode.objects.filter(pk=great.pk).update(name="Departure")
    index(great.title)
    assert {("episode", "Homecoming"), ("episode", "Departure")} <= entries()


def test_a_withdrawn_episode_gives_its_name_back():
    first, second = (EpisodeFactory(name="Homecoming", title__popularity=p) for p in (9, 1))
    index(first.title, second.title)
    Episode.objects.filter(pk=first.pk).update(withdrawn_at="2026-01-01T00:00Z", number=None)
    index(first.title)
    assert SearchEntry.objects.get(kind="episode").object_id == second.pk


def test_a_deleted_episode_that_was_noted_gives_its_name_back():
    first, second = (EpisodeFactory(name="Homecoming", title__popularity=p) for p in (9, 1))
    index(first.title, second.title)
    pk = first.pk
    first.delete()
    search.note_changes("episode", [pk])
    index()
    assert SearchEntry.objects.get(kind="episode").object_id == second.pk


# -- all at once -------------------------------------------------------------------------------------------------------


def test_a_rebuild_makes_what_is_missing_and_forgets_what_is_gone(capsys):
    credit = CreditFactory(title__name="Charade", person__name="Audrey Hepburn")
    EpisodeFactory(title=credit.title, name="On the Seine")
    for kind in SearchEntry.Kind.values:
        SearchEntry.objects.create(kind=kind, object_id=0, label=f"A ghost of a {kind}")
    call_command("rebuild_search")
    assert entries() == {("series", "Charade"), ("person", "Audrey Hepburn"), ("episode", "On the Seine")}
    assert "rebuilt" in capsys.readouterr().out


def test_what_is_right_already_is_not_written_again():
    credit = CreditFactory()
    EpisodeFactory(title=credit.title, name="On the Seine")
    search.rebuild()

    def versions():
        with connection.cursor() as cursor:
            cursor.execute("select id, xmin, ctid from catalog_searchentry order by id")
            return cursor.fetchall()

    before = versions()
    search.rebuild()
    assert versions() == before


# -- how many queries --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "queries"), [("sherlock", 2), ("she", 3), ("sherlokc", 4), ("zzzzzz", 6), ("...", 0)]
)
def test_a_search_costs_a_fixed_number_of_queries(query, queries, django_assert_num_queries):
    named(*(f"Sherlock {n}" for n in range(5)))
    if queries > 3:
        queries += 2  # the savepoint of the test's transaction
    with django_assert_num_queries(queries):
        search.find(query, ADULT)


def test_loading_costs_one_query_for_each_kind_of_thing(django_assert_num_queries):
    for n in range(6):
        credit = CreditFactory(title__name=f"Common {n}", person__name=f"Common {n}")
        EpisodeFactory(title=credit.title, name=f"Common ground {n} again")
        index(credit.title, credit.person)
    hits = search.find("common", ADULT) + search.find_episodes("common", ADULT)
    with django_assert_num_queries(3):
        assert len(search.load(hits, ADULT)) == 18


# -- marking -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("Sherlock Holmes", "sher", "[Sher]lock Holmes"),
        ("Sherlock Holmes", "HOL sher", "[Sher]lock [Hol]mes"),
        ("Amélie Poulain", "ame pou", "[Amé]lie [Pou]lain"),
        ("Ame\u0301lie", "ame", "[Ame\u0301]lie"),
        ("d’Artagnan", "dart", "[d’Art]agnan"),
        ("WALL·E", "walle", "[WALL·E]"),
        ("Straße", "strass", "[Straß]e"),
        ("Æon Flux", "aeon", "[Æon] Flux"),
        ("Robin Hood", "hoo robinson", "Robin [Hoo]d"),
        ("Unsherlock", "sher", "Unsherlock"),
        ("Sherlock", "", "Sherlock"),
        ("", "sher", ""),
        ("The Then", "the", "[The] [The]n"),
        ("Łódź", "lo", "[Łó]dź"),
        ("İstanbul", "ist", "[İst]anbul"),
    ],
)
def test_what_was_asked_for_is_marked_in_the_names_own_spelling(text, query, marked):
    assert "".join(f"[{piece}]" if is_asked else piece for piece, is_asked in pieces(text, query)) == marked
