import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_rq import get_queue
from werkzeug import Response

from catalog import jobs, refresh
from catalog.models import Episode, ExternalId, ImportRun, Match, SourceRecord, Title
from catalog.sources import tvdb
from tests.factories import EpisodeFactory, ExternalIdFactory, TitleFactory

from . import tvdb_shapes as shapes
from .tvdb_shapes import tvdb_server  # noqa: F401

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
SINCE = int((LONG_AGO + timedelta(days=1)).timestamp())
"""When things change in our feeds: after everything was fetched."""


def run(*arguments):
    """What the command says, and on failure why."""
    out = StringIO()
    try:
        call_command("import_tvdb", *arguments, stdout=out, stderr=out, skip_checks=True)
    except CommandError as error:
        return f"{out.getvalue()}FAILED {error}"
    return out.getvalue()


def fetched(number=1, kind="series", **parts):
    """A title that was fetched whole from TheTVDB long ago."""
    node = shapes.movie(number, **parts) if kind == "movie" else shapes.whole(number, **parts)
    refresh.apply_title(None, tvdb.PROVIDER.read_stored(kind, node), at=LONG_AGO)
    return Title.objects.get(external_ids__source="tvdb", external_ids__value=str(number), kind=kind)


def asked(server):
    """What was asked for whole."""
    return [request.path.removesuffix("/extended") for request, _ in server.log if "extended" in request.path]


def ids(title):
    return sorted(title.external_ids.filter(source="tvdb").values_list("value", flat=True))


def state(number, kind="series"):
    return SourceRecord.objects.get(source="tvdb", kind=kind, external_id=str(number)).state


def test_series_and_films_are_imported_by_their_ids(server):
    shapes.serve(server, 82, episodes=[shapes.episode(1)], characters=[shapes.character(5)])
    server.expect_request("/movies/7/extended").respond_with_json(shapes.answer(shapes.movie(7)))
    assert "2 created" in run("--series", "82", "--movie", "7")
    assert list(Title.objects.order_by("pk").values_list("kind", "name")) == [
        ("series", "Show 82"),
        ("movie", "Film 7"),
    ]
    assert (Episode.objects.get().name, ImportRun.objects.get().state) == ("Part 1", "done")


def test_a_second_import_changes_nothing(server):
    shapes.serve(server, 82, episodes=[shapes.episode(1)], characters=[shapes.character(5)])
    run("--series", "82")
    before = list(Title.objects.values("name", "updated_at", "episodes_changed_at"))
    assert "1 unchanged" in run("--series", "82")
    assert list(Title.objects.values("name", "updated_at", "episodes_changed_at")) == before


def test_what_is_not_there_is_named(server):
    server.expect_request("/movies/7/extended").respond_with_handler(lambda _: shapes.failure())
    said = run("--movie", "7")
    assert "TheTVDB knows no /movies/7/extended" in said
    assert "FAILED 1 could not be fetched" in said


def test_what_is_there_no_longer_stays_with_us(server):
    film = fetched(7, "movie")
    server.expect_request("/movies/7/extended").respond_with_handler(lambda _: shapes.failure())
    run("--movie", "7")
    assert (Title.objects.get(), state(7, "movie"), ImportRun.objects.get().state) == (film, "gone", "done")


def test_a_page_instead_of_an_answer_is_named_and_the_rest_goes_on(server):
    shapes.serve(server, 1)
    server.expect_request("/series/2/extended").respond_with_data("<h1>Sorry</h1>", content_type="text/html")
    shapes.serve(server, 3)
    said = run("--series", "1", "--series", "2", "--series", "3")
    assert "TheTVDB answered /series/2/extended with something that is not JSON" in said
    assert sorted(Title.objects.values_list("name", flat=True)) == ["Show 1", "Show 3"]


@pytest.mark.parametrize("arguments", [[], ["--series", "1", "--updates"]])
def test_it_is_told_what_to_import(server, arguments):
    assert "FAILED Say which" in run(*arguments)


def test_without_a_key_it_says_how_to_get_one(server, settings):
    settings.TVDB_API_KEY = ""
    said = run("--updates")
    assert "FAILED TheTVDB cannot be asked yet" in said
    assert "set TVDB_API_KEY" in said
    assert not ImportRun.objects.exists()


def test_a_worker_can_do_it(server):
    assert "is queued for a worker" in run("--series", "82", "--background")
    shapes.serve(server, 82)
    jobs.import_index(ImportRun.objects.get().pk)
    assert (ImportRun.objects.get().state, Title.objects.count()) == ("done", 1)


# -- the feed ----------------------------------------------------------------------------------------------------------


def test_only_what_we_fetched_and_what_changed_since_is_fetched_again(server):
    changed, _same, film = fetched(1), fetched(2), fetched(3, "movie")
    ExternalIdFactory(source="tvdb", value="4")
    feeds = {
        "series": [[shapes.update(1, SINCE), shapes.update(4, SINCE)], [shapes.update(99, SINCE)]],
        "movies": [[shapes.update(3, SINCE)]],
    }
    shapes.serve_updates(server, **feeds)
    shapes.serve(server, 1, name="Renamed")
    server.expect_request("/movies/3/extended").respond_with_json(shapes.answer(shapes.movie(3, name="Recut")))
    said = run("--updates")
    assert "2 changed" in said
    assert sorted(asked(server)) == ["/movies/3", "/series/1"]
    changed.refresh_from_db(), film.refresh_from_db()
    assert (changed.name, film.name) == ("Renamed", "Recut")


def test_what_changed_before_we_asked_is_not_fetched_again(server):
    fetched(1)
    shapes.serve_updates(server, series=[[shapes.update(1, int(LONG_AGO.timestamp()) - 60)]])
    run("--updates", "month")
    assert asked(server) == []


def test_a_changed_episode_is_a_change_of_its_series(server):
    series = fetched(1, episodes=[shapes.episode(1)])
    shapes.serve_updates(server, episodes=[[shapes.update(502, SINCE, "create", seriesId=1)]])
    shapes.serve(server, 1, episodes=[shapes.episode(1), shapes.episode(2)])
    run("--updates")
    assert series.episodes.count() == 2


def test_what_was_deleted_there_stays_and_is_not_asked_for(server):
    series = fetched(1, episodes=[shapes.episode(1)])
    shapes.serve_updates(server, series=[[shapes.update(1, SINCE, "delete")]])
    assert "show 1: id: was deleted at TheTVDB; ours stays" in run("--updates")
    assert (series.episodes.count(), state(1), asked(server)) == (1, "gone", [])
    jobs.refresh_title(series.pk)
    assert asked(server) == []


def test_what_the_feed_names_and_is_not_there_is_gone_and_the_rest_goes_on(server):
    fetched(1), fetched(2)
    shapes.serve_updates(server, series=[[shapes.update(1, SINCE), shapes.update(2, SINCE)]])
    server.expect_request("/series/1/extended").respond_with_handler(lambda _: shapes.failure())
    shapes.serve(server, 2, name="Renamed")
    assert "1 changed" in run("--updates")
    assert (state(1), Title.objects.filter(name="Renamed").count()) == ("gone", 1)
    assert ImportRun.objects.get().state == "done"


def test_the_last_word_on_a_thing_counts(server):
    fetched(1)
    shapes.serve_updates(server, series=[[shapes.update(1, SINCE + 60), shapes.update(1, SINCE, "delete")]])
    shapes.serve(server, 1, name="Back again")
    run("--updates")
    assert (Title.objects.get().name, state(1)) == ("Back again", "fetched")


def test_what_was_merged_there_is_one_of_ours_under_both_ids(server):
    series = fetched(1)
    merged = shapes.update(1, SINCE, "delete", mergeToId=2, mergeToEntityType="series")
    shapes.serve_updates(server, series=[[merged]])
    assert "show 1: id: was merged into 2 at TheTVDB" in run("--updates")
    assert (ids(series), state(1)) == (["1", "2"], "gone")
    shapes.serve(server, 2, name="Told by the other", remoteIds=[])
    jobs.refresh_title(series.pk)
    series.refresh_from_db()
    assert (asked(server), series.name, Title.objects.count()) == (["/series/2"], "Told by the other", 1)


def test_of_two_of_ours_that_were_merged_there_staff_decide(server):
    one, other = fetched(1), fetched(2)
    merged = shapes.update(2, SINCE, "delete", mergeToId=1, mergeToEntityType="series")
    shapes.serve_updates(server, series=[[merged, merged]])
    run("--updates")
    match = Match.objects.get()
    assert (match.title, match.other, match.score) == (one, other, 100)
    assert match.reasons == ["TheTVDB merged 2 into 1"]
    assert (ids(one), ids(other)) == (["1"], ["2"])


def test_a_merged_episode_keeps_its_place(server):
    series = fetched(1, episodes=[shapes.episode(1), shapes.episode(2)])
    seen = series.episodes.get(number=2)
    merged = shapes.update(502, SINCE, "delete", mergeToId=909, mergeToEntityType="episodes", seriesId=1)
    shapes.serve_updates(server, episodes=[[merged]])
    shapes.serve(server, 1, episodes=[shapes.episode(1), shapes.episode(2, id=909, name="The same")])
    run("--updates")
    seen.refresh_from_db()
    assert (seen.number, seen.name, seen.withdrawn_at, series.episodes.count()) == (2, "The same", None, 2)


def test_what_could_not_be_fetched_is_named_and_fetched_the_next_time(server):
    fetched(1)
    shapes.serve_updates(server, series=[[shapes.update(1, SINCE)]])
    failures = iter(range(6))  # three tries, and three more at the end of the run

    def late(_request):
        there = shapes.answer(shapes.series(1, name="Renamed"))
        return shapes.failure(503) if next(failures, None) is not None else Response(json.dumps(there))

    server.expect_request("/series/1/extended").respond_with_handler(late)
    server.expect_request("/series/1/episodes/official").respond_with_json(shapes.answer({"episodes": []}))
    assert "FAILED 1 could not be fetched" in run("--updates")
    assert "1 changed" in run("--updates")
    assert Title.objects.get().name == "Renamed"


def since_asked(server):
    return {int(request.args["since"]) for request, _ in server.log if request.path == "/updates"}


def test_the_feed_is_read_since_the_last_time(server):
    shapes.serve_updates(server)
    run("--updates")
    first = ImportRun.objects.get().started_at
    assert since_asked(server) == {int((first - timedelta(days=1)).timestamp())}
    server.clear_log()
    run("--updates")
    assert since_asked(server) == {int((first - timedelta(hours=1)).timestamp())}


def test_the_feed_is_read_for_a_period(server):
    shapes.serve_updates(server)
    run("--updates", "week")
    assert since_asked(server) == {int((ImportRun.objects.get().started_at - timedelta(days=7)).timestamp())}


def test_the_token_may_end_in_the_middle_of_a_run(server):
    fetched(1), fetched(2)
    shapes.serve_updates(server, series=[[shapes.update(1, SINCE), shapes.update(2, SINCE)]])
    shapes.serve(server, 2, name="Renamed too")
    refused = shapes.failure(401, "Unauthorized")
    server.expect_oneshot_request("/series/1/extended").respond_with_response(refused)
    shapes.serve(server, 1, name="Renamed")
    assert "2 changed" in run("--updates")
    assert [request.path for request, _ in server.log].count("/login") == 2


@pytest.mark.parametrize(("key", "waiting"), [("", []), (shapes.KEY, ["updates"])])
def test_every_day_a_worker_reads_the_feed_where_there_is_a_key(
    server, settings, django_capture_on_commit_callbacks, key, waiting
):
    settings.TVDB_API_KEY = key
    for _day in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            jobs.follow_tvdb()
    queued = [ImportRun.objects.get(pk=job.args[0]) for job in get_queue("bulk").jobs]
    assert [(run.source, run.what) for run in queued] == [("tvdb", what) for what in waiting]


# -- ids that became others --------------------------------------------------------------------------------------------


def test_an_answer_under_another_id_makes_both_ids_one(server):
    series = fetched(1)
    server.expect_request("/series/1/extended").respond_with_data(
        "", status=301, headers={"Location": "/series/2/extended"}
    )
    shapes.serve(server, 2, name="Moved")
    run("--series", "1")
    series.refresh_from_db()
    assert (series.name, ids(series), state(1), Title.objects.count()) == ("Moved", ["1", "2"], "gone", 1)


def test_a_refresh_that_is_answered_with_another_of_our_titles_changes_neither(server):
    one, other = fetched(1), fetched(2, remoteIds=[])
    server.expect_request("/series/1/extended").respond_with_json(shapes.answer(shapes.series(2, name="Which?")))
    server.expect_request("/series/2/episodes/official").respond_with_json(shapes.answer({"episodes": []}))
    jobs.refresh_title(one.pk)
    assert sorted(Title.objects.values_list("name", flat=True)) == ["Show 1", "Show 2"]
    assert (Match.objects.get().other, state(1)) == (other, "gone")


def test_an_id_that_we_never_knew_merges_nothing():
    assert not refresh.note_merged("tvdb", "series", "1", "2", at=timezone.now())
    assert not ExternalId.objects.exists()


def test_a_merge_that_is_told_twice_is_one():
    title = TitleFactory()
    ExternalIdFactory(source="tvdb", value="1", title=title)
    assert refresh.note_merged("tvdb", "series", "1", "2", at=timezone.now())
    assert refresh.note_merged("tvdb", "series", "1", "2", at=timezone.now())
    assert ids(title) == ["1", "2"]


def test_of_two_episodes_that_were_merged_both_stay():
    one, other = EpisodeFactory(), EpisodeFactory()
    for value, episode in (("1", one), ("2", other)):
        ExternalId.objects.create(source="tvdb", kind="episode", value=value, episode=episode)
    assert not refresh.note_merged("tvdb", "episode", "1", "2", at=timezone.now())
    assert not Match.objects.exists()
