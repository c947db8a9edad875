"""The spoiler shield: what is veiled, for whom, where, and what lifts it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalog import search
from catalog.models import Title
from tests.factories import EpisodeFactory, ProfileFactory, SeasonFactory, TitleFactory, UserFactory, WatchFactory

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
PHOTO = "saaaaaaaaaaaaaaaaaaaa-640"
PLOT = "The butler did it."


@pytest.fixture
def viewer(client):
    user = UserFactory()
    profile = ProfileFactory(household=user.household)
    client.force_login(user)
    return profile


@pytest.fixture
def episode():
    return EpisodeFactory(
        number=1, name="The Cunningham Heritage", overview=PLOT, picture=PHOTO, title__name="Baker Street"
    )


def pages(episode):
    """Where the still and the overview of an episode may stand."""
    return {
        "episode": episode.get_absolute_url(),
        "season": reverse("catalog:season_detail", args=[episode.title.slug, 1]),
        "series": episode.title.get_absolute_url(),
    }


@pytest.mark.parametrize("where", ["episode", "season", "series"])
def test_what_happens_in_an_unseen_episode_is_behind_a_veil_that_says_why(client, viewer, episode, where):
    page = client.get(pages(episode)[where]).content.decode()
    before, _veil, after = page.partition('<details class="veil"')
    assert "Veiled until you have seen it. Lift" in after
    assert PLOT not in before
    assert page.count(PLOT) == after.partition("</details>")[0].count(PLOT) == 1
    assert PHOTO not in page


@pytest.mark.parametrize("where", ["episode", "season", "series"])
@pytest.mark.parametrize("run", [1, 2])
def test_any_viewing_in_any_run_lifts_it(client, viewer, episode, where, run):
    WatchFactory(profile=viewer, episode=episode, run=run)
    page = client.get(pages(episode)[where]).content.decode()
    assert "veil" not in page
    assert PLOT in page
    assert PHOTO in page


@pytest.mark.parametrize("where", ["episode", "season", "series"])
def test_whoever_wants_no_shield_has_none(client, viewer, episode, where):
    viewer.has_spoiler_shield = False
    viewer.save()
    page = client.get(pages(episode)[where]).content.decode()
    assert "veil" not in page
    assert PHOTO in page


@pytest.mark.parametrize("where", ["episode", "season", "series"])
def test_signed_out_there_is_no_shield(client, episode, where):
    page = client.get(pages(episode)[where]).content.decode()
    assert "veil" not in page
    assert PHOTO in page


def test_what_somebody_else_saw_lifts_nothing(client, viewer, episode):
    WatchFactory(episode=episode)
    assert PHOTO not in client.get(episode.get_absolute_url()).content.decode()


def test_a_viewing_that_was_taken_back_lets_the_veil_fall_again(client, viewer, episode):
    client.post(reverse("tracking:check_in_episode", args=[episode.pk]), {"key": "a"})
    assert PHOTO in client.get(episode.get_absolute_url()).content.decode()
    client.post(reverse("tracking:undo", args=[viewer.changes.get().pk]))
    assert PHOTO not in client.get(episode.get_absolute_url()).content.decode()


@pytest.mark.parametrize("headers", [{}, {**HTMX, "HX-Target": "found-episodes"}])
def test_the_stills_of_episodes_that_are_found_are_drawn_until_they_were_seen(client, viewer, episode, headers):
    search.rebuild()
    found = f"{reverse('catalog:search')}?q=cunningham"
    page = client.get(found, headers=headers).content.decode()
    assert episode.get_absolute_url() in page
    assert PHOTO not in page
    WatchFactory(profile=viewer, episode=episode)
    assert PHOTO in client.get(found, headers=headers).content.decode()


def test_what_a_later_season_is_about_is_veiled_until_it_was_begun(client, viewer):
    title = TitleFactory()
    for number in (1, 2):
        SeasonFactory(title=title, number=number, overview=f"What happens in part {number}.")
        EpisodeFactory(title=title, season_number=number)
    second = EpisodeFactory(title=title, season_number=2)
    page = [client.get(reverse("catalog:season_detail", args=[title.slug, number])).content for number in (1, 2)]
    assert [b'<p class="lede">What happens' in each and b"veil" not in each for each in page] == [True, False]
    WatchFactory(profile=viewer, episode=second)
    assert b"veil" not in client.get(reverse("catalog:season_detail", args=[title.slug, 2])).content


def test_next_and_lately_seen_show_no_unseen_still(client, viewer, episode):
    EpisodeFactory(title=episode.title, number=2, picture=PHOTO.replace("a", "b"), overview="Then the maid.")
    client.post(reverse("tracking:check_in_episode", args=[episode.pk]), {"key": "a"})
    for name in ("home", "tracking:up_next", "tracking:log", "tracking:library"):
        page = client.get(reverse(name)).content.decode()
        assert PHOTO.replace("a", "b") not in page
        assert "Then the maid." not in page


def test_the_shield_costs_no_query_more_for_more_episodes(client, viewer):
    title = TitleFactory()
    counts = []
    for _round in range(2):
        for _each in range(4):
            EpisodeFactory(title=title, overview=PLOT, picture=PHOTO)
        Title.objects.update(detailed_at=timezone.now() - timedelta(minutes=1))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("catalog:season_detail", args=[title.slug, 1]))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


# -- lifted at once ----------------------------------------------------------------------------------------------------


def part(client, path, target):
    return client.get(path, headers={**HTMX, "HX-Target": target}).content.decode()


def test_after_a_press_on_its_page_the_plot_and_the_still_show_at_once(client, viewer, episode):
    path = episode.get_absolute_url()
    assert 'id="plot" hx-get=' in client.get(path).content.decode()
    assert PHOTO not in part(client, path, "plot")
    WatchFactory(profile=viewer, episode=episode)
    lifted = part(client, path, "plot")
    assert f'<p id="plot" class="lede">{PLOT}' in lifted
    assert PHOTO in lifted.partition('hx-swap-oob="true"')[2]


def test_lifting_the_veil_of_the_plot_brings_the_still_for_this_time(client, viewer, episode):
    path = episode.get_absolute_url()
    assert 'hx-get="?lift=1" hx-trigger="toggle once"' in client.get(path).content.decode()
    lifted = part(client, f"{path}?lift=1", "plot")
    assert "veil" not in lifted
    assert PLOT in lifted
    assert PHOTO in lifted
    assert PHOTO not in client.get(path).content.decode()


def press(client, episode, key="a", **said):
    path = reverse("tracking:check_in_episode", args=[episode.pk])
    return client.post(path, {"key": key, **said}, headers=HTMX).content.decode()


def test_the_first_press_in_a_list_of_episodes_lifts_the_veil_of_its_row(client, viewer, episode):
    row = client.get(pages(episode)["season"]).content.decode()
    for name in ("still", "plot"):
        assert f'id="{name}-{episode.pk}"' in row
    answer = press(client, episode, in_row="1")
    assert f'id="still-{episode.pk}" hx-swap-oob="true"' in answer
    assert f'<p class="say" id="plot-{episode.pk}" hx-swap-oob="true">{PLOT}' in answer
    assert PHOTO in answer


def test_a_press_that_lifts_nothing_answers_with_the_punch_alone(client, viewer, episode):
    assert PLOT not in press(client, episode)
    viewer.has_spoiler_shield = False
    viewer.save()
    assert PLOT not in press(client, EpisodeFactory(title=episode.title, overview=PLOT), key="b", in_row="1")


def test_a_press_in_a_list_of_episodes_offers_nobody_else(client, viewer, episode):
    ProfileFactory(household=viewer.household)
    assert 'name="together"' not in press(client, episode, in_row="1")


def test_what_a_season_is_about_shows_once_an_episode_of_it_was_seen(client, viewer):
    season = SeasonFactory(title=TitleFactory(), number=2, overview="What happens.")
    episode = EpisodeFactory(title=season.title, season_number=2)
    path = reverse("catalog:season_detail", args=[season.title.slug, 2])
    assert 'id="about" hx-get=' in client.get(path).content.decode()
    WatchFactory(profile=viewer, episode=episode)
    assert part(client, path, "about").strip() == '<p class="lede">What happens.</p>'


def test_without_javascript_a_press_leads_back_to_the_page_unveiled(client, viewer, episode):
    path = episode.get_absolute_url()
    said = {"key": "a", "next": path}
    page = client.post(reverse("tracking:check_in_episode", args=[episode.pk]), said, follow=True).content.decode()
    assert "veil" not in page
    assert PHOTO in page
