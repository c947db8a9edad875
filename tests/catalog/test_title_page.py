import re
from datetime import UTC, date, datetime, timedelta

import django_rq
import pytest
from django.urls import reverse

from catalog.models import Episode, SlugHistory, Source, SourceRecord, Subject, TitleChange
from tests.factories import (
    CreditFactory,
    EpisodeFactory,
    ExternalIdFactory,
    GenreFactory,
    LibraryEntryFactory,
    MovieFactory,
    NetworkFactory,
    PersonFactory,
    SeasonFactory,
    TitleFactory,
    WatchFactory,
)

pytestmark = pytest.mark.django_db


def look(count=0):
    return {"HX-Request": "true", "HX-Target": "whole"}, {"looks": count}


def text(answer):
    """The words of a page, without its tags and with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def asked_for(queue="default"):
    return [job.args for job in django_rq.get_queue(queue).jobs if job.func_name == "catalog.jobs.titles.refresh_title"]


@pytest.fixture
def visit(client, django_capture_on_commit_callbacks):
    """Open a page, and let what it asks for on commit go its way."""

    def visit(title):
        with django_capture_on_commit_callbacks(execute=True):
            return client.get(title.get_absolute_url())

    return visit


@pytest.fixture
def stub():
    """A series known by name only, which TVMaze can be asked for."""
    title = TitleFactory(detailed_at=None)
    outside = ExternalIdFactory(title=title)
    SourceRecord.objects.create(
        source=outside.source, kind=outside.kind, external_id=outside.value, fetched_at=datetime.now(UTC)
    )
    return title


def fail(title, **outcome):
    SourceRecord.objects.filter(external_id=title.external_ids.get().value).update(**outcome)


# -- what stands on it -------------------------------------------------------------------------------------------------


def test_a_series_shows_its_facts(client):
    title = TitleFactory(
        name="Sherlock Holmes",
        year=1954,
        premiered=date(1954, 10, 18),
        ended=date(1955, 10, 17),
        status="ended",
        overview="Fog by the bucket.",
        network=NetworkFactory(name="Syndication"),
        country="FR",
        language="en",
        runtime=27,
        episode_count=39,
        min_age=6,
        source_rating="7.6",
        field_sources={"source_rating": "tvmaze"},
    )
    title.genres.add(GenreFactory(name="Mystery"))
    page = text(client.get(title.get_absolute_url()))
    for fact in (
        "1954–1955",
        "39 episodes of 27 min",
        "18 October 1954, Syndication",
        "France, in English",
        "7.6 / 10 at TVmaze",
        "From 6 years",
        "Fog by the bucket.",
        "Mystery",
    ):
        assert fact in page


def test_a_title_of_which_nothing_is_known_has_a_whole_page(client):
    assert "Nobody has told yet" in text(client.get(TitleFactory(language="", country="").get_absolute_url()))


def test_words_of_a_source_are_never_markup(client):
    title = MovieFactory(name="<b>Bold</b>", overview="<script>alert(1)</script>")
    page = client.get(title.get_absolute_url()).content.decode()
    assert "&lt;b&gt;Bold" in page
    assert "<script>alert" not in page


def test_a_person_with_two_parts_is_named_once(client):
    title, person = MovieFactory(), PersonFactory(name="Buster Keaton")
    CreditFactory(title=title, person=person, role="director")
    CreditFactory(title=title, person=person, character="The boy", is_voice=True)
    page = text(client.get(title.get_absolute_url()))
    assert "Buster Keaton Director, The boy (voice)" in page
    assert "Directed by Buster Keaton" in page


def test_guests_of_an_episode_are_not_the_cast_of_the_series(client):
    episode = EpisodeFactory()
    CreditFactory(title=episode.title, episode=episode, person=PersonFactory(name="A guest"))
    assert "A guest" not in text(client.get(episode.title.get_absolute_url()))


def test_a_long_cast_is_a_link_away(client):
    title = MovieFactory()
    for position in range(20):
        CreditFactory(title=title, position=position, person=PersonFactory(name=f"Player {position:02}"))
    page, roll = client.get(title.get_absolute_url()), client.get(f"{title.get_absolute_url()}?cast=all")
    assert "All 20" in text(page)
    assert "Player 19" not in text(page)
    assert "Player 19" in text(roll)


def test_sources_are_named_with_their_terms(client):
    title = TitleFactory()
    ExternalIdFactory(title=title, value="82")
    ExternalIdFactory(title=title, value='tt1"><b>', source=Source.IMDB)
    page = client.get(title.get_absolute_url()).content.decode()
    assert '<a href="https://www.tvmaze.com/shows/82" rel="noreferrer">TVmaze</a>, CC BY-SA' in page
    assert "https://www.imdb.com/title/tt1%22%3E%3Cb%3E/" in page


# -- episodes ----------------------------------------------------------------------------------------------------------


def test_the_first_season_is_shown_until_the_viewer_is_further(client, viewer):
    title = TitleFactory()
    EpisodeFactory(title=title, number=1, name="Far back")
    following = EpisodeFactory(title=title, season_number=2, number=1, name="Next one")
    assert "Far back" in text(client.get(title.get_absolute_url()))
    LibraryEntryFactory(profile=viewer, title=title, state="watching", next_episode=following)
    page = text(client.get(title.get_absolute_url()))
    assert "Next one" in page
    assert "Next for you" in page
    assert "Far back" not in page


def test_a_long_season_begins_a_little_before_the_next_episode(client, viewer):
    title = TitleFactory()
    episodes = [EpisodeFactory(title=title, number=number, name=f"Part {number:02}") for number in range(1, 41)]
    LibraryEntryFactory(profile=viewer, title=title, state="watching", next_episode=episodes[29])
    parts = re.findall(r"Part \d\d", client.get(title.get_absolute_url()).content.decode())
    assert parts[0] == "Part 29"
    assert "Part 30" in parts


def test_specials_have_a_tab_of_their_own_and_end_their_season(client):
    title = TitleFactory()
    EpisodeFactory(title=title, number=1, name="Regular")
    EpisodeFactory(title=title, number=None, kind=Episode.Kind.SPECIAL, name="Christmas")
    EpisodeFactory(title=title, number=None, name="Gone", withdrawn_at=datetime.now(UTC))
    season = re.findall("Regular|Christmas|Gone", text(client.get(f"/series/{title.slug}/s01/")))
    specials = re.findall("Regular|Christmas|Gone", text(client.get(f"/series/{title.slug}/s00/")))
    assert (season, specials) == (["Regular", "Christmas"], ["Christmas"])


def test_a_season_may_be_a_year(client):
    episode = EpisodeFactory(season_number=2021)
    assert text(client.get(f"/series/{episode.title.slug}/s2021/")).count("2021") > 1


def test_a_season_that_is_only_announced_says_so(client):
    title = TitleFactory()
    SeasonFactory(title=title, number=3)
    assert "not known yet" in text(client.get(f"/series/{title.slug}/s03/"))


def test_a_season_nobody_made_is_not_found(client):
    assert client.get(f"/series/{EpisodeFactory().title.slug}/s09/").status_code == 404


@pytest.mark.parametrize("count", [30, 100])
def test_a_season_is_paged_without_loss(client, count):
    title = TitleFactory()
    numbers = [*range(1, count), None]
    for number in numbers:
        EpisodeFactory(title=title, number=number, name=f"Part {number}")
    path, seen = f"/series/{title.slug}/s01/", []
    while path:
        page = client.get(path).content.decode()
        seen += re.findall(r">(Part \w+)</a>", page)
        more = re.search(r'id="more".*?rel="next" href="([^"]*)"', page, re.DOTALL)
        path = more and more[1]
    assert seen == [f"Part {number}" for number in numbers]


def test_a_key_of_nonsense_is_the_beginning_of_the_season(client):
    episode = EpisodeFactory(name="The first")
    assert "The first" in text(client.get(f"/series/{episode.title.slug}/s01/?after=%00nonsense"))


def test_a_tab_is_swapped_in_place(client):
    title = EpisodeFactory(name="One").title
    answer = client.get(f"/series/{title.slug}/s01/", headers={"HX-Request": "true", "HX-Target": "episodes"})
    assert answer.content.decode().strip().startswith("<section")
    assert "One" in text(answer)


# -- the viewer --------------------------------------------------------------------------------------------------------


def test_signed_out_the_log_is_an_invitation(client):
    page = client.get(MovieFactory(slug="charade").get_absolute_url()).content.decode()
    assert f"{reverse('account_login')}?next=/movies/charade/" in page
    assert "check-in" not in page


def test_a_movie_can_be_checked_in_to_and_lists_its_viewings(client, viewer):
    watch = WatchFactory(profile=viewer)
    page = client.get(watch.title.get_absolute_url()).content.decode()
    assert reverse("tracking:check_in_movie", args=[watch.title.pk]) in page
    assert watch.get_absolute_url() in page


def test_nobody_sees_the_log_of_somebody_else(client, viewer):
    watch = WatchFactory()
    assert watch.get_absolute_url() not in client.get(watch.title.get_absolute_url()).content.decode()


def test_the_log_alone_is_fetched_again_when_it_changed(client, viewer):
    title = MovieFactory()
    answer = client.get(title.get_absolute_url(), headers={"HX-Request": "true", "HX-Target": "my-log"})
    assert answer.content.decode().strip().startswith("<aside")


# -- addresses ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tail", ["", "s01/", "s01e02/"])
def test_a_former_address_leads_to_the_present_one(client, tail):
    episode = EpisodeFactory(number=2)
    SlugHistory.objects.create(kind="series", slug="once", title=episode.title)
    answer = client.get(f"/series/once/{tail}")
    assert (answer.status_code, answer.url) == (301, f"/series/{episode.title.slug}/{tail}")


def test_a_merged_title_leads_to_what_it_became(client):
    last = MovieFactory()
    middle = MovieFactory(merged_into=last)
    first = TitleFactory(merged_into=middle)
    assert client.get(first.get_absolute_url()).url == last.get_absolute_url()


@pytest.mark.parametrize("hidden", [{"min_age": 18}, {"is_published": False}])
def test_what_a_viewer_may_not_see_is_not_found_anywhere(client, viewer, hidden):
    viewer.highest_age = 12
    viewer.save()
    title = EpisodeFactory(number=1, title=TitleFactory(**hidden)).title
    SlugHistory.objects.create(kind="series", slug="once", title=title)
    merged = TitleFactory(merged_into=title)
    for path in (f"/series/{title.slug}/", f"/series/{title.slug}/s01/", "/series/once/", merged.get_absolute_url()):
        assert client.get(path).status_code == 404


def test_a_series_is_not_a_film(client):
    assert client.get(f"/movies/{TitleFactory().slug}/").status_code == 404


# -- the database answers first ----------------------------------------------------------------------------------------


def test_a_fresh_title_is_not_asked_for(visit, stub):
    stub.detailed_at = datetime.now(UTC)
    stub.save()
    assert visit(stub).status_code == 200
    assert asked_for() == asked_for("high") == []


def test_an_old_title_is_served_and_asked_for_again(visit, stub):
    stub.detailed_at = datetime.now(UTC) - timedelta(days=8)
    stub.save()
    assert visit(stub).status_code == 200
    assert asked_for() == [(stub.pk,)]


def test_a_title_known_by_name_shows_what_is_known_and_looks_out_for_the_rest(visit, stub):
    answer = visit(stub)
    page = answer.content.decode()
    assert answer.status_code == 202
    assert stub.name in page
    assert asked_for("high") == [(stub.pk,)]
    assert f'hx-get="{stub.get_absolute_url()}?looks=1" hx-trigger="load delay:1s" hx-target="#whole"' in page
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page


def test_while_it_waits_the_page_is_only_told_when_to_look_again(client, stub):
    headers, count = look(3)
    answer = client.get(stub.get_absolute_url(), count, headers=headers)
    assert answer.status_code == 202
    assert answer["HX-Retarget"] == "#waiting"
    assert answer.content.decode().strip().startswith('<p id="waiting"')
    assert "?looks=4" in answer.content.decode()


@pytest.mark.parametrize("looks", ["12", "999", "9999999"])
def test_a_page_stops_looking_after_a_while(client, stub, looks):
    headers, _count = look()
    page = client.get(stub.get_absolute_url(), {"looks": looks}, headers=headers).content.decode()
    assert ("hx-trigger" in page) == (looks == "9999999")


def test_once_it_is_there_the_whole_page_fills_in(client, stub):
    EpisodeFactory(title=stub, name="The first")
    stub.detailed_at = datetime.now(UTC)
    stub.save()
    headers, count = look(3)
    answer = client.get(stub.get_absolute_url(), count, headers=headers)
    assert answer.status_code == 200
    assert "HX-Retarget" not in answer
    assert answer.content.decode().strip().startswith('<div id="whole"')
    assert "The first" in text(answer)


def test_a_failed_fetch_is_said_with_the_time_of_the_next_try(visit, viewer, stub):
    fail(stub, state=SourceRecord.State.FAILED, next_try_at=datetime(2100, 7, 1, 12, 30, tzinfo=UTC))
    answer = visit(stub)
    assert answer.status_code == 200
    assert "tried again on 1 July at 14:30" in text(answer)
    assert 'hx-target="#whole"' not in answer.content.decode()
    assert asked_for("high") == []


def test_a_failed_fetch_that_is_due_is_awaited_again(visit, stub):
    fail(stub, state=SourceRecord.State.FAILED, next_try_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert visit(stub).status_code == 202
    assert asked_for("high") == [(stub.pk,)]


def test_a_title_gone_at_its_source_is_not_awaited(visit, stub):
    fail(stub, state=SourceRecord.State.GONE)
    answer = visit(stub)
    assert answer.status_code == 200
    assert "no longer knows this title" in text(answer)


def test_a_title_that_no_source_knows_is_not_awaited(visit):
    title = TitleFactory(detailed_at=None)
    assert visit(title).status_code == 200


# -- cost --------------------------------------------------------------------------------------------------------------


def furnish(title, viewer, count):
    for number in range(count):
        title.genres.add(GenreFactory(name=f"Genre {title.pk} {number}"))
        episode = EpisodeFactory(title=title, season_number=number % 3 + 1, overview="What happens here. " * 10)
        CreditFactory(title=title, person=PersonFactory())
        WatchFactory(profile=viewer, episode=episode)
        ExternalIdFactory(title=title, kind=Subject.SERIES)
        TitleFactory().genres.add(title.genres.first())


@pytest.mark.parametrize("tail", ["", "s01/", "?cast=all"])
def test_a_title_costs_the_same_however_much_there_is(queries, viewer, tail):
    title = TitleFactory(popularity=9)
    LibraryEntryFactory(profile=viewer, title=title, state="watching", next_episode=EpisodeFactory(title=title))
    furnish(title, viewer, 3)
    few = queries(f"{title.get_absolute_url()}{tail}")
    furnish(title, viewer, 6)
    assert queries(f"{title.get_absolute_url()}{tail}") == few


def test_a_season_costs_the_same_however_many_of_its_episodes_have_no_date(queries, viewer):
    title = TitleFactory()
    EpisodeFactory(title=title, season_number=1, air_date=None)
    few = queries(f"{title.get_absolute_url()}s01/")
    for _number in range(5):
        EpisodeFactory(title=title, season_number=1, air_date=None)
    assert queries(f"{title.get_absolute_url()}s01/") == few


def test_a_movie_costs_the_same_however_often_it_was_seen(queries, viewer):
    title = WatchFactory(profile=viewer).title
    LibraryEntryFactory(profile=viewer, title=title, state="completed")
    few = queries(title.get_absolute_url())
    for _number in range(5):
        WatchFactory(profile=viewer, title=title)
        CreditFactory(title=title)
    assert queries(title.get_absolute_url()) == few


@pytest.mark.parametrize("count", [24, 48, 100])
def test_pages_of_a_long_series_are_light(client, viewer, count):
    title = TitleFactory()
    for number in range(1, 31):
        SeasonFactory(title=title, number=number)
    for number in range(1, count + 1):
        EpisodeFactory(title=title, number=number, name="A name as long as some", overview="What happens here. " * 12)
        CreditFactory(title=title, person=PersonFactory(name=f"A person with a name {number}"), character="Somebody")
    for tail in ("", "s01/", "?cast=all"):
        assert len(client.get(f"{title.get_absolute_url()}{tail}").content) < 60_000


def test_a_film_without_speech_says_so(client):
    film = MovieFactory(country="DE", language="zxx")
    assert "Germany, without words" in client.get(film.get_absolute_url()).content.decode()


def test_what_changed_on_a_title_stands_on_its_page(visit):
    title = TitleFactory()
    for day in range(1, 9):
        TitleChange.objects.create(
            title=title, kind="date", text=f"Change {day}", created_at=datetime(2026, 5, day, tzinfo=UTC)
        )
    page = text(visit(title))
    assert "8 May 2026 Change 8" in page
    assert "Change 3" in page
    assert "Change 2" not in page


def test_a_title_of_which_nothing_changed_says_nothing_about_it(visit):
    assert "What changed" not in text(visit(TitleFactory()))
