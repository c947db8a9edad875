"""TV Time's ZIP: records of viewings, tables of how one stands to a series, votes, and lists as Go prints them."""

from datetime import UTC, date, datetime

import pytest

from tracking.histories import readers
from tracking.histories.readers.tvtime import gomaps
from tracking.histories.uploads import UnreadableError
from tracking.models import ImportRow, Watch

from .files import HISTORIES, NO_SAMPLES, counts, entries, keys, packed, read, refusals, single, table

Kind, Precision = ImportRow.Kind, Watch.Precision

EPISODES, FILMS = "tracking-prod-records-v2.csv", "tracking-prod-records.csv"
V2 = (
    "gsi,s_id,ep_id,season_number,key,user_id,created_at,episode_id,series_name,episode_number,"
    "bulk_type,is_followed,is_archived,is_for_later,ep_watch_count"
)
V1 = (
    "type,entity_type,uuid,movie_name,release_date,watch_date,created_at,alpha_range_key,watch_date_range_key,"
    "series_id,episode_id,series_name,season_number,episode_number"
)
SHOWS = "tv_show_name,user_id,tv_show_id,is_followed,is_favorited,nb_episodes_seen"
VOTES = "series_name,season_number,episode_number,user_id,vote_key,episode_id"
FILM_VOTES = "uuid,episode_id,vote_key,user_id,movie_name"
SEEN = "user_id,episode_id,watched_on_source_id,created_at,updated_at,tv_show_name,episode_season_number,episode_number"
LISTS = "lists,user_id,s_key,list_count,type,name,description,created_at,ordering,is_public,objects"
FERRY = "8f0c1c1e-0000-4000-8000-000000000001"
EVENING = "2024-02-02 20:30:00"
EPOCH = 1706905800  # the same in UTC


def seen(number, at=EVENING, *, series=81189, season=1, name="The Lamplighters", kind="watch", gsi="", bulk=""):
    episode = 4000 + number
    key = f"{kind}-episode-aaaa-{number}"
    return f"{gsi},{series},{episode},{season},{key},7,{at},{episode},{name},{number},{bulk},,,,"


def stands(series=81189, name="The Lamplighters", *, followed=True, archived=False, later=False, count=0):
    flags = ",".join(str(flag).lower() for flag in (followed, archived, later))
    return f",{series},,,user-series-bbbb,7,{EVENING},,{name},,,{flags},{count}"


def film(sort="watch", at=EVENING, *, uuid=FERRY, name="Night Ferry", released="1999-04-01 00:00:00", **more):
    slug, epoch, said = more.get("slug", ""), more.get("epoch", ""), more.get("watch_date", "")
    return f"{sort},movie,{uuid},{name},{released},{said},{at},{slug},{epoch},,,,,"


def old_episode(number, at=EVENING, *, episode=None, sort="watch"):
    return f"{sort},episode,,,,,{at},,,81189,{episode or 4000 + number},The Lamplighters,1,{number}"


def show(name="The Lamplighters", series=81189, *, followed=1, favorite=0, count=0):
    return f"{name},7,{series},{followed},{favorite},{count}"


def listed(slug, objects, *, name="", public="false"):
    return f',7,{slug},,list,{name},,{EVENING},0,{public},"{objects}"'


def export(tmp_path, files, zone="America/New_York"):
    return read(packed(tmp_path, {f"tv-time-personal-data/{name}": text for name, text in files.items()}), zone)


def record(tmp_path, *lines, zone="America/New_York", **others):
    return export(tmp_path, {EPISODES: table(V2, *lines), **others}, zone)


def test_a_viewing_has_the_ids_of_thetvdb(tmp_path):
    [row] = record(tmp_path, seen(3, season=2))
    assert (row.kind, row.work.name, row.work.ids) == (Kind.WATCH, "The Lamplighters", {"tvdb": "81189"})
    assert (row.part.season, row.part.number, row.part.ids) == (2, 3, {"tvdb": "4003"})
    assert (row.file, row.line) == ("tv-time-personal-data/" + EPISODES, 2)
    assert row.raw["series_name"] == "The Lamplighters"


def test_a_time_without_a_zone_is_one_of_the_viewers(tmp_path):
    [row] = record(tmp_path, seen(1), zone="Europe/Paris")
    assert row.moment.at == datetime(2024, 2, 2, 19, 30, tzinfo=UTC)
    assert (row.moment.precision, row.moment.zone) == (Precision.MINUTE, "Europe/Paris")


def test_where_rows_prove_that_times_are_utc_all_of_the_file_are(tmp_path):
    proven, other = record(tmp_path, seen(1, gsi=f"watch-episode-{EPOCH}"), seen(2, "2024-02-03 02:00:00"))
    assert proven.moment.at == datetime(2024, 2, 2, 20, 30, tzinfo=UTC)
    assert other.moment.at == datetime(2024, 2, 3, 2, 0, tzinfo=UTC)
    assert other.moment.on == date(2024, 2, 2)


def test_a_day_without_a_time_is_only_that_day(tmp_path):
    [row] = record(tmp_path, seen(1, "2024-02-02"))
    assert (row.moment.precision, row.moment.on) == (Precision.DAY, date(2024, 2, 2))


def test_rewatches_stay_several_viewings(tmp_path):
    rows = record(tmp_path, seen(1), seen(1, "2024-03-02 20:30:00", kind="rewatch"), seen(1, kind="rewatch"))
    assert counts(rows) == {"watch": 3}
    assert len(set(keys(rows))) == 3


def test_an_event_may_be_named_in_either_key(tmp_path):
    line = f"watch-episode-{EPOCH},81189,4001,1,k1,7,{EVENING},4001,The Lamplighters,1,,,,,"
    assert counts(record(tmp_path, line)) == {"watch": 1}


def test_a_newer_export_has_the_same_keys_in_whatever_order(tmp_path):
    before = keys(record(tmp_path, seen(1), seen(1, "2024-03-02 20:30:00"), seen(2)))
    after = keys(record(tmp_path, seen(3), seen(2), seen(1, "2024-03-02 20:30:00"), seen(1)))
    assert set(before) < set(after)
    assert len(after) == 4


def test_episodes_marked_together_keep_the_day_and_those_before_no_date(tmp_path):
    season, before = record(tmp_path, seen(2, bulk="season"), seen(1, bulk="fill-previous"))
    assert (season.moment.precision, season.moment.on) == (Precision.DAY, date(2024, 2, 2))
    assert before.moment.precision == Precision.UNKNOWN


def test_an_episode_that_lost_its_number_goes_by_its_id(tmp_path):
    [row] = record(tmp_path, seen(0))
    assert (row.part.number, row.part.ids) == (None, {"tvdb": "4000"})


def test_the_year_in_a_name_is_taken_out_of_it(tmp_path):
    [row] = record(tmp_path, seen(1, name="Doctor Who (2005)"))
    assert (row.work.name, row.work.year) == ("Doctor Who", 2005)


def test_a_name_that_a_row_lacks_comes_from_another(tmp_path):
    rows = record(tmp_path, seen(1, name=""), seen(2))
    assert len({row.work.key for row in rows}) == 1


@pytest.mark.parametrize(
    ("flags", "watched", "found"),
    [
        ({"archived": True}, True, ["dropped"]),
        ({"later": True}, False, ["planned"]),
        ({"later": True}, True, ["paused"]),
        ({}, False, ["planned"]),
        ({}, True, []),
    ],
)
def test_how_one_stands_to_a_series(tmp_path, flags, watched, found):
    rows = record(tmp_path, stands(**flags), *([seen(1)] if watched else []))
    assert [row.says["state"] for row in entries(rows, Kind.STATE)] == found
    assert not refusals(rows)


def test_a_series_that_is_not_followed_any_more_does_not_come_back(tmp_path):
    left = record(tmp_path, stands(followed=False), seen(1))
    never = record(tmp_path, stands(followed=False))
    assert counts(left) == {"hide": 1, "watch": 1}
    assert [row.reason for row in never] == ["It is not followed any more, and nothing of it was seen."]


def test_what_several_tables_say_of_a_series_is_said_once(tmp_path):
    special = table("tv_show_name,tv_show_id,status", "The Lamplighters,81189,for_later", "Quay,2,favorite")
    followed = table("tv_show_id,active,archived,tv_show_name", "81189,1,0,The Lamplighters", "3,0,1,Mole")
    files = {
        "user_tv_show_data.csv": table(SHOWS, show(), show("Quay", 2, favorite=1)),
        "user_show_special_status.csv": special,
        "followed_tv_show.csv": followed,
    }
    rows = record(tmp_path, stands(), **files)
    said = [(row.work.name, row.says.get("state") or row.says.get("list")) for row in entries(rows)]
    assert said == [("The Lamplighters", "planned"), ("Quay", "planned"), ("Quay", "Favorites"), ("Mole", "dropped")]
    assert not refusals(rows)


def test_episodes_that_are_only_counted_are_named(tmp_path):
    state, refusal = read(single(tmp_path, "user_tv_show_data.csv", table(SHOWS, show(count=12))))
    assert state.says == {"state": "watching"}
    assert refusal.reason == "It says that 12 episodes were seen but not which."


def test_films_are_watched_wanted_and_watched_again(tmp_path):
    other = "8f0c1c1e-0000-4000-8000-000000000002"
    lines = [
        film("follow"),
        film("towatch", "2024-01-01 10:00:00"),
        film(),
        film("rewatch", "2024-05-01 21:00:00"),
        film("follow", uuid=other, name="Quay", released="0001-01-01 00:00:00"),
        film("towatch", uuid=other, name="Quay"),
    ]
    rows = export(tmp_path, {FILMS: table(V1, *lines)})
    assert counts(rows) == {"watch": 2, "state": 1}
    assert (rows[0].work.kind, rows[0].work.name, rows[0].work.year) == ("movie", "Night Ferry", 1999)
    assert (rows[2].work.name, rows[2].work.year, rows[2].says) == ("Quay", None, {"state": "planned"})
    assert len(set(keys(rows))) == 3


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ({"epoch": f"watch-date-{EPOCH - 3600}"}, datetime(2024, 2, 2, 19, 30, tzinfo=UTC)),
        ({"watch_date": f"{EPOCH - 3600}000"}, datetime(2024, 2, 2, 19, 30, tzinfo=UTC)),
        ({"watch_date": "2024-02-01 12:00:00"}, datetime(2024, 2, 1, 17, 0, tzinfo=UTC)),
        ({"watch_date": "0001-01-01 00:00:00"}, datetime(2024, 2, 3, 1, 30, tzinfo=UTC)),
        ({}, datetime(2024, 2, 3, 1, 30, tzinfo=UTC)),
    ],
)
def test_when_a_film_was_watched(tmp_path, said, at):
    [row] = export(tmp_path, {FILMS: table(V1, film(**said))})
    assert row.moment.at == at


def test_a_film_without_a_name_is_called_as_its_address(tmp_path):
    [row] = export(tmp_path, {FILMS: table(V1, film(name="", slug="watch-alpha-night-ferry"))})
    assert row.work.name == "night ferry"


def test_the_older_record_tells_only_of_episodes_that_the_newer_one_lacks(tmp_path):
    old = table(V1, old_episode(1), old_episode(2), old_episode(9, episode=4001), old_episode(5, sort="rewatch"))
    rows = record(tmp_path, seen(1), **{FILMS: old})
    assert [row.part.number for row in rows] == [1, 2, 5]


def test_tables_of_seen_episodes_add_only_what_no_record_has(tmp_path):
    one = f"7,4001,3,{EVENING},{EVENING},The Lamplighters,1,1"
    two = f"7,4002,3,{EVENING},{EVENING},The Lamplighters,1,2"
    files = {"watched_on_episode.csv": table(SEEN, one, two), "seen_episode_latest.csv": table(SEEN, two)}
    rows = record(tmp_path, seen(1), **files)
    assert [(row.part.number, row.work.ids) for row in rows] == [(1, {"tvdb": "81189"}), (2, {"tvdb": "81189"})]


@pytest.mark.parametrize(("vote", "value"), [(1, 20), (27, 40), (28, 60), (29, 80), (3, 100)])
def test_votes_are_ratings_and_never_viewings(tmp_path, vote, value):
    votes = {"ratings-3-prod-episode_votes.csv": table(VOTES, f"The Lamplighters,1,2,7,4002-7-{vote},4002")}
    rows = record(tmp_path, seen(1), **votes)
    assert counts(rows) == {"watch": 1, "rating": 1}
    rating = rows[1]
    assert (rating.says, rating.work.ids, rating.part.number) == ({"value": value}, {"tvdb": "81189"}, 2)
    assert rating.work.key == rows[0].work.key


def test_votes_of_a_scale_that_nobody_knows_are_named(tmp_path):
    votes = {"ratings-prod-episode_votes.csv": table(VOTES, "The Lamplighters,1,2,7,4002-7-20,4002", "X,1,1,7,,1")}
    rows = record(tmp_path, **votes)
    assert [row.reason for row in rows] == [
        "“20” is no vote whose scale is known.",
        "“” is no vote whose scale is known.",
    ]


def test_a_vote_said_twice_is_one(tmp_path):
    line = "The Lamplighters,1,2,7,4002-7-29,4002"
    files = {
        "ratings-3-prod-episode_votes.csv": table(VOTES, line),
        "ratings-prod-episode_votes.csv": table(VOTES, line),
    }
    assert counts(record(tmp_path, **files)) == {"rating": 1}


def test_a_vote_on_a_film_is_of_the_film_in_the_record(tmp_path):
    files = {
        FILMS: table(V1, film()),
        "ratings-live-votes.csv": table(FILM_VOTES, f"{FERRY},0,{FERRY}-7-29,7,Le ferry de nuit"),
    }
    watch, rating = export(tmp_path, files)
    assert (rating.work, rating.says) == (watch.work, {"value": 80})


def test_stars_of_a_series_may_be_halves(tmp_path):
    columns = "updated_at,tv_show_name,user_id,tv_show_id,rating,created_at"
    lines = [f"{EVENING},The Lamplighters,7,81189,{stars},{EVENING}" for stars in ("3.50", "6", "0")]
    rows = export(tmp_path, {"tv_show_rate.csv": table(columns, *lines)})
    assert counts(rows) == {"rating": 1, "refused": 2}
    assert (rows[0].says, rows[0].moment.on) == ({"value": 70}, date(2024, 2, 2))


def test_lists_are_read_from_what_go_prints(tmp_path):
    contents = (
        '"[map[created_at:1.6e+09 description:my faves fanart:[u v] is_public:true name:Rainy Sundays order:<nil> '
        's_key:rainy type:list]]",7,collection,,,,,,,,'
    )
    objects = (
        "[map[created_at:1.6e+09 id:81189 type:series] map[created_at:1.6e+09 id:7.8804e+04 type:series] "
        f"map[type:movie uuid:{FERRY}] map[type:movie uuid:unknown]]"
    )
    lists = table(LISTS, contents, listed("rainy", objects, public="true"), listed("favorite-series", "[]"))
    rows = record(tmp_path, seen(1), **{FILMS: table(V1, film()), "lists-prod-lists.csv": lists})
    items = entries(rows, Kind.ITEM)
    assert [(row.work.name, row.work.ids, row.says["position"]) for row in items] == [
        ("The Lamplighters", {"tvdb": "81189"}, 1),
        ("", {"tvdb": "78804"}, 2),
        ("Night Ferry", {}, 3),
    ]
    assert (items[0].says["list"], items[0].says["is_public"]) == ("Rainy Sundays", True)
    assert [row.line for row in refusals(rows)] == [3]


def test_favourites_of_the_list_and_of_the_table_are_one(tmp_path):
    files = {
        "user_tv_show_data.csv": table(SHOWS, show(favorite=1)),
        "lists-prod-lists.csv": table(LISTS, listed("favorite-series", "[map[id:81189 type:series]]")),
    }
    assert len(entries(record(tmp_path, **files), Kind.ITEM)) == 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("<nil>", []),
        ("[]", []),
        ("[map[]]", [{}]),
        ("[map[id:1 type:series", [{"id": "1", "type": "series"}]),
        ("map[a:b c d:[e:f g] h:<nil>]", [{"a": "b c", "d": "[e:f g]", "h": ""}]),
        ("[map[a:1] junk map[b:2]] map[", [{"a": "1"}, {"b": "2"}, {}]),
        ("]]]][[[[", []),
    ],
)
def test_go_maps_are_read_as_far_as_they_go(text, found):
    assert gomaps.maps(text) == found


def test_endless_go_maps_are_read_in_no_time():
    assert len(gomaps.maps("map[a:[ b:1 " * 50_000)) == 1
    assert len(gomaps.maps("map[a:1]" * 50_000)) == 50_000


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (seen(1, "yesterday"), "“yesterday” is not a date that can be read."),
        (seen(1, "0001-01-01 00:00:00"), "is not a date that can be meant"),
        (seen(1).replace("4001", "").replace(",1,,,,,", ",,,,,,"), "which episode is meant"),
        (seen(1, series="", name=""), "which series is meant"),
        (f",81189,4001,1,dance-7,7,{EVENING},4001,The Lamplighters,1,,,,,", "It does not say what it is."),
    ],
)
def test_a_bad_row_is_named_and_the_rest_goes_on(tmp_path, line, reason):
    rows = record(tmp_path, seen(1), line, seen(2))
    [refusal] = refusals(rows)
    assert refusal.line == 3
    assert reason in refusal.reason
    assert counts(rows) == {"watch": 2, "refused": 1}


def test_rows_that_only_add_up_others_are_no_rows(tmp_path):
    sums = [
        f",,,,{key},7,{EVENING},,,,,,,," for key in ("tracking-stats", "count-7", "last-episode-watched", "time-count")
    ]
    old = table(V1, film("rewatch_count"), f"time-count,,,,,,{EVENING},,,,,,,")
    assert counts(record(tmp_path, seen(1), *sums, **{FILMS: old})) == {"watch": 1}


@pytest.mark.parametrize(
    "name",
    [
        *("user", "access_token", "refresh_token", "auth-prod-login", "ip_address", "device_token", "user_session"),
        *("emotions-3-prod-episode_votes", "comments-prod-comments", "episode_comment", "show_character_episode_vote"),
        *(
            "friend",
            "notifications-prod-notifications",
            "stats-prod-cache",
            "where-to-watch-prod-table",
            "gdpr_requests",
        ),
    ],
)
def test_tables_that_say_nothing_of_a_log_are_no_rows(tmp_path, name):
    assert counts(record(tmp_path, seen(1), **{f"{name}.csv": "password\nsecret\n"})) == {"watch": 1}


def test_a_table_that_is_not_known_is_named(tmp_path):
    rows = record(tmp_path, seen(1), **{"dreams-prod-dreams.csv": "a\n1\n"})
    assert [row.file for row in refusals(rows)] == ["tv-time-personal-data/dreams-prod-dreams.csv"]


def test_a_table_that_breaks_off_is_read_as_far_as_it_goes(tmp_path):
    broken = table(V2, seen(1)) + '"' + "".join(map(str, range(200_000)))
    rows = export(tmp_path, {EPISODES: broken, FILMS: table(V1, film()), "user_tv_show_data.csv": ""})
    assert counts(rows) == {"watch": 2, "refused": 2}


def test_a_table_that_is_there_twice_is_read_once_and_named(tmp_path):
    rows = record(tmp_path, seen(1), **{"tracking-prod-records-v2 (1).csv": table(V2, seen(1))})
    assert counts(rows) == {"watch": 1, "refused": 1}


def test_one_table_is_enough(tmp_path):
    upload = single(tmp_path, "tracking-prod-records-v2 (1).csv", table(V2, seen(1)))
    assert counts(read(upload)) == {"watch": 1}


needs_samples = pytest.mark.skipif(NO_SAMPLES, reason="MARQUEE_SAMPLES does not lead to recorded exports")


@needs_samples
def test_answers_of_its_api_are_refused(tmp_path):
    answers = sorted((HISTORIES / "tvtime").rglob("*.json"))
    assert len(answers) == 16
    for path in answers:
        with pytest.raises(UnreadableError, match="no export that is known here"):
            readers.recognise(single(tmp_path, path.name, path.read_bytes()))
