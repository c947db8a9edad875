"""The feed that other programs read: what it says in iCalendar, who may read it, and that it says the same again."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from accounts import tokens
from accounts.models import ApiToken, Profile
from catalog.models import Episode, Title
from tests.factories import (
    EpisodeFactory,
    LibraryEntryFactory,
    MovieFactory,
    ProfileFactory,
    TitleFactory,
    UserFactory,
    WatchFactory,
)
from tracking.calendar import feeds

pytestmark = pytest.mark.django_db

RENEW = "/calendar/feed/"
REVOKE = "/calendar/feed/revoke/"
ZONES = ["Pacific/Honolulu", "Pacific/Kiritimati", "Europe/Paris", "Asia/Kathmandu"]
HARD_NAMES = [
    "Salt, Pepper; and \\ Vinegar",
    "One\nTwo\r\nThree\rFour",
    "Film 🎬 family 👩‍👩‍👧‍👦 " * 12,
    "漢字" * 60,
    "END:VEVENT\r\nBEGIN:VEVENT",
    "bell \x07 and delete \x7f",
    'a "quoted": colon',
    "ü" * 300,
]


@pytest.fixture
def profile():
    return ProfileFactory(household=UserFactory().household, has_spoiler_shield=False)


@pytest.fixture
def path(profile):
    return path_of(profile)


@pytest.fixture
def title(profile):
    return LibraryEntryFactory(profile=profile, state="watching", title=TitleFactory(name="Baker Street")).title


def path_of(profile):
    return f"/calendar/{tokens.make(profile, ApiToken.Scope.CALENDAR)[1]}.ics"


def soon(days=3):
    return timezone.now().date() + timedelta(days=days)


def airs(title, on=None, at=None, **more):
    return EpisodeFactory(**{"title": title, "air_date": on or soon(), "airs_at": at, "number": 2} | more)


def events(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def event(client, path):
    (only,) = events(client, path)
    return only


def lines(client, path):
    return client.get(path).content.decode().replace("\r\n ", "").split("\r\n")


# -- the format --------------------------------------------------------------------------------------------------------


def test_an_episode_with_a_time_is_timed_in_utc(client, path, title):
    at = datetime.combine(soon(), time(2, 30), UTC)
    airs(title, at=at, runtime=50, name="The Heritage")
    said = lines(client, path)
    assert f"DTSTART:{at:%Y%m%dT%H%M%SZ}" in said
    assert f"DTEND:{at + timedelta(minutes=50):%Y%m%dT%H%M%SZ}" in said
    assert "SUMMARY:Baker Street S01E02 The Heritage" in said


def test_without_a_known_length_an_event_has_no_end(client, path, title):
    airs(title, at=datetime.combine(soon(), time(20), UTC), runtime=None)
    assert "DTEND" not in event(client, path)


def test_an_episode_without_a_time_lasts_all_day_and_ends_with_the_next(client, path, title):
    airs(title, on=soon(3))
    said = lines(client, path)
    assert f"DTSTART;VALUE=DATE:{soon(3):%Y%m%d}" in said
    assert f"DTEND;VALUE=DATE:{soon(4):%Y%m%d}" in said


def test_a_film_is_an_event_of_all_day(client, profile, path):
    LibraryEntryFactory(profile=profile, title=MovieFactory(name="Metropolis", year=2027, premiered=soon()))
    found = event(client, path)
    assert found["SUMMARY"] == "Metropolis (2027)"
    assert found.decoded("DTSTART") == soon()
    assert found["CATEGORIES"].to_ical() == b"Film"


def test_a_special_without_a_number_is_called_one(client, path, title):
    airs(title, number=None, kind=Episode.Kind.SPECIAL, name="Behind the Door")
    assert event(client, path)["SUMMARY"] == "Baker Street S01 special Behind the Door"


def test_an_event_leads_to_its_page_and_blocks_no_time(client, path, title):
    episode = airs(title)
    found = event(client, path)
    assert found["URL"] == f"http://testserver{episode.get_absolute_url()}"
    assert (found["TRANSP"], found["STATUS"]) == ("TRANSPARENT", "CONFIRMED")


@pytest.mark.parametrize("name", HARD_NAMES)
def test_whatever_a_name_holds_the_lines_keep_to_the_standard(client, path, title, name):
    """RFC 5545: lines end in CRLF and have at most 75 octets, which are whole characters; no control characters."""
    airs(title, name=name)
    content = client.get(path).content
    assert content.endswith(b"\r\n")
    for line in content.removesuffix(b"\r\n").split(b"\r\n"):
        assert len(line) <= 75
        assert not any(octet < 32 or octet == 127 for octet in line)
        assert line.decode()
    told = " ".join(name.replace("\x07", " ").replace("\x7f", " ").split())
    assert event(client, path)["SUMMARY"] == f"Baker Street S01E02 {told}"


def test_commas_semicolons_and_backslashes_are_escaped(client, path, title):
    airs(title, name=r"a, b; c\d")
    assert r"SUMMARY:Baker Street S01E02 a\, b\; c\\d" in lines(client, path)


def test_the_calendar_is_complete(client, profile, path, title):
    Profile.objects.filter(pk=profile.pk).update(name="Study, upstairs")
    airs(title)
    said = lines(client, path)
    assert said[0] == "BEGIN:VCALENDAR"
    assert said[-2:] == ["END:VCALENDAR", ""]
    assert {"VERSION:2.0", "METHOD:PUBLISH", "REFRESH-INTERVAL;VALUE=DURATION:PT6H"} <= set(said)
    assert r"X-WR-CALNAME:Marquee: Study\, upstairs" in said
    found = event(client, path)
    assert {"UID", "DTSTAMP", "DTSTART", "SEQUENCE", "LAST-MODIFIED"} <= set(found)


def test_what_is_written_is_read_back_and_written_the_same(client, path, title):
    for number, name in enumerate(HARD_NAMES, start=1):
        airs(title, number=number, name=name, at=datetime.combine(soon(), time(number), UTC))
    content = client.get(path).content
    assert Calendar.from_ical(content).to_ical() == content


def test_an_empty_calendar_is_one(client, path):
    assert events(client, path) == []


# -- right in every zone -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ZONES)
def test_a_date_only_premiere_stays_on_its_date_in_every_zone(client, zone):
    profile = ProfileFactory(household=UserFactory().household, time_zone=zone)
    airs(LibraryEntryFactory(profile=profile).title, on=soon())
    assert event(client, path_of(profile)).decoded("DTSTART") == soon()


@pytest.mark.parametrize("zone", ZONES)
def test_a_moment_is_the_same_moment_in_every_zone(client, zone):
    profile = ProfileFactory(household=UserFactory().household, time_zone=zone)
    at = datetime.combine(soon(), time(23, 30), UTC)
    airs(LibraryEntryFactory(profile=profile).title, at=at)
    assert event(client, path_of(profile)).decoded("DTSTART") == at


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        *(("Europe/Paris", day) for day in (date(2026, 3, 29), date(2026, 10, 25))),
        *(("America/New_York", day) for day in (date(2026, 3, 8), date(2026, 11, 1))),
        *(("Australia/Lord_Howe", day) for day in (date(2026, 4, 5), date(2026, 10, 4))),
    ],
)
def test_both_clock_changes_move_no_event(zone, day):
    """Weekly at nine on the clock: before the change, on its day, and after."""
    profile = ProfileFactory(household=UserFactory().household, time_zone=zone)
    title = LibraryEntryFactory(profile=profile).title
    evenings = [datetime.combine(day + timedelta(days=days), time(21), ZoneInfo(zone)) for days in (-7, 0, 7)]
    for number, at in enumerate(evenings):
        airs(title, on=at.date(), at=at, number=number)
    told = feeds.told(profile, today=day)
    assert [(airing.on, airing.clock) for airing in told] == [(at.date(), "21:00") for at in evenings]
    assert [airing.at for airing in told] == evenings


# -- the same again ----------------------------------------------------------------------------------------------------


def test_the_same_content_is_the_same_bytes_and_is_not_sent_twice(client, path, title):
    airs(title)
    first = client.get(path)
    again = client.get(path)
    assert again.content == first.content
    kept = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (kept.status_code, kept.content) == (304, b"")


def test_a_change_is_sent(client, path, title):
    episode = airs(title)
    etag = client.get(path)["ETag"]
    Episode.objects.filter(pk=episode.pk).update(name="Renamed")
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 200


def test_a_moved_episode_keeps_its_uid_and_grows_its_sequence(client, path, title):
    episode = airs(title, on=soon(3))
    before = event(client, path)
    later = timezone.now() + timedelta(minutes=5)
    Episode.objects.filter(pk=episode.pk).update(air_date=soon(9), updated_at=later)
    after = event(client, path)
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after.decoded("DTSTART") == soon(9)
    assert after.decoded("LAST-MODIFIED") > before.decoded("LAST-MODIFIED")


def test_a_new_address_keeps_the_uids(client, profile, path, title):
    airs(title)
    before = event(client, path)["UID"]
    assert event(client, f"/calendar/{feeds.renew(profile)}.ics")["UID"] == before


def test_two_profiles_have_events_of_their_own(client, profile, path, title):
    other = ProfileFactory(household=UserFactory().household)
    LibraryEntryFactory(profile=other, title=title)
    airs(title)
    assert event(client, path)["UID"] != event(client, path_of(other))["UID"]


# -- what is told ------------------------------------------------------------------------------------------------------


def test_an_unseen_episode_has_no_name_until_it_was_seen(client, title):
    profile = ProfileFactory(household=UserFactory().household)
    LibraryEntryFactory(profile=profile, title=title)
    path = path_of(profile)
    episode = airs(title, on=soon(-3), name="The Butler Did It")
    before = event(client, path)
    assert before["SUMMARY"] == "Baker Street S01E02"
    WatchFactory(profile=profile, episode=episode, created_at=timezone.now() + timedelta(minutes=5))
    after = event(client, path)
    assert after["SUMMARY"] == "Baker Street S01E02 The Butler Did It"
    assert after.decoded("LAST-MODIFIED") > before.decoded("LAST-MODIFIED")


def test_it_reaches_sixty_days_back_and_half_a_year_ahead(client, path, title):
    for number, days in enumerate((-61, -60, 0, 180, 181)):
        airs(title, on=soon(days), number=number)
    assert [found.decoded("DTSTART") for found in events(client, path)] == [soon(-60), soon(0), soon(180)]


def test_it_is_bounded_and_tells_the_nearest(client, path, title, monkeypatch):
    monkeypatch.setattr(feeds, "MOST_PAST", 2)
    monkeypatch.setattr(feeds, "MOST_COMING", 3)
    for number, days in enumerate(range(-5, 6)):
        airs(title, on=soon(days), number=number)
    told = [found.decoded("DTSTART") for found in events(client, path)]
    assert told == [soon(days) for days in (-2, -1, 0, 1, 2)]


def test_age_comes_first(client, title):
    profile = ProfileFactory(household=UserFactory().household, kind="teen", highest_age=12)
    LibraryEntryFactory(profile=profile, title=title)
    Title.objects.filter(pk=title.pk).update(min_age=18)
    airs(title)
    assert events(client, path_of(profile)) == []


def test_twice_as_much_costs_the_same_number_of_queries(client, path, title):
    def count():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    for number in range(4):
        airs(title, number=number, on=soon(number - 1))
    client.get(path)  # notes that the address is in use
    few = count()
    for number in range(4, 8):
        airs(title, number=number, on=soon(number - 5))
    assert count() == few <= 12


# -- who may read it ---------------------------------------------------------------------------------------------------


def test_a_forged_or_foreign_address_is_not_there(client, profile, path):
    player = tokens.make(profile, ApiToken.Scope.PLAYER)[1]
    for secret in ("forged", "x" * 5000, player, "%00", "é"):
        assert client.get(f"/calendar/{secret}.ics").status_code == 404


def test_it_needs_no_session_and_is_only_read(client, path):
    assert client.get(path)["Content-Type"] == "text/calendar; charset=utf-8"
    assert client.head(path).status_code == 200
    assert client.head(path).content == b""
    assert client.post(path).status_code == 405
    assert not client.cookies


def test_no_cache_between_us_may_keep_it(client, path):
    assert client.get(path)["Cache-Control"] == "private, no-cache"


def test_reading_it_is_noted(client, profile, path):
    assert feeds.current(profile).last_used_at is None
    client.get(path)
    assert feeds.current(profile).last_used_at is not None


@pytest.fixture
def viewer(client):
    user = UserFactory()
    profile = ProfileFactory(household=user.household)
    client.force_login(user)
    return profile


def address_in(page):
    return page.partition('id="address" value="')[2].partition('"')[0]


def test_an_address_is_made_shown_once_and_works(client, viewer):
    answer = client.post(RENEW)
    address = address_in(answer.content.decode())
    assert address.startswith("http://testserver/calendar/")
    assert f'href="webcal:{address.partition(":")[2]}"' in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    client.logout()
    assert client.get(address).status_code == 200


def test_the_page_does_not_tell_the_address_again(client, viewer):
    address = address_in(client.post(RENEW).content.decode())
    page = client.get("/calendar/").content.decode()
    assert address.rpartition("/")[2] not in page
    assert "Make a new address" in page


def test_a_new_address_ends_the_one_before(client, viewer):
    first = address_in(client.post(RENEW).content.decode())
    second = address_in(client.post(RENEW).content.decode())
    assert (client.get(first).status_code, client.get(second).status_code) == (404, 200)
    assert ApiToken.objects.filter(profile=viewer).count() == 1


def test_an_address_can_be_taken_away(client, viewer):
    address = address_in(client.post(RENEW).content.decode())
    page = client.post(REVOKE, follow=True).content.decode()
    assert client.get(address).status_code == 404
    assert "Make an address" in page
    assert "is gone" in page


def test_other_tokens_and_other_profiles_stay(client, viewer):
    other = ProfileFactory(household=viewer.household)
    tokens.make(viewer, ApiToken.Scope.PLAYER)
    tokens.make(other, ApiToken.Scope.CALENDAR)
    client.post(RENEW)
    client.post(REVOKE)
    assert {(token.profile_id, token.scope) for token in ApiToken.objects.all()} == {
        (viewer.pk, "player"),
        (other.pk, "calendar"),
    }


@pytest.mark.parametrize("path", [RENEW, REVOKE])
def test_changes_need_a_viewer_and_a_post(client, path):
    assert client.post(path).url.startswith("/accounts/login/")
    client.force_login(UserFactory())
    assert client.get(path).status_code in (404, 405)
