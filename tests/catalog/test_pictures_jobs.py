"""Pictures from the offer to the page: fetched over real HTTP on loopback, stored as real files."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django_rq import get_queue
from werkzeug import Response

from catalog import jobs, picture_keys, pictures
from catalog.models import Episode, Person, Picture, Title
from catalog.pictures import ranking
from catalog.sources import images
from tests.factories import CreditFactory, EpisodeFactory, PersonFactory, TitleFactory

from .picture_shapes import BLUE, GREEN, PictureFactory, blank_png, picture

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
OTHER = "https://pictures.example/other.jpg"


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def server(httpserver, settings):
    """Where the pictures of a source are."""
    settings.TVMAZE_URL = httpserver.url_for("").rstrip("/")
    return httpserver


@pytest.fixture
def offered(server):
    """`offered(content)`: a picture that the server answers with."""

    def offer(content=None, *, path="/a.jpg", status=200, **row):
        server.expect_request(path).respond_with_data(picture(300, 450) if content is None else content, status=status)
        return PictureFactory(url=server.url_for(path), **row)

    return offer


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def fetched(row):
    """The row after its job."""
    Picture.objects.filter(pk=row.pk).update(next_try_at=None)
    Picture.objects.filter(pk=row.pk, state="failed").update(next_try_at=NOW)
    jobs.fetch_picture(row.pk)
    return Picture.objects.get(pk=row.pk)


def asked(queue="default"):
    return [job.args for job in get_queue(queue).jobs if job.func_name.endswith("fetch_picture")]


# -- fetching


def test_an_offered_picture_is_fetched_stored_and_shown(offered):
    row = fetched(offered(picture(680, 1000)))
    assert (row.state, row.width, row.height, row.error, row.error_count) == ("stored", 680, 1000, "", 0)
    assert row.fetched_at
    assert row.title.picture == row.key
    assert all(default_storage.exists(name) for name in picture_keys.file_names(row.key))


@pytest.mark.parametrize("factory", [TitleFactory, EpisodeFactory, PersonFactory])
def test_whatever_it_is_of_shows_it_at_a_new_address(offered, factory):
    thing = factory(updated_at=NOW)
    fetched(offered(**{"title": None, type(thing).__name__.lower(): thing}))
    thing.refresh_from_db()
    assert thing.picture
    assert thing.updated_at > NOW


def test_a_stored_picture_is_not_fetched_again(offered, server):
    row = fetched(offered())
    fetched(row)
    assert len(server.log) == 1


def test_two_things_with_the_same_picture_share_its_files(offered, store):
    rows = [fetched(offered()), fetched(offered(path="/b.jpg"))]
    assert rows[0].key == rows[1].key
    assert len(list(store.rglob("*.avif"))) == len(picture_keys.widths(rows[0].key))


def test_a_picture_that_is_gone_meanwhile_is_no_error():
    jobs.fetch_picture(0)


# -- what goes wrong


@pytest.mark.parametrize(
    ("content", "status", "reason"),
    [
        pytest.param(b"", 500, "status 500", id="an error"),
        pytest.param(b"", 404, "no such picture", id="not found"),
        pytest.param(b"<!doctype html><p>Back soon</p>", 200, "not a JPEG", id="a page"),
        pytest.param(picture()[:3000], 200, "damaged", id="half a picture"),
    ],
)
def test_what_another_try_may_find_is_put_off(offered, content, status, reason):
    row = fetched(offered(content, status=status))
    assert (row.state, row.error_count, row.title.picture) == ("failed", 1, "")
    assert reason in row.error
    assert row.next_try_at


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(blank_png(6000, 6000), "too large", id="a bomb"),
        pytest.param(b"<svg onload='alert(1)'/>", "scripts", id="svg"),
        pytest.param(b"x" * (images.LARGEST + 1), "more than 10 MB", id="ten megabytes"),
        pytest.param(blank_png(1, 1), "too small", id="a pixel"),
    ],
)
def test_what_will_never_be_a_picture_is_refused_for_good(offered, content, reason):
    row = fetched(offered(content))
    assert (row.state, row.next_try_at, row.title.picture) == ("refused", None, "")
    assert reason in row.error
    assert pictures.claim(row.pk, at=NOW + timedelta(days=365)) is None


def test_a_private_address_is_refused_without_a_request(offered, server, settings):
    row = offered()
    settings.TVMAZE_URL = "https://api.tvmaze.com"
    row = fetched(row)
    assert row.state == "refused"
    assert "is not a public address" in row.error
    assert server.log == []


def test_a_way_that_leads_to_a_private_address_is_refused(server):
    server.expect_request("/a.jpg").respond_with_data("", status=302, headers={"Location": "http://169.254.169.254/"})
    assert fetched(PictureFactory(url=server.url_for("/a.jpg"))).state == "refused"


def test_a_picture_that_fails_is_tried_the_less_often(offered):
    row, waits = offered(status=500), []
    for _ in range(8):
        before = datetime.now(UTC)
        row = fetched(row)
        waits.append(round((row.next_try_at - before) / timedelta(minutes=1)))
    assert waits == [5, 60, 360, 1440, 10_080, 43_200, 43_200, 43_200]


def test_a_failure_that_is_over_is_forgotten(offered, server):
    row = fetched(offered(status=500))
    server.clear()
    server.expect_request("/a.jpg").respond_with_data(picture(60, 90))
    row = fetched(row)
    assert (row.state, row.error, row.error_count, row.next_try_at) == ("stored", "", 0, None)


def test_a_picture_that_kills_its_worker_waits_like_one_that_failed():
    row = PictureFactory()
    assert pictures.claim(row.pk, at=NOW)  # and then nothing, ever
    row.refresh_from_db()
    assert (row.state, row.error_count, row.next_try_at) == ("failed", 1, NOW + timedelta(minutes=5))
    assert list(Picture.objects.due(NOW + timedelta(minutes=5))) == [row]


def test_two_workers_never_have_the_same_picture():
    row = PictureFactory()
    assert [bool(pictures.claim(row.pk, at=NOW)) for _ in range(2)] == [True, False]


def test_what_was_fetched_from_an_old_address_is_not_shown():
    row = PictureFactory()
    pictures.offer(row.source, titles={row.title_id: OTHER}, at=NOW)
    pictures.keep(row, picture(60, 90), at=NOW)
    row.refresh_from_db()
    assert (row.state, row.key, row.title.picture) == ("offered", "", "")


def test_a_picture_that_was_moved_to_another_title_is_shown_there():
    row, other = PictureFactory(), TitleFactory()
    Picture.objects.update(title=other)
    pictures.keep(row, picture(60, 90), at=NOW)
    other.refresh_from_db()
    row.title.refresh_from_db()
    assert (bool(other.picture), row.title.picture) == (True, "")


def test_an_error_of_an_old_address_does_not_touch_the_new_one(offered):
    row = pictures.claim(offered().pk, at=NOW)
    pictures.offer(row.source, titles={row.title_id: OTHER}, at=NOW)
    pictures.put_off(row, "It failed.")
    pictures.refuse(row, "It failed.")
    row.refresh_from_db()
    assert (row.state, row.error) == ("offered", "")


def test_a_killed_job_leaves_no_half_of_a_file(offered, store, monkeypatch):
    def killed(_fd):
        raise SystemExit

    monkeypatch.setattr("config.media_files.os.fsync", killed)
    row = offered()
    with pytest.raises(SystemExit):
        fetched(row)
    monkeypatch.undo()
    assert not [path for path in store.rglob("*") if path.is_file()]
    assert row.title.picture == ""


# -- offers


@pytest.mark.parametrize(("argument", "factory"), [("titles", TitleFactory), ("episodes", EpisodeFactory)])
def test_an_offer_is_a_row_and_no_more(argument, factory):
    thing = factory()
    pictures.offer("tvmaze", **{argument: {thing.pk: OTHER}}, at=NOW)
    row = Picture.objects.get()
    assert (row.source, row.url, row.state, row.thing_id) == ("tvmaze", OTHER, "offered", thing.pk)
    assert asked() == []


def test_offers_of_everything_take_few_queries(django_assert_num_queries):
    titles = [TitleFactory() for _ in range(5)]
    episodes = [EpisodeFactory(title=titles[0]) for _ in range(5)]
    people = [PersonFactory() for _ in range(5)]
    told = {
        "titles": {row.pk: OTHER for row in titles},
        "episodes": {row.pk: OTHER for row in episodes},
        "people": {row.pk: OTHER for row in people},
    }
    with django_assert_num_queries(6):
        pictures.offer("tvmaze", **told, at=NOW)
    assert Picture.objects.count() == 15


def test_an_offer_gives_the_drawing_a_new_address_once():
    """Browsers keep a drawing for a year, and only who looks at it asks for the picture."""
    title = TitleFactory(updated_at=NOW)
    for hours, url in [(1, OTHER), (2, OTHER), (3, "")]:
        pictures.offer("tvmaze", titles={title.pk: url}, at=NOW + timedelta(hours=hours))
    title.refresh_from_db()
    assert title.updated_at == NOW + timedelta(hours=1)


def test_the_same_offer_again_writes_nothing(offered):
    row = fetched(offered())
    pictures.offer(row.source, titles={row.title_id: row.url}, at=NOW)
    assert Picture.objects.get() == row
    assert Picture.objects.get().state == "stored"


def test_an_empty_address_takes_nothing_away(offered):
    row = fetched(offered())
    pictures.offer(row.source, titles={row.title_id: ""}, at=NOW)
    assert Picture.objects.get().url == row.url


@pytest.mark.parametrize(("state", "after"), [("offered", "offered"), ("failed", "offered"), ("refused", "offered")])
def test_a_new_address_is_a_new_chance(state, after):
    row = PictureFactory(state=state, error="It failed.", error_count=3, next_try_at=NOW)
    pictures.offer(row.source, titles={row.title_id: OTHER}, at=NOW)
    row.refresh_from_db()
    assert (row.url, row.state, row.error, row.error_count, row.next_try_at) == (OTHER, after, "", 0, None)


def test_a_new_address_of_what_is_shown_is_fetched_by_itself(offered):
    row = fetched(offered())
    pictures.offer(row.source, titles={row.title_id: OTHER}, at=NOW)
    row.refresh_from_db()
    assert (row.state, row.title.picture) == ("wanted", row.key)


def test_the_old_picture_stays_until_there_is_a_new_one(offered, server):
    row = fetched(offered())
    server.expect_request("/page").respond_with_data("<svg/>")
    pictures.offer(row.source, titles={row.title_id: server.url_for("/page")}, at=NOW)
    refused = fetched(row)
    assert (refused.state, refused.title.picture) == ("refused", row.key)


# -- several sources


def test_the_best_source_is_shown(offered):
    title = TitleFactory()
    shown = []
    for source, colour in [("demo", BLUE), ("tvmaze", GREEN), ("tvdb", BLUE)]:
        row = fetched(offered(picture(60, 90, colour=colour), path=f"/{source}", title=title, source=source))
        title.refresh_from_db()
        shown.append((title.picture == row.key, Picture.objects.get(key=title.picture).source))
    assert shown == [(True, "demo"), (True, "tvmaze"), (False, "tvmaze")]


@pytest.mark.parametrize(("source", "state"), [("staff", "wanted"), ("demo", "offered")])
def test_only_what_is_better_than_what_is_shown_is_fetched_by_itself(offered, source, state):
    row = fetched(offered())
    pictures.offer(source, titles={row.title_id: OTHER}, at=NOW)
    assert Picture.objects.get(source=source).state == state


def test_the_best_offer_is_asked_for_first():
    title = TitleFactory()
    PictureFactory(title=title, source="demo")
    best = PictureFactory(title=title, source="tvmaze")
    assert pictures.awaited("title", title.pk, now=NOW) == best


def test_while_the_best_is_put_off_the_next_is_asked_for():
    title = TitleFactory()
    PictureFactory(title=title, source="tvmaze", state="failed", next_try_at=NOW + timedelta(hours=1))
    second = PictureFactory(title=title, source="tvdb")
    assert pictures.awaited("title", title.pk, now=NOW) == second


def test_every_source_has_its_place():
    assert set(ranking.BEST_FIRST) >= {"tvmaze", "tvdb", "tmdb", "staff", "demo"}


def test_a_choice_touches_only_what_changes():
    shown = PictureFactory(state="stored", key="p" + "a" * 20 + "-680")
    Title.objects.update(picture=shown.key)
    drawn = TitleFactory()
    assert pictures.choose("title", [shown.title_id, drawn.pk], at=NOW) == 0
    shown.delete()
    assert pictures.choose("title", [shown.title_id, drawn.pk], at=NOW) == 1
    assert not Title.objects.exclude(picture="").exists()


# -- asking


def test_who_looks_at_a_drawing_asks_for_the_picture(client, committed):
    row = PictureFactory()
    with committed():
        for _ in range(3):
            answer = client.get(row.title.poster_url)
    assert answer["Content-Type"] == "image/svg+xml"
    assert set(answer["Cache-Control"].split(", ")) == {"private", "max-age=60"}
    assert asked() == [(row.pk,)]


@pytest.mark.parametrize("thing", ["episode", "person"])
def test_so_it_is_with_stills_and_portraits(client, committed, thing):
    episode = EpisodeFactory()
    person = CreditFactory(title=episode.title).person
    row = PictureFactory(**{thing: {"episode": episode, "person": person}[thing]})
    with committed():
        client.get(episode.still_url if thing == "episode" else person.portrait_url)
    assert asked() == [(row.pk,)]


@pytest.mark.parametrize(
    ("state", "is_asked"), [("offered", True), ("wanted", True), ("failed", False), ("refused", False)]
)
def test_a_picture_that_failed_lately_or_is_refused_is_not_asked_for(client, committed, state, is_asked):
    row = PictureFactory(state=state, next_try_at=datetime.now(UTC) + timedelta(hours=1) if state == "failed" else None)
    with committed():
        answer = client.get(row.title.poster_url)
    assert bool(asked()) == is_asked
    assert ("immutable" in answer["Cache-Control"]) != is_asked


def test_a_drawing_is_served_when_redis_is_gone(client, settings, committed):
    row = PictureFactory()
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    with committed():
        assert client.get(row.title.poster_url).status_code == 200


def test_what_is_due_is_asked_for_as_bulk_work(committed):
    lately = datetime.now(UTC) - timedelta(minutes=1)
    due = [PictureFactory(state="wanted"), PictureFactory(state="failed", next_try_at=lately)]
    PictureFactory(state="offered")
    PictureFactory(state="refused")
    PictureFactory(state="failed", next_try_at=lately + timedelta(hours=1))
    with committed():
        jobs.fetch_due_pictures()
        jobs.fetch_due_pictures()
    assert asked("bulk") == [(row.pk,) for row in due]


def test_a_wall_of_drawings_does_not_wait_for_a_dead_server(offered, server):
    server.expect_request("/a.jpg").respond_with_handler(
        lambda _request: Response(iter([b"half"]), headers={"Content-Length": "1000"})
    )
    rows = [fetched(PictureFactory(url=server.url_for(path))) for path in ("/a.jpg", "/b.jpg", "/c.jpg")]
    assert [row.state for row in rows] == ["failed"] * 3
    assert len(server.log) == 1


def test_things_without_a_picture_are_drawn_as_before(client):
    for thing in (TitleFactory(), EpisodeFactory(), CreditFactory().person):
        address = {Title: "poster_url", Episode: "still_url", Person: "portrait_url"}[type(thing)]
        assert "immutable" in client.get(getattr(thing, address))["Cache-Control"]
