"""The pages of players, what is playing now, and saying by hand what was played."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import ApiToken
from catalog.models import Title
from catalog.search import rebuild
from tests.catalog import tvmaze_shapes as tvmaze
from tests.factories import EpisodeFactory, ExternalIdFactory, MovieFactory, ProfileFactory, TitleFactory, UserFactory
from tracking import diary, jobs, moments
from tracking.models import Play, Player, Position, Watch
from tracking.players import connecting, positions, programs, scrobbling

from . import player_shapes as shapes

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true", "HX-Target": "now-watching"}


@pytest.fixture
def profile(client):
    user = UserFactory()
    client.force_login(user)
    return ProfileFactory(household=user.household)


@pytest.fixture
def film():
    film = MovieFactory(name="Night Ferry", year=1999, runtime=50)
    ExternalIdFactory(source="tmdb", kind="movie", value=shapes.FILM["tmdb"], title=film)
    return film


@pytest.fixture
def series():
    series = TitleFactory(name="The Lamplighters", year=2010)
    for number in (1, 2, 3):
        EpisodeFactory(title=series, number=number, name=f"Part {number}")
    rebuild()
    return series


def connect(profile, program="plex", account=shapes.ACCOUNT):
    return connecting.connect(profile, program, account, at=timezone.now())[0]


def tell(player, payload, *, at=None):
    return scrobbling.tell(player, programs.read(player.program, payload), now=at or timezone.now())


def content(response):
    return response.content.decode()


# -- connecting --------------------------------------------------------------------------------------------------------


def test_a_player_is_connected_and_its_address_is_shown_this_once(client, profile, film):
    page = client.post("/players/", {"program": "plex", "account": "Harbour"})
    address = content(page).split('value="http://testserver')[1].split('"')[0]
    assert (page.status_code, "no-store" in page["Cache-Control"]) == (200, True)
    assert Client().post(address, {"payload": "{}"}).status_code == 200
    player = Player.objects.get()
    assert (player.profile, player.account) == (profile, "Harbour")
    secret = address.split("/")[3]
    assert secret not in content(client.get("/players/")) + content(client.get(f"/players/{player.pk}/"))
    assert secret not in str(ApiToken.objects.values())


@pytest.mark.parametrize("program", ["plex", "tautulli"])
def test_where_everybodys_plays_are_told_the_account_must_be_said(client, profile, program):
    page = client.post("/players/", {"program": program, "account": ""})
    assert (page.status_code, Player.objects.count()) == (422, 0)


@pytest.mark.parametrize("program", ["jellyfin", "emby", "kodi"])
def test_a_server_of_ones_own_needs_no_account(client, profile, program):
    assert client.post("/players/", {"program": program}).status_code == 200
    assert Player.objects.get().program == program


def test_an_unknown_program_is_refused(client, profile):
    assert client.post("/players/", {"program": "winamp"}).status_code == 422


def test_a_double_click_connects_one_player(client, profile):
    for _again in range(2):
        page = client.post("/players/", {"program": "kodi", "account": ""})
    assert Player.objects.count() == ApiToken.objects.count() == 1
    address = content(page).split('value="http://testserver')[1].split('"')[0]
    assert Client().post(address, "{}", content_type="application/json").status_code == 200


def test_what_is_connected_already_is_not_connected_twice(client, profile):
    player = connect(profile)
    Player.objects.update(created_at=timezone.now() - timedelta(hours=1))
    page = client.post("/players/", {"program": "plex", "account": "harbour"})
    assert (page.status_code, list(Player.objects.all())) == (422, [player])


def test_there_is_an_end_to_the_players_of_a_profile(profile):
    for number in range(connecting.MOST):
        connect(profile, "plex", f"Account {number}")
    with pytest.raises(connecting.RefusedError):
        connect(profile, "plex", "One more")


def test_a_new_address_is_shown_and_the_old_one_is_gone(client, profile):
    player = connect(profile)
    before = player.token_id
    page = client.post(f"/players/{player.pk}/renew/")
    assert "/webhooks/plex/" in content(page)
    assert not ApiToken.objects.filter(pk=before).exists()


def test_disconnecting_asks_first_and_leaves_the_log_as_it_is(client, profile, film):
    player = connect(profile)
    tell(player, shapes.plex())
    assert "Disconnect Plex?" in content(client.get(f"/players/{player.pk}/remove/"))
    assert client.post(f"/players/{player.pk}/remove/")["Location"] == "/players/"
    assert (Player.objects.count(), ApiToken.objects.count(), Watch.objects.count()) == (0, 0, 1)


@pytest.mark.parametrize("path", ["", "renew/", "remove/"])
def test_the_players_of_others_are_not_there(client, profile, path):
    other = connect(ProfileFactory())
    sister = connect(ProfileFactory(household=profile.household))
    for player in (other, sister):
        answer = client.get if not path else client.post
        assert answer(f"/players/{player.pk}/{path}").status_code == 404
    assert Player.objects.count() == 2


@pytest.mark.parametrize(
    "path", ["/players/", "/players/1/", "/players/1/remove/", "/players/plays/1/", "/now-watching/"]
)
def test_whoever_is_signed_out_is_asked_to_sign_in(path):
    assert Client().get(path)["Location"].startswith("/accounts/login/")


def test_the_page_of_a_player_says_what_became_of_every_play(client, profile, film):
    player = connect(profile)
    tell(player, shapes.plex())
    tell(player, shapes.plex(ids={}, title="Nowhere", ratingKey="78"))
    tell(player, shapes.plex(account="Attic"))
    page = content(client.get(f"/players/{player.pk}/"))
    for words in (
        "Night Ferry",
        "Logged",
        "Nowhere (1999)",
        "Say what it was",
        "A play of somebody else",
        "Not counted",
    ):
        assert words in page


def test_the_page_of_a_player_costs_the_same_for_many_plays(client, profile, film, django_assert_max_num_queries):
    player = connect(profile)
    counts = []
    for _round in range(2):
        for number in range(10):
            at = timezone.now() - timedelta(hours=10 * (number + 10 * len(counts)))
            tell(player, shapes.plex(), at=at)
        with django_assert_max_num_queries(12) as queries:
            client.get(f"/players/{player.pk}/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_plays_are_paged_by_key(client, profile):
    player = connect(profile)
    for number in range(35):
        tell(player, shapes.plex(ids={}, title=f"Film {number}.", ratingKey=str(number)))
    first = content(client.get(f"/players/{player.pk}/"))
    after = first.split('href="?after=')[1].split('"')[0]
    second = content(client.get(f"/players/{player.pk}/?after={after}"))
    names = [f"Film {number}." for number in range(35)]
    assert [(name in first) + (name in second) for name in names] == [1] * 35


# -- what was not recognised -------------------------------------------------------------------------------------------


def test_an_unknown_play_is_matched_by_hand_and_logged(client, profile, series):
    player = connect(profile)
    play = tell(player, shapes.plex_episode(ids={}, grandparentTitle="Lamplighters (UK)")).play
    page = content(client.get(f"/players/plays/{play.pk}/?q=lamplighters"))
    assert f'name="title" value="{series.pk}"' in page
    response = client.post(f"/players/plays/{play.pk}/", {"title": series.pk})
    assert response["Location"] == f"/players/{player.pk}/"
    assert Watch.objects.get().episode.number == 2


def test_what_was_said_once_is_known_of_the_next_episode(client, profile, series):
    player = connect(profile)
    named = {"ids": {}, "grandparentTitle": "Lamplighters (UK)"}
    play = tell(player, shapes.plex_episode(**named)).play
    waiting = tell(player, shapes.plex_episode(number=3, **named)).play
    client.post(f"/players/plays/{play.pk}/", {"title": series.pk})
    jobs.try_others_of(play.pk)
    assert tell(player, shapes.plex_episode(number=1, **named)).outcome == "logged"
    assert Play.objects.get(pk=waiting.pk).outcome == "logged"


def test_a_title_without_that_episode_is_not_taken(client, profile, series):
    play = tell(connect(profile), shapes.plex_episode(ids={}, number=9)).play
    assert client.post(f"/players/plays/{play.pk}/", {"title": series.pk}).status_code == 422
    assert not Watch.objects.exists()


def test_an_unknown_play_can_be_left_out(client, profile):
    player = connect(profile)
    play = tell(player, shapes.plex(ids={})).play
    client.post(f"/players/plays/{play.pk}/", {"title": "none"})
    assert tell(player, shapes.plex(ids={})).outcome == "ignored"


def test_the_play_of_another_cannot_be_matched(client, profile, film):
    play = tell(connect(ProfileFactory()), shapes.plex(ids={})).play
    assert client.post(f"/players/plays/{play.pk}/", {"title": film.pk}).status_code == 404


def test_what_the_catalogue_learns_later_is_logged_at_its_time(profile):
    player = connect(profile)
    at = timezone.now() - timedelta(days=2)
    tell(player, shapes.plex(), at=at)
    ExternalIdFactory(source="tmdb", kind="movie", value=shapes.FILM["tmdb"], title=MovieFactory())
    jobs.try_plays_again()
    assert Watch.objects.get().watched_at == at


def test_what_only_began_is_not_logged_when_it_is_recognised_later(profile):
    tell(connect(profile), shapes.plex("play"))
    ExternalIdFactory(source="tmdb", kind="movie", value=shapes.FILM["tmdb"], title=MovieFactory())
    jobs.try_plays_again()
    assert (Watch.objects.count(), Play.objects.get().outcome) == (0, "stopped")


def test_the_sources_are_asked_for_a_series_that_nobody_knows(profile, httpserver, settings):
    settings.TVMAZE_URL = httpserver.url_for("").rstrip("/")
    episodes = [tvmaze.episode(number, name=name) for number, name in enumerate(["The Harbour", "The Fog"], start=1)]
    show = tvmaze.show(8, name="The Lamplighters")
    httpserver.expect_request("/search/shows").respond_with_json([{"score": 1, "show": show}])
    tvmaze.serve(httpserver, 8, name="The Lamplighters", seasons=[tvmaze.season()], episodes=episodes, cast=[])
    play = tell(connect(profile), shapes.plex_episode(ids={}, title="The Fog")).play
    jobs.look_for_play(play.pk)
    assert Title.objects.get().name == "The Lamplighters"
    assert Watch.objects.get().episode.name == "The Fog"


def test_plays_of_long_ago_are_forgotten_but_for_what_they_teach(profile):
    player = connect(profile)
    kept, _gone = (tell(player, shapes.plex(ids={}, ratingKey=key)).play for key in "ab")
    Play.objects.filter(pk=kept.pk).update(said=kept.said | {"chosen": 1})
    Play.objects.update(updated_at=timezone.now() - timedelta(days=400))
    connecting.forget_old(timezone.now())
    assert list(Play.objects.all()) == [kept]


# -- now ---------------------------------------------------------------------------------------------------------------


def test_while_something_plays_home_shows_it_and_asks_again(client, profile, film):
    tell(connect(profile), shapes.plex("play", at=600), at=timezone.now() - timedelta(minutes=10))
    page = content(client.get("/"))
    for words in ("Now watching", "Night Ferry", "on Living room", "30 min left", 'hx-trigger="every 20s"'):
        assert words in page


def test_what_is_paused_is_shown_as_paused(client, profile, film):
    player = connect(profile)
    tell(player, shapes.plex("play"), at=timezone.now() - timedelta(minutes=20))
    tell(player, shapes.plex("pause", at=1200), at=timezone.now() - timedelta(minutes=5))
    page = content(client.get("/"))
    assert "paused on Living room" in page
    assert "30 min left" in page


def test_what_was_stopped_early_is_left_halfway(client, profile, film):
    player = connect(profile)
    tell(player, shapes.plex("play"))
    verdict = tell(player, shapes.plex("stop", at=1200))
    page = content(client.get("/"))
    assert verdict.outcome == "stopped"
    assert "Left halfway" in page
    assert "30 min left" in page
    assert "every 20s" not in page


def test_what_was_hardly_begun_is_not_kept(profile, film):
    player = connect(profile)
    tell(player, shapes.plex("play"))
    tell(player, shapes.plex("stop", at=30))
    assert not Position.objects.exists()


def test_what_is_played_to_its_end_is_gone_from_the_card(client, profile, film):
    player = connect(profile)
    tell(player, shapes.plex("play"))
    tell(player, shapes.plex("scrobble"))
    tell(player, shapes.plex("stop", at=2990))
    card = client.get("/now-watching/", headers=HTMX)
    assert "Night Ferry" not in content(card)
    assert "log-changed" in card["HX-Trigger-After-Settle"]
    assert not Position.objects.exists()


def test_what_is_logged_by_hand_is_no_longer_halfway(profile, film):
    player = connect(profile)
    now = timezone.now()
    tell(player, shapes.plex("stop", at=1200), at=now - timedelta(hours=1))
    diary.check_in(profile, film, None, moment=moments.minute(now, "UTC"), key="hand", at=now)
    assert positions.stage(profile, now).halfway == []


@pytest.mark.parametrize(
    ("event", "minutes", "is_on"), [("play", 55, True), ("play", 65, False), ("pause", 55, True), ("pause", 65, False)]
)
def test_without_news_the_card_is_gone_after_a_while(profile, film, event, minutes, is_on):
    now = timezone.now()
    tell(connect(profile), shapes.plex(event, at=0), at=now - timedelta(minutes=minutes))
    assert bool(positions.stage(profile, now).on) is is_on


def test_of_a_film_that_became_unsuitable_nothing_is_shown(profile, film):
    tell(connect(profile), shapes.plex("play"))
    Title.objects.update(min_age=18)
    profile.highest_age, profile.kind = 6, "child"
    assert positions.stage(profile, timezone.now()).on == []


def test_what_others_of_the_household_watch_is_theirs(client, profile, film):
    tell(connect(ProfileFactory(household=profile.household)), shapes.plex("play"))
    assert "Now watching" not in content(client.get("/"))


def test_the_card_by_itself_is_no_page(client, profile):
    assert client.get("/now-watching/")["Location"] == "/"


def test_the_page_of_a_title_says_what_of_it_is_on(client, profile, series):
    player = connect(profile)
    tell(player, shapes.plex_episode("play", at=600, ids={}, title="The Fog"))
    assert "Now watching" not in content(client.get(series.get_absolute_url())), "not recognised: nothing to show"
    ExternalIdFactory(source="tvdb", kind="series", value="910", title=series)
    tell(player, shapes.plex_episode("pause", at=1200, ids={}, grandparentGuid="thetvdb://910"))
    page = content(client.get(series.get_absolute_url()))
    for words in ("Now watching", "S1 E2 Part 2", "paused on Living room", "30 min left"):
        assert words in page


def test_the_page_of_a_title_says_what_was_left_halfway_until_it_is_logged(client, profile, film):
    player = connect(profile)
    tell(player, shapes.plex("stop", at=1200), at=timezone.now() - timedelta(hours=1))
    assert "Left halfway" in content(client.get(film.get_absolute_url()))
    tell(player, shapes.plex("scrobble"))
    assert "Left halfway" not in content(client.get(film.get_absolute_url()))


def test_what_nobody_will_go_on_with_is_put_away_and_taken_back(client, profile, film):
    tell(connect(profile), shapes.plex("stop", at=1200))
    position = Position.objects.get()
    for _again in range(2):
        card = client.post(f"/positions/{position.pk}/put-away/", headers=HTMX)
    assert "Night Ferry is off this shelf." in content(card)
    assert "Left halfway" not in content(client.get("/")) + content(client.get(film.get_absolute_url()))
    for _again in range(2):
        client.post(f"/positions/{position.pk}/take-out/")
    assert Position.objects.get().updated_at == position.updated_at


def test_what_was_put_away_is_back_when_it_is_played_again(client, profile, film):
    player = connect(profile)
    tell(player, shapes.plex("stop", at=1200))
    client.post(f"/positions/{Position.objects.get().pk}/put-away/")
    tell(player, shapes.plex("resume", at=1200))
    assert "Now watching" in content(client.get("/"))


def test_the_positions_of_others_are_not_there(client, profile, film):
    tell(connect(ProfileFactory(household=profile.household)), shapes.plex("stop", at=1200))
    pk = Position.objects.get().pk
    assert client.post(f"/positions/{pk}/put-away/").status_code == 404
    assert client.post(f"/positions/{pk}/take-out/").status_code == 404
