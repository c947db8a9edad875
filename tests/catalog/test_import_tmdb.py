import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django_rq import get_queue
from werkzeug import Response

from catalog import imports, jobs, refresh, runs
from catalog.models import (
    Availability,
    Credit,
    ExternalId,
    ImportRun,
    Person,
    Picture,
    Service,
    SourceRecord,
    Title,
    Translation,
)
from catalog.sources import tmdb
from catalog.sources.errors import UnauthorizedError
from tests.factories import ExternalIdFactory, MovieFactory, TitleFactory

from . import tmdb_shapes as shapes
from . import tvmaze_shapes
from .tmdb_shapes import tmdb_server  # noqa: F401

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def run(*arguments):
    """What the command says, and on failure why."""
    out = StringIO()
    try:
        call_command("import_tmdb", *arguments, stdout=out, stderr=out, skip_checks=True)
    except CommandError as error:
        return f"{out.getvalue()}FAILED {error}"
    return out.getvalue()


def asked(server):
    return sorted(request.path for request, _ in server.log)


def follow(at):
    """Go through the feed of changes as if it were that moment."""
    with runs.started("tmdb", imports.UPDATES, {}, at=at, fresh=False) as started:
        imports.carry_out(started, tmdb.connect(is_bulk=True), clock=lambda: at, watch=lambda run: None)
    return started


def serve_changes(server, kind, **days):
    """`serve_changes(server, "movie", d04=[12])`: what changed on days of May 2026; nothing on all others."""
    path = {"movie": "/movie/changes", "series": "/tv/changes"}[kind]
    for day, ids in days.items():
        query = {"start_date": f"2026-05-{day[1:]}", "end_date": f"2026-05-{int(day[1:]) + 1:02}", "page": "1"}
        server.expect_request(path, query_string=query).respond_with_json(shapes.changes(*ids))
    server.expect_request(path).respond_with_json(shapes.changes())


# -- by id -------------------------------------------------------------------------------------------------------------


def test_a_film_is_imported_whole(server):
    told = shapes.movie(
        12,
        credits={"cast": [shapes.cast(5, "The lamplighter")], "crew": [shapes.crew(6)]},
        release_dates={"results": [shapes.release("GB", "PG")]},
        translations={"translations": [shapes.translation("fr", "FR", title="Le film", overview="De quelque chose.")]},
        **{"watch/providers": shapes.ways(12, GB={"rent": ["Bijou"], "flatrate": ["Lantern"]}, FR={"buy": ["Bijou"]})},
    )
    shapes.serve(server, told)
    assert "1 created" in run("--movie", "12")
    film = Title.objects.get()
    assert (film.kind, film.name, film.year, film.runtime) == ("movie", "Film 12", 1946, 104)
    assert (film.byline, film.min_age, film.status, film.country) == ("Person 6", 8, "released", "GB")
    assert set(film.external_ids.values_list("source", "value")) == {
        ("tmdb", "12"),
        ("imdb", "tt0000012"),
        ("wikidata", "Q12"),
    }
    assert Credit.objects.filter(title=film).count() == 2
    assert set(Availability.objects.values_list("service__name", "region", "kind", "source")) == {
        ("Bijou", "GB", "rent", "tmdb"),
        ("Lantern", "GB", "subscription", "tmdb"),
        ("Bijou", "FR", "buy", "tmdb"),
    }
    assert Translation.objects.get().name == "Le film"
    assert Picture.objects.get(title=film).url == "https://images.example.org/original/poster.jpg"


def test_the_same_film_again_changes_nothing(server):
    ways = {"watch/providers": shapes.ways(12, GB={"rent": ["Bijou"]})}
    shapes.serve(server, shapes.movie(12, credits={"cast": [shapes.cast(5)]}, **ways))
    run("--movie", "12")
    before = [list(model.objects.order_by("pk").values()) for model in (ExternalId, Credit, Service)]
    assert "1 unchanged" in run("--movie", "12")
    assert [list(model.objects.order_by("pk").values()) for model in (ExternalId, Credit, Service)] == before


def test_films_and_series_are_imported_in_one_run(server):
    for number in (11, 12):
        shapes.serve(server, shapes.movie(number))
    shapes.serve(server, shapes.series(82), "series")
    assert "3 created" in run("--movie", "12", "--series", "82", "--movie", "11")
    assert sorted(Title.objects.values_list("kind", "name")) == [
        ("movie", "Film 11"),
        ("movie", "Film 12"),
        ("series", "Show 82"),
    ]


def test_a_film_that_others_know_by_a_shared_id_is_the_same_row(server):
    film = MovieFactory(name="Film, as others say", field_sources={"name": "tvdb"})
    ExternalIdFactory(title=film, source="tvdb", kind="movie", value="777")
    ExternalIdFactory(title=film, source="imdb", kind="movie", value="tt0000012")
    shapes.serve(server, shapes.movie(12))
    assert "1 changed" in run("--movie", "12")
    film = Title.objects.get()
    assert (film.name, film.external_ids.count()) == ("Film 12", 4)


def test_a_series_gets_what_others_lack_and_keeps_their_word(server):
    title = TitleFactory(name="As TVmaze says", overview="", field_sources={"name": "tvmaze"})
    ExternalIdFactory(title=title, value="9")
    ExternalIdFactory(title=title, source="tvdb", value="1082")
    told = {"watch/providers": shapes.ways(82, GB={"flatrate": ["Lantern"]})}
    shapes.serve(server, shapes.series(82, **told), "series")
    run("--series", "82")
    title = Title.objects.get()
    assert (title.name, title.overview) == ("As TVmaze says", "About something else.")
    assert title.availabilities.get().service.name == "Lantern"
    assert title.seasons.count() == 0


def test_what_is_no_longer_to_be_had_goes_and_what_staff_wrote_stays(server):
    before = {"watch/providers": shapes.ways(12, GB={"rent": ["Bijou"], "buy": ["Bijou"]})}
    server.expect_oneshot_request("/movie/12").respond_with_json(shapes.movie(12, **before))
    run("--movie", "12")
    film = Title.objects.get()
    theatre = Service.objects.create(name="The Odeon", slug="the-odeon")
    Availability.objects.create(title=film, service=theatre, region="GB", kind="rent")
    server.expect_oneshot_request("/movie/12").respond_with_json(shapes.movie(12))
    run("--movie", "12")
    assert list(film.availabilities.values_list("service__name", flat=True)) == ["The Odeon"]


def test_an_answer_without_a_word_on_ways_to_watch_takes_none_away(server):
    told = shapes.movie(12, **{"watch/providers": shapes.ways(12, GB={"rent": ["Bijou"]})})
    server.expect_oneshot_request("/movie/12").respond_with_json(told)
    run("--movie", "12")
    server.expect_oneshot_request("/movie/12").respond_with_json(told | {"watch/providers": None})
    assert "what we have stays" in run("--movie", "12")
    assert Availability.objects.count() == 1


def test_a_film_nobody_knows_is_a_failure(server):
    server.expect_request("/movie/9").respond_with_json({"status_code": 34}, status=404)
    assert "TMDB knows no /movie/9" in run("--movie", "9")
    assert ImportRun.objects.get().state == "failed"


def test_a_film_that_tmdb_deleted_stays_ours(server):
    server.expect_oneshot_request("/movie/12").respond_with_json(shapes.movie(12))
    run("--movie", "12")
    server.expect_oneshot_request("/movie/12").respond_with_json({"status_code": 34}, status=404)
    assert "1 problems" in run("--movie", "12")
    assert (Title.objects.get().name, SourceRecord.objects.get().state) == ("Film 12", "gone")


def test_what_stays_unfetched_is_named_and_the_next_run_fetches_only_that(server):
    left = iter(range(6))
    answer = shapes.movie(12)
    server.expect_request("/movie/12").respond_with_handler(
        lambda request: Response(status=500) if next(left, None) is not None else Response(json.dumps(answer))
    )
    shapes.serve(server, shapes.movie(11))
    assert "FAILED 1 could not be fetched" in run("--movie", "11", "--movie", "12")
    server.clear_log()
    assert "2 created" in run("--movie", "11", "--movie", "12")
    assert asked(server) == ["/movie/12"]


def test_a_key_that_is_not_accepted_stops_nothing_but_this(server):
    server.expect_request("/movie/12").respond_with_json({"status_code": 7}, status=401)
    said = run("--movie", "12")
    assert "it does not accept our key" in said
    assert shapes.KEY not in said


@pytest.mark.parametrize("key", ["", "0123456789abcdef0123456789abcdef"])
def test_without_a_usable_key_it_is_said_how_to_get_one(server, settings, key):
    settings.TMDB_API_KEY = key
    said = run("--movie", "12")
    assert "API Read Access Token" in said
    assert not server.log


@pytest.mark.parametrize(
    "arguments", [[], ["--movie", "0"], ["--movie", "tt12"], ["--series", "-1"], ["--updates", "--movie", "1"]]
)
def test_nonsense_is_refused(arguments):
    assert "FAILED" in run(*arguments)
    assert not ImportRun.objects.exists()


def test_in_the_background_a_worker_does_it(server, django_capture_on_commit_callbacks):
    shapes.serve(server, shapes.movie(12))
    with django_capture_on_commit_callbacks(execute=True):
        assert "queued for a worker" in run("--background", "--movie", "12")
    (job,) = get_queue("bulk").jobs
    job.perform()
    assert (Title.objects.get().name, ImportRun.objects.get().state) == ("Film 12", "done")


# -- what changed ------------------------------------------------------------------------------------------------------


def known(number, kind="movie", **facts):
    title = (MovieFactory if kind == "movie" else TitleFactory)(**facts)
    ExternalIdFactory(title=title, source="tmdb", kind=kind, value=str(number))
    return title


def test_of_what_changed_only_what_viewers_opened_or_want_is_fetched(server):
    known(12)
    known(13, detailed_at=None)
    known(14, detailed_at=None, wanted_at=NOW)
    known(82, "series")
    serve_changes(server, "movie", d04=[11, 12, 13, 14, 82])
    serve_changes(server, "series", d03=[12, 82])
    for number in (12, 14):
        shapes.serve(server, shapes.movie(number))
    shapes.serve(server, shapes.series(82), "series")
    done = follow(NOW)
    assert (done.state, done.counts["changed"]) == ("done", 3)
    assert [path for path in asked(server) if "changes" not in path] == ["/movie/12", "/movie/14", "/tv/82"]


def test_the_feed_is_gone_on_with_where_it_was_left(server):
    serve_changes(server, "movie")
    serve_changes(server, "series")
    follow(NOW - timedelta(days=4))
    server.clear_log()
    follow(NOW)
    days = [request.args["start_date"][-2:] for request, _ in server.log if request.path == "/movie/changes"]
    assert days == ["30", "01", "02", "03", "04"]


def test_no_more_is_asked_for_than_tmdb_remembers(server):
    serve_changes(server, "movie")
    serve_changes(server, "series")
    follow(NOW - timedelta(days=40))
    server.clear_log()
    follow(NOW)
    assert len(server.log) == 2 * 14


@pytest.mark.parametrize(("asked_before", "is_asked"), [(timedelta(hours=6), False), (timedelta(hours=15), True)])
def test_what_was_asked_for_since_the_day_it_changed_is_not_asked_for_again(server, asked_before, is_asked):
    serve_changes(server, "movie", d03=[12])
    serve_changes(server, "series")
    shapes.serve(server, shapes.movie(12))
    refresh.apply_title(None, tmdb.read_stored("movie", shapes.movie(12)), at=NOW - asked_before)
    follow(NOW)
    assert ("/movie/12" in asked(server)) == is_asked


def test_an_id_of_the_feed_that_no_longer_exists_is_noted_and_the_rest_goes_on(server):
    for number in (12, 13):
        known(number)
    refresh.apply_title(None, tmdb.read_stored("movie", shapes.movie(12)), at=NOW - timedelta(days=9))
    serve_changes(server, "movie", d04=[12, 13, 99])
    serve_changes(server, "series")
    server.expect_request("/movie/12").respond_with_json({"status_code": 34}, status=404)
    shapes.serve(server, shapes.movie(13))
    done = follow(NOW)
    assert (done.state, done.errors) == ("done", ["TMDB knows no /movie/12."])
    assert SourceRecord.objects.get(external_id="12").state == "gone"
    assert Title.objects.count() == 2


@pytest.mark.parametrize("answer", [b"<html>busy</html>", b"[]", b""])
def test_a_feed_that_cannot_be_read_is_a_failure_in_words(server, answer):
    server.expect_request("/movie/changes").respond_with_data(answer)
    assert "FAILED TMDB answered /movie/changes with" in run("--updates")
    assert ImportRun.objects.get().state == "failed"


# -- by itself ---------------------------------------------------------------------------------------------------------


def test_a_film_is_refreshed_by_itself_like_a_series(server):
    film = known(12, detailed_at=None, name="Known by name")
    shapes.serve(server, shapes.movie(12))
    jobs.refresh_title(film.pk)
    film.refresh_from_db()
    assert (film.name, film.runtime) == ("Film 12", 104)
    assert film.detailed_at


def test_a_series_of_tvmaze_is_looked_up_for_where_to_watch_it(server, settings):
    settings.TVMAZE_URL = settings.TMDB_URL
    title = TitleFactory(name="Show 9", overview="")
    ExternalIdFactory(title=title, value="9")
    tvmaze_shapes.serve(server, 9, externals={"imdb": "tt0000082"})
    server.expect_request("/find/tt0000082").respond_with_json({"tv_results": [{"id": 82}]})
    told = {"watch/providers": shapes.ways(82, GB={"flatrate": ["Lantern"]})}
    shapes.serve(server, shapes.series(82, **told), "series")
    jobs.refresh_title(title.pk)
    assert title.external_ids.filter(source="tmdb").get().value == "82"
    assert title.availabilities.get().service.name == "Lantern"
    server.clear_log()
    jobs.refresh_title(title.pk)
    assert [path for path in asked(server) if "find" in path or "tv" in path] == ["/tv/82"]


def test_that_nobody_could_be_looked_up_is_no_failure_of_a_refresh(server, settings):
    settings.TVMAZE_URL = settings.TMDB_URL
    title = TitleFactory()
    ExternalIdFactory(title=title, value="9")
    tvmaze_shapes.serve(server, 9, externals={"imdb": "tt0000082"})
    server.expect_request("/find/tt0000082").respond_with_data("", status=503)
    jobs.refresh_title(title.pk)
    assert set(SourceRecord.objects.values_list("source", "state")) == {("tvmaze", "fetched")}


def test_a_person_of_a_film_is_fetched_from_tmdb(server):
    shapes.serve(server, shapes.movie(12, credits={"cast": [shapes.cast(5)]}))
    run("--movie", "12")
    told = shapes.person(5, birthday="1893-03-26", biography="Lived.", external_ids={"imdb_id": "nm0000005"})
    server.expect_request("/person/5").respond_with_json(told)
    person = Person.objects.get()
    jobs.refresh_person(person.pk)
    person.refresh_from_db()
    assert (person.born, person.biography) == (date(1893, 3, 26), "Lived.")
    assert person.external_ids.count() == 2


def test_a_key_that_is_not_accepted_is_kept_in_words_with_the_record(server):
    film = known(12)
    server.expect_request("/movie/12").respond_with_json({"status_code": 7}, status=401)
    with pytest.raises(UnauthorizedError):
        jobs.refresh_title(film.pk)
    record = SourceRecord.objects.get()
    assert (record.state, record.error) == (
        "failed",
        "TMDB did not answer /movie/12: it does not accept our key.",
    )


@pytest.mark.parametrize(("key", "times"), [(shapes.KEY, 1), ("", 0)])
def test_each_day_the_feed_is_followed_where_there_is_a_key(settings, django_capture_on_commit_callbacks, key, times):
    settings.TMDB_API_KEY = key
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            jobs.follow_tmdb()
    assert ImportRun.objects.filter(source="tmdb", what="updates").count() == times
    assert len(get_queue("bulk").jobs) == times
