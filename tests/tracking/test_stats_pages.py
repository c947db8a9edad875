from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from tests.factories import (
    CreditFactory,
    EpisodeFactory,
    GenreFactory,
    LibraryEntryFactory,
    MovieFactory,
    NetworkFactory,
    PersonFactory,
    ProfileFactory,
    RatingFactory,
    TitleFactory,
    UserFactory,
    WatchFactory,
)
from tracking import jobs, statistics
from tracking.models import Watch, YearPicture
from tracking.statistics import one_sheet, pictures

pytestmark = pytest.mark.django_db

STATS = "/stats/"
YEAR = "/stats/2026/"
PICTURE = "/stats/2026/picture.png"


@pytest.fixture
def viewer(client):
    user = UserFactory()
    profile = ProfileFactory(household=user.household, time_zone="Europe/Paris")
    client.force_login(user)
    return profile


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def seen(profile, on=date(2026, 3, 1), **more):
    return WatchFactory(profile=profile, watched_at=datetime(on.year, on.month, on.day, 20, tzinfo=UTC), **more)


def text(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


# -- statistics --------------------------------------------------------------------------------------------------------


def test_the_page_needs_a_viewer(client):
    for path in (STATS, YEAR, PICTURE):
        assert client.get(path).url.startswith("/accounts/login/")


def test_the_page_only_reads(client, viewer):
    for path in (STATS, YEAR, PICTURE):
        assert client.post(path).status_code == 405


def test_an_empty_log_says_how_to_begin(client, viewer):
    assert "Nothing to count yet" in text(client, STATS)


def test_a_period_without_a_viewing_says_so(client, viewer):
    seen(viewer)
    assert "Nothing was seen in this time" in text(client, STATS + "?since=2020-01-01&until=2020-12-31")


def test_one_viewing_is_enough_for_every_picture(client, viewer):
    series = TitleFactory(network=NetworkFactory(name="Lantern"), country="GB")
    series.genres.add(GenreFactory(name="Drama"))
    CreditFactory(title=series, person=PersonFactory(name="Somebody Known"))
    seen(viewer, episode=EpisodeFactory(title=series, runtime=45))
    page = text(client, STATS)
    for words in ("Hours by month", "Time of day", "Every day", "Lantern", "Drama", "United Kingdom", "Somebody Known"):
        assert words in page


def test_every_picture_has_a_table_behind_it(client, viewer):
    RatingFactory(profile=viewer, title=seen(viewer, on=date(2024, 3, 1), title=MovieFactory(source_rating=8)).title)
    seen(viewer)
    page = text(client, STATS)
    pictures_drawn = page.count("<figure") - page.count('class="folk')
    assert pictures_drawn == page.count("<table>") == 5


def test_nothing_is_styled_inline(client, viewer):
    seen(viewer)
    for path in (STATS, YEAR):
        assert "style=" not in text(client, path)


def test_a_year_is_one_of_the_periods(client, viewer):
    seen(viewer, on=date(2025, 3, 1))
    seen(viewer)
    page = text(client, STATS + "?since=2025-01-01&until=2025-12-31")
    assert "March 2025" in page
    assert "March 2026" not in page
    assert 'href="/stats/2025/"' in page


def test_films_can_be_drawn_in_the_place_of_hours(client, viewer):
    seen(viewer)
    page = text(client, STATS + "?show=films")
    assert "Films by month" in page
    assert "Hours by month" in text(client, STATS + "?show=nonsense")


def test_two_periods_are_compared(client, viewer):
    for _ in range(3):
        seen(viewer, on=date(2025, 2, 1))
    seen(viewer)
    page = text(client, STATS + "?since=2026-01-01&until=2026-12-31&beside=before")
    assert "<dd>1 <small>3</small></dd>" in page
    assert "Hours, 2025" in page
    own = STATS + "?since=2026-03-01&until=2026-03-31&beside=days&beside_since=2025-02-01&beside_until=2025-02-28"
    assert "Hours, February 2025" in text(client, own)


def test_what_is_left_out_is_said(client, viewer):
    seen(viewer)
    WatchFactory(profile=viewer, precision="unknown", watched_at=None, watched_on=None, sort_at=Watch.SOME_TIME)
    assert "1 viewing may belong here or not" in text(client, STATS + "?since=2026-01-01&until=2026-12-31")
    assert "1 viewing has no known day" in text(client, STATS)


@pytest.mark.parametrize(
    "query",
    [
        "since=2026-02-30",
        "since=nonsense",
        "since=2026-02-02&until=2026-02-01",
        "since=0001-01-01&until=0001-12-31",
        "until=9999-12-31",
        "since=2026-01-01&beside=before",
        "since=2026-01-01&until=2026-02-01&beside=days",
        "since=2026-01-01&until=2026-02-01&beside=days&beside_since=2026-02-01&beside_until=2026-01-01",
        "beside=%00",
        "since=1e9",
    ],
)
def test_a_period_without_sense_is_answered_with_words(client, viewer, query):
    seen(viewer)
    answer = client.get(f"{STATS}?{query}")
    assert answer.status_code == 422
    assert "to put right below" in answer.content.decode()
    assert "Hours by month" in answer.content.decode()


@pytest.mark.parametrize(
    "query", ["since=1880-01-01&until=2200-12-31&beside=before", "until=1880-01-01", "since=2200-12-31"]
)
def test_the_ends_of_time_are_no_error(client, viewer, query):
    seen(viewer)
    assert client.get(f"{STATS}?{query}").status_code == 200


def test_ratings_are_told_in_the_scale_of_the_profile(client, viewer):
    film = MovieFactory(source_rating=8)
    RatingFactory(profile=viewer, title=film, value=30)
    seen(viewer, title=film)
    page = text(client, STATS)
    assert "1½ of 5 stars" in page
    assert "Everybody: 4 of 5 stars" in page


def fill(profile, count):
    """So many series, films and people, in as many months."""
    for number in range(count):
        on = date(2026, 1, 1) - timedelta(days=31 * number)
        series = TitleFactory(network=NetworkFactory(), country="GB", source_rating=5)
        series.genres.add(GenreFactory(name=f"Genre {profile.pk} {number}"))
        CreditFactory(title=series)
        first, _second = EpisodeFactory.create_batch(2, title=series)
        seen(profile, on=on, episode=first)
        LibraryEntryFactory(profile=profile, title=series, state="watching", seen_count=1, watch_count=1)
        RatingFactory(profile=profile, title=series, value=90)
        seen(profile, on=on)


@pytest.mark.parametrize("path", [STATS, STATS + "?since=2025-01-01&until=2025-12-31&beside=before", "/stats/2025/"])
def test_twice_the_log_costs_the_same_queries(client, viewer, path):
    counts = []
    for count in (8, 8):
        fill(viewer, count)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            text(client, path)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_the_page_of_a_long_log_stays_light(client, viewer):
    film = MovieFactory()
    days = [date(2026, 11, 20) - timedelta(days=number) for number in range(0, 365 * 14, 2)]
    rows = [
        WatchFactory.build(profile=viewer, title=film, watched_at=datetime(on.year, on.month, on.day, 20, tzinfo=UTC))
        for on in days
    ]
    Watch.objects.bulk_create(rows)
    assert len(client.get(STATS).content) < 150_000


# -- a year in review --------------------------------------------------------------------------------------------------


def test_a_year_without_a_viewing_says_so(client, viewer):
    seen(viewer, on=date(2024, 3, 1))
    page = text(client, YEAR)
    assert "The diary says nothing about 2026" in page
    assert 'href="/stats/2024/"' in page
    assert "picture.png" not in page


@pytest.mark.parametrize("year", ["0", "1879", "2201", "99999999999999999999"])
def test_years_beyond_all_logs_are_not_there(client, viewer, year):
    assert client.get(f"/stats/{year}/").status_code == 404
    assert client.get(f"/stats/{year}/picture.png").status_code == 404


def test_years_lead_to_each_other(client, viewer):
    for year in (2023, 2025, 2026):
        seen(viewer, on=date(year, 3, 1))
    page = text(client, "/stats/2025/")
    assert 'rel="prev" href="/stats/2024/"' in page
    assert 'rel="next" href="/stats/2026/"' in page


def test_a_year_names_its_series_its_films_and_its_longest_day(client, viewer):
    series = TitleFactory(name="The Lamplighters")
    seen(viewer, episode=EpisodeFactory(title=series))
    seen(viewer, on=date(2026, 5, 4), title=MovieFactory(name="A Quiet Harbour", runtime=200))
    page = text(client, YEAR)
    for words in ("The Lamplighters", "A Quiet Harbour", "4 May", "The first of the year"):
        assert words in page


def test_the_picture_is_drawn_by_a_job_and_then_shown(client, viewer):
    seen(viewer)
    assert "It is being drawn" in text(client, YEAR)
    jobs.draw_year(viewer.pk, 2026)
    assert "Download the picture" in text(client, YEAR)
    answer = client.get(PICTURE)
    assert Image.open(BytesIO(b"".join(answer.streaming_content))).size == (1080, 1350)
    assert answer["Cache-Control"] == "private, no-cache"
    assert "attachment" in client.get(PICTURE + "?download")["Content-Disposition"]


def test_an_open_page_looks_out_for_the_picture(client, viewer):
    seen(viewer)
    part = client.get(YEAR + "?looks=1", headers={"HX-Request": "true", "HX-Target": "picture"}).content.decode()
    assert part.lstrip().startswith('<section class="share" id="picture"')
    assert "looks=2" in part
    tired = client.get(YEAR + "?looks=99", headers={"HX-Request": "true", "HX-Target": "picture"}).content.decode()
    assert "hx-get" not in tired
    assert "Look again" in tired


def test_a_changed_year_is_drawn_anew_and_the_old_file_goes(client, viewer, django_capture_on_commit_callbacks):
    seen(viewer)
    jobs.draw_year(viewer.pk, 2026)
    before = YearPicture.objects.get().file.name
    seen(viewer, on=date(2026, 4, 1))
    assert client.get(PICTURE).status_code == 404
    assert "It is being drawn" in text(client, YEAR)
    with django_capture_on_commit_callbacks(execute=True):
        jobs.draw_year(viewer.pk, 2026)
    assert not default_storage.exists(before)
    assert default_storage.exists(YearPicture.objects.get().file.name)
    assert client.get(PICTURE).status_code == 200


def test_the_same_facts_are_not_drawn_twice(viewer):
    seen(viewer)
    jobs.draw_year(viewer.pk, 2026)
    drawn = YearPicture.objects.get().drawn_at
    jobs.draw_year(viewer.pk, 2026)
    assert YearPicture.objects.get().drawn_at == drawn


def test_a_lost_file_is_drawn_anew(client, viewer):
    seen(viewer)
    jobs.draw_year(viewer.pk, 2026)
    default_storage.delete(YearPicture.objects.get().file.name)
    assert client.get(PICTURE).status_code == 404
    jobs.draw_year(viewer.pk, 2026)
    assert client.get(PICTURE).status_code == 200


def test_nobody_gets_the_picture_of_another_profile(client, viewer):
    other = ProfileFactory(household=viewer.household)
    seen(other)
    jobs.draw_year(other.pk, 2026)
    assert client.get(PICTURE).status_code == 404


def test_a_profile_that_is_gone_is_no_error_for_the_job():
    jobs.draw_year(0, 2026)
    assert not YearPicture.objects.exists()


def test_forgetting_a_profile_deletes_its_pictures(viewer, django_capture_on_commit_callbacks):
    seen(viewer)
    jobs.draw_year(viewer.pk, 2026)
    name = YearPicture.objects.get().file.name
    with django_capture_on_commit_callbacks(execute=True):
        pictures.forget(viewer)
    assert not default_storage.exists(name)
    assert not YearPicture.objects.exists()


# -- how it is drawn ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "set_as"),
    [("Łódź", "Łódź"), ("Amélie", "Amélie"), ("進撃", "Jin Ji"), ("Смерть", "Smert"), ("\N{PILE OF POO}", "")],
)
def test_a_name_our_letters_cannot_set_is_spelt_with_them(name, set_as):
    assert one_sheet.settable(name) == set_as


def test_a_long_name_is_cut_to_its_room():
    shown = one_sheet.cut("A Quiet Harbour " * 9, 50, one_sheet.BOLD, 600)
    assert shown.endswith("…")
    assert one_sheet.length(shown, 50, one_sheet.BOLD) <= 600


def test_a_year_of_nothing_but_a_name_can_be_drawn():
    nothing = one_sheet.Facts(2026, "", "en", 0, 0, 0, (0,) * 12, (), "", "", "", 0)
    assert Image.open(BytesIO(one_sheet.draw(nothing))).format == "PNG"


def test_the_facts_of_a_year_are_those_of_its_page(viewer):
    seen(viewer, episode=EpisodeFactory(title=TitleFactory(name="The Lamplighters"), runtime=45))
    facts = pictures.facts_of(viewer, statistics.review(viewer, 2026, state=statistics.state_of(viewer)))
    assert (facts.minutes, facts.episodes, facts.films, facts.months[2]) == (45, 1, 0, 45)
    assert facts.series == (("The Lamplighters", 45),)
