"""Pictures on pages: stored copies where there are any, drawings elsewhere, and neither weighs more than pages may."""

import re

import pytest
from django.urls import reverse

from catalog import picture_keys
from tests.factories import CreditFactory, EpisodeFactory, PersonFactory, TitleFactory, WatchFactory

pytestmark = pytest.mark.django_db
POSTER, STILL, PORTRAIT = "p" + "b" * 20 + "-680", "s" + "c" * 20 + "-1280", "f" + "d" * 20 + "-540"


def body(client, path):
    answer = client.get(path)
    assert answer.status_code in (200, 202)
    return answer.content.decode()


def test_a_key_says_which_copies_there_are():
    assert picture_keys.addresses(7, POSTER) == picture_keys.Addresses(
        srcset=",".join(f"/pictures/7/{POSTER}-{width}.avif {width}w" for width in (180, 360, 680)),
        src=f"/pictures/7/{POSTER}-360.webp",
    )
    assert picture_keys.addresses(7, "p" + "b" * 20 + "-90").srcset.count(",") == 0


def test_a_stored_poster_is_shown_in_all_its_widths(client):
    title = TitleFactory(picture=POSTER)
    page = body(client, title.get_absolute_url())
    assert f'<source type="image/avif" srcset="{title.photo.srcset}"' in page
    assert f'<img src="{title.photo.src}" alt="" width="400" height="600" decoding' in page
    assert title.poster_url not in page


def test_what_has_no_picture_is_drawn(client):
    title = TitleFactory()
    page = body(client, title.get_absolute_url())
    assert f'<img src="{title.poster_url}"' in page
    assert "<picture>" not in page


def test_stills_and_portraits_are_shown_too(client):
    episode = EpisodeFactory(picture=STILL)
    person = CreditFactory(title=episode.title, person=PersonFactory(picture=PORTRAIT)).person
    page = body(client, episode.title.get_absolute_url())
    assert episode.photo.srcset in page
    assert f'<img class="portrait" src="{person.photo.src}"' in page
    assert episode.photo.srcset in body(client, episode.get_absolute_url())
    assert person.photo.srcset in body(client, person.get_absolute_url())


def test_what_lies_below_the_fold_waits_and_is_sized_by_the_browser(client):
    for _ in range(42):
        TitleFactory(picture=POSTER)
    page = body(client, reverse("catalog:series_list"))
    images = re.findall(r'sizes="([^"]*)"><img [^>]*>', page)
    assert len(images) == 42
    assert images[-1] == "auto,min(11rem,30vw)"
    assert page.count('loading="lazy"') == sum("auto" in size for size in images)


def test_nothing_is_asked_of_another_host(client):
    title = EpisodeFactory(title__picture=POSTER, picture=STILL).title
    page = body(client, title.get_absolute_url())
    assert not re.findall(r'(?:src|srcset)="(?:https?:)?//', page)


@pytest.mark.parametrize("stored", [True, False])
def test_a_wall_full_of_pictures_stays_light(client, stored):
    for number in range(42):
        TitleFactory(picture=POSTER if stored else "", name=f"A title of a usual length {number}", year=1999)
    assert len(body(client, reverse("catalog:series_list"))) < 60_000


def test_a_season_full_of_stills_stays_light(client, viewer):
    title = TitleFactory(picture=POSTER)
    for number in range(1, 25):
        EpisodeFactory(title=title, number=number, picture=STILL, overview="It happens here. " * 12)
    assert len(body(client, reverse("catalog:season_detail", args=[title.slug, 1]))) < 60_000


def test_pictures_cost_no_query(client, viewer, queries):
    title = TitleFactory()
    EpisodeFactory(title=title)
    person = CreditFactory(title=title).person
    lists = [reverse("catalog:series_list"), reverse("tracking:log")]
    paths = [title.get_absolute_url(), person.get_absolute_url(), *lists]
    WatchFactory(profile=viewer, episode=title.episodes.get())
    drawn = [queries(path) for path in paths]
    for row, key in [(title, POSTER), (title.episodes.get(), STILL), (person, PORTRAIT)]:
        row.picture = key
        row.save()
    assert [queries(path) for path in paths] == drawn
