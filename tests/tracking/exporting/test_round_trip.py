"""An export, read into an empty profile and exported again, is the same file: nothing is lost, doubled or bent."""

import csv
import io
import json
import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.base import ContentFile

from accounts.models import Profile
from catalog.models import Episode, Service, Source, Subject, Title
from catalog.search import rebuild
from tests.factories import EpisodeFactory, ExternalIdFactory, MovieFactory, ProfileFactory, TitleFactory
from tests.tracking.histories import trakt_shapes as trakt
from tracking import diary, exporting, moments
from tracking.histories import choosing, receiving, working
from tracking.models import (
    Dismissal,
    ImportRow,
    LibraryEntry,
    List,
    ListItem,
    LogImport,
    Note,
    Position,
    ProfileService,
    Rating,
    Watch,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, 20, 41, 3, 123456, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
WEIRD = 'Ünï "quoted", 🎬 line\nbreak, \r\n tab\t, שלום, \u2028 ; =1+1'
ZONE = "America/New_York"


@pytest.fixture
def series():
    """Three regular episodes, one without a number, a special; known to a source, but for one episode."""
    title = TitleFactory(name='The "Lamplighters" 🏮', slug="lamplighters", year=2011, status=Title.Status.RUNNING)
    ExternalIdFactory(source=Source.TVDB, value="81189", title=title)
    for number, name in enumerate(["Fog", "Gas", "Dawn"], start=1):
        EpisodeFactory(title=title, number=number, name=name)
    first = title.episodes.get(number=1)
    ExternalIdFactory(source=Source.TVDB, kind=Subject.EPISODE, value="4001", episode=first, title=None)
    EpisodeFactory(title=title, season_number=0, number=1, name="A Night Off", kind=Episode.Kind.SPECIAL)
    EpisodeFactory(title=title, season_number=0, number=None, name="Unnumbered", kind=Episode.Kind.SPECIAL)
    return title


@pytest.fixture
def film():
    title = MovieFactory(name="שלום, Night Ferry", slug="night-ferry", year=1999)
    ExternalIdFactory(source=Source.IMDB, kind=Subject.MOVIE, value="tt0100001", title=title)
    return title


@pytest.fixture
def profile(series, film):
    """One that did everything that can be done."""
    profile = ProfileFactory(
        name="Front room", time_zone=ZONE, rating_scale=Profile.Scale.TEN, region="CA", colour="coral"
    )
    Profile.objects.filter(pk=profile.pk).update(has_spoiler_shield=False, created_at=NOW - timedelta(days=900))
    profile.refresh_from_db()
    watch_everything(profile, series, film)
    say_everything(profile, series, film)
    bring_what_is_unknown(profile)
    return profile


def watch_everything(profile, series, film):
    """Every precision, a second run, specials, a viewing removed, and one removed and brought back."""
    first, second, third = series.episodes.regular().in_order()
    days = [moments.day(date(2024, 2, 29), ZONE), moments.month(date(2023, 5, 4), ZONE)]
    moments_ = [moments.minute(NOW - timedelta(days=9), ZONE), *days, moments.year(date(2020, 5, 4), "Asia/Tokyo")]
    for count, moment in enumerate([*moments_, moments.some_time("UTC")]):
        check_in(profile, film, None, f"film-{count}", moment=moment)
    details = diary.Details(place="cinema", company=WEIRD[:50], attention="asleep", note=WEIRD, service="Odeon “1”")
    check_in(profile, series, first, "one", details=details)
    check_in(profile, series, first, "one-again", moment=moments.minute(NOW - timedelta(days=3), "UTC"))
    check_in(profile, series, second, "two")
    diary.begin_again(profile, series, key="again", at=NOW)
    check_in(profile, series, first, "one-in-second-run", moment=moments.minute(NOW - timedelta(minutes=1), ZONE))
    for special in series.episodes.filter(season__number=0):
        check_in(profile, series, special, f"special-{special.number}")
    check_in(profile, series, third, "gone")
    diary.delete(Watch.objects.get(profile=profile, episode=third), key="remove", at=NOW)
    check_in(profile, series, third, "back")
    diary.undo(diary.delete(Watch.objects.get(profile=profile, episode=third), key="remove2", at=NOW), at=NOW)
    Watch.objects.filter(key="two").update(group="0b0e9a34-6f0c-4a64-8a28-1f3a4b2f9a10", origin="webhook")


def check_in(profile, title, episode, key, *, moment=None, **more):
    moment = moment or moments.day(date(2025, 3, 1), ZONE)
    diary.check_in(profile, title, episode, moment=moment, key=key, at=NOW, **more)


def say_everything(profile, series, film):
    """Opinions on titles, a season and an episode; states said, hidden and planned; lists with and without items."""
    first = series.episodes.get(name="Fog")
    for number, more in enumerate(({}, {"season": first.season}, {"episode": first})):
        diary.rate(profile, series, 61 + number, key=f"rate-{number}", at=NOW + timedelta(seconds=number), **more)
    diary.rate(profile, film, 100, key="rate-film", at=NOW)
    diary.rate(profile, film, 5, key="rate-film-again", at=NOW + timedelta(hours=1))
    diary.note(profile, series, WEIRD * 3, key="note", at=NOW)
    for state in LibraryEntry.State.values:
        title = TitleFactory(name=f"In state {state}", slug=f"state-{state}", year=2001)
        diary.set_state(profile, title, state, key=state, at=NOW)
    diary.hide(profile, series, is_hidden=True, key="hide", at=NOW)
    diary.plan(profile, MovieFactory(name="Planned", slug="planned", year=None), key="plan", at=NOW)
    made = [List.objects.create(profile=profile, name=name, description=WEIRD) for name in ("🎞 best", "Empty", "z")]
    List.objects.filter(name="z").update(is_public=True, is_numbered=True)
    diary.enlist(profile, film, None, made[:1], key="list-film", at=NOW)
    diary.enlist(profile, series, None, [made[0], made[2]], key="list-series", at=NOW)
    diary.enlist(profile, series, first, made[:1], key="list-episode", at=NOW)
    item = ListItem.objects.get(list=made[0], episode=first)
    diary.arrange(item, place=1, note=WEIRD, key="arrange", at=NOW)
    Dismissal.objects.create(profile=profile, title=TitleFactory(slug="dull", year=1990), created_at=NOW)
    Position.objects.create(profile=profile, title=film, seconds=61, length=5400, player="Plex 🛋", is_paused=True)
    Position.objects.create(profile=profile, title=series, episode=first, seconds=7, started_at=NOW, updated_at=NOW)
    service = Service.objects.create(name="Kanopy", slug="kanopy")
    ProfileService.objects.create(profile=profile, service=service, created_at=NOW)


def bring_what_is_unknown(profile):
    """A history of another service with a series that nobody knows here, rated and seen."""
    show = trakt.show(name='Nobody’s "Harbour" 🚢', trakt=77, tvdb=990077)
    seen = trakt.played(2, "2024-02-01T08:00:00.000Z", of=show)
    bring(profile, trakt.export(watched__history=[seen]), name="trakt.zip")


def bring(profile, content, *, name="export.zip", at=LATER):
    rebuild()
    log_import = receiving.receive(profile, ContentFile(content), name, at=at)
    working.carry_on(log_import, clock=lambda: at)
    assert log_import.state == LogImport.State.READY, log_import.error
    working.begin(log_import, LogImport.State.APPLYING, of=choosing.OPEN, at=at)
    working.carry_on(log_import, clock=lambda: at)
    return log_import


def exported(profile):
    file = io.BytesIO()
    exporting.write(profile, file)
    return file.getvalue()


def rows(content, name):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [json.loads(line) for line in archive.read(f"{name}.jsonl").decode().split("\n") if line]


def names(content):
    return zipfile.ZipFile(io.BytesIO(content)).namelist()


def assert_same(first, second):
    """In words where they differ: bytes of a ZIP say little."""
    for section in exporting.SECTIONS:
        assert rows(first, section.name) == rows(second, section.name), section.name
    assert first == second


def test_every_section_of_the_whole_profile_has_rows(profile):
    content = exported(profile)
    assert [section.name for section in exporting.SECTIONS if not rows(content, section.name)] == []


def test_an_export_read_into_an_empty_profile_and_exported_again_is_the_same_to_the_byte(profile):
    first, other = exported(profile), ProfileFactory(name="Somebody new")
    profile.delete()
    log_import = bring(other, first)
    assert [row.reason for row in log_import.rows.filter(verdict="refused")] == []
    assert_same(first, exported(other))


def test_beside_the_first_profile_only_the_addresses_of_lists_are_others(profile):
    first, other = exported(profile), ProfileFactory(name="Somebody new")
    bring(other, first)
    second = exported(other)
    addresses = {row["address"] for row in rows(first, "lists")} & {row["address"] for row in rows(second, "lists")}
    assert addresses == set()
    for section in exporting.SECTIONS:
        if section.name != "lists":
            assert rows(first, section.name) == rows(second, section.name), section.name


def test_the_export_of_today_is_that_of_tomorrow(profile):
    assert exported(profile) == exported(Profile.objects.get(pk=profile.pk))


def test_its_own_export_brought_to_the_same_profile_adds_nothing(profile):
    before = exported(profile)
    log_import = bring(profile, before)
    assert [log_import.counts[name] for name in ("added", "applied")] == [{}, {}]
    assert_same(before, exported(profile))


def test_an_import_of_an_export_can_be_taken_back_whole(profile):
    content, other = exported(profile), ProfileFactory(name="New", time_zone="Asia/Tokyo")
    before = exported(other)
    log_import = bring(other, content)
    working.begin(log_import, LogImport.State.UNDOING, of=[LogImport.State.APPLIED], at=LATER)
    working.carry_on(log_import, clock=lambda: LATER)
    assert_same(before, exported(Profile.objects.get(pk=other.pk)))


def test_what_nobody_knew_comes_along_and_is_logged_once_the_title_is_known(profile):
    content, other = exported(profile), ProfileFactory()
    log_import = bring(other, content)
    harbour = TitleFactory(name="Nobody’s Harbour", year=2011)
    ExternalIdFactory(source=Source.TVDB, value="990077", title=harbour)
    EpisodeFactory(title=harbour, number=2, name="")
    working.rematch(log_import, log_import.works.all())
    assert log_import.counts["added"] == {"watch": 1}


def test_a_viewing_that_came_by_way_of_another_marquee_is_not_logged_twice_from_the_first_file(profile):
    """The history of the other service is brought once more to where it came with our export."""
    film = Title.objects.get(slug="night-ferry")
    play = trakt.played_movie("2010-02-01T08:00:00.000Z", of=trakt.movie(imdb="tt0100001"))
    content = trakt.export(watched__history=[play])
    bring(profile, content)
    other = ProfileFactory()
    bring(other, exported(profile))
    seen = other.watches.filter(title=film).count()
    assert bring(other, content).counts["present"]["watch"] == 1
    assert other.watches.filter(title=film).count() == seen


def test_an_address_that_is_something_else_here_is_no_proof(profile, film):
    content, other = exported(profile), ProfileFactory()
    film.external_ids.all().delete()
    Title.objects.filter(pk=film.pk).update(name="The Day of the Ferry", year=1961)
    bring(other, content)
    assert not other.watches.filter(title=film).exists()


def test_nothing_of_another_profile_is_in_it(profile, series):
    beside = ProfileFactory(household=profile.household, name="Bedroom")
    before = exported(profile)
    diary.note(beside, series, "hers alone", key="n", at=NOW)
    diary.rate(beside, series, 1, key="r", at=NOW)
    assert exported(profile) == before


def test_the_tables_say_what_the_lines_say(profile):
    content = exported(profile)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for section in exporting.SECTIONS:
            text = archive.read(f"csv/{section.name}.csv").decode("utf-8-sig")
            table = list(csv.DictReader(io.StringIO(text, newline="")))
            assert len(table) == len(rows(content, section.name))
            assert tuple(table[0]) == section.columns


def test_a_child_cannot_raise_its_age_by_bringing_a_file(profile):
    Profile.objects.filter(pk=profile.pk).update(highest_age=99, kind=Profile.Kind.ADULT)
    child = ProfileFactory(kind=Profile.Kind.CHILD, highest_age=6)
    bring(child, exported(Profile.objects.get(pk=profile.pk)))
    child.refresh_from_db()
    assert (child.kind, child.highest_age) == (Profile.Kind.CHILD, 6)


def test_somebody_at_home_keeps_the_settings_of_here(profile, series):
    other = ProfileFactory(time_zone="Asia/Tokyo")
    diary.plan(other, series, key="p", at=NOW)
    bring(other, exported(profile))
    other.refresh_from_db()
    assert other.time_zone == "Asia/Tokyo"


def test_a_row_that_lies_is_named_and_the_rest_goes_on(profile):
    lines = {name: rows(exported(profile), name) for name in ("watches", "ratings", "settings", "library", "lists")}
    lines["watches"][0] |= {"precision": "minute", "watched_at": None}
    lines["watches"][1] |= {"key": "k" * 101}
    lines["watches"][2] |= {"created_at": "0001-01-01T00:00:00-23:00"}
    lines["watches"][3] |= {"zone": "Mars/Olympus"}
    lines["ratings"][0] |= {"value": 101}
    lines["settings"][0] |= {"language": "xx"}
    lines["library"][0] |= {"state": ["watching"]}
    lines["lists"][0] |= {"address": "no"}
    log_import = bring(ProfileFactory(), packed(lines))
    refused = ImportRow.objects.filter(log_import=log_import, verdict="refused").order_by("pk")
    assert [(row.file, row.line) for row in refused if row.reason] == [
        ("settings.jsonl", 1),
        *(("watches.jsonl", line) for line in (1, 2, 3, 4)),
        ("library.jsonl", 1),
        ("ratings.jsonl", 1),
        ("lists.jsonl", 1),
    ]
    assert len(refused) == 8


def test_every_line_is_counted_once_whatever_it_is(profile):
    lines = {"watches": [*rows(exported(profile), "watches")] * 2, "notes": ["text", 7, None, [1], {}]}
    log_import = bring(ProfileFactory(), packed(lines))
    count = len(lines["watches"]) + len(lines["notes"])
    assert sum(number for kinds in log_import.counts.values() for number in kinds.values()) == count


def packed(lines):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("marquee.json", json.dumps({"marquee": "export", "version": 1}))
        for name, each in lines.items():
            archive.writestr(f"{name}.jsonl", "\n".join(json.dumps(line) for line in each))
    return file.getvalue()


def test_the_export_of_a_newer_marquee_is_refused_in_words(profile):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("marquee.json", json.dumps({"marquee": "export", "version": 2}))
    log_import = receiving.receive(profile, ContentFile(file.getvalue()), "export.zip", at=NOW)
    working.carry_on(log_import, clock=lambda: NOW)
    assert (log_import.state, log_import.error) == ("failed", "The export is of a newer Marquee than this one.")


def test_the_notes_and_ratings_keep_their_days(profile, series):
    content, other = exported(profile), ProfileFactory()
    bring(other, content)
    assert Note.objects.get(profile=other).created_at == NOW
    assert Rating.objects.get(profile=other, title__slug="night-ferry").updated_at == NOW + timedelta(hours=1)
