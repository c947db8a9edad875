import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django_rq import get_queue

from catalog.models import Picture
from tests.factories import UserFactory

from .picture_shapes import PictureFactory

pytestmark = pytest.mark.django_db
LIST = "admin:catalog_picture_changelist"
KEYS = ["p" + letter * 20 + "-680" for letter in "ab"]


@pytest.fixture
def staff(client):
    """`staff("view", "change")`: signed in with these permissions on pictures."""

    def sign_in(*allowed):
        user = UserFactory(is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=[f"{name}_picture" for name in allowed]))
        client.force_login(user)

    return sign_in


def choose(client, action, *rows):
    chosen = {"action": action, "_selected_action": [row.pk for row in rows], "post": "yes"}
    return client.post(reverse(LIST), chosen, follow=True)


def test_the_list_says_what_is_wrong_with_a_picture(client, staff):
    staff("view")
    row = PictureFactory(state="refused", error="It is an SVG, which may carry scripts.")
    page = client.get(reverse(LIST)).content.decode()
    assert row.title.name in page
    assert row.error in page


def test_staff_have_pictures_fetched_again(client, staff, django_capture_on_commit_callbacks):
    staff("view", "change")
    rows = [PictureFactory(state="refused", error="It is too large."), PictureFactory(state="failed", error_count=9)]
    with django_capture_on_commit_callbacks(execute=True):
        page = choose(client, "fetch_again", *rows).content.decode()
    assert "2 pictures will be fetched." in page
    assert set(Picture.objects.values_list("state", "error", "error_count")) == {("wanted", "", 0)}
    assert sorted(job.args[0] for job in get_queue("default").jobs) == [row.pk for row in rows]


def test_who_may_only_look_cannot(client, staff):
    staff("view")
    row = PictureFactory(state="refused")
    choose(client, "fetch_again", row)
    row.refresh_from_db()
    assert row.state == "refused"


def test_a_picture_that_staff_delete_is_not_shown_any_more(client, staff):
    staff("view", "delete")
    best = PictureFactory(state="stored", key=KEYS[0], title__picture=KEYS[0])
    PictureFactory(state="stored", key=KEYS[1], title=best.title, source="demo")
    choose(client, "delete_selected", best)
    best.title.refresh_from_db()
    assert best.title.picture == KEYS[1]
    client.post(reverse("admin:catalog_picture_delete", args=[Picture.objects.get().pk]), {"post": "yes"})
    best.title.refresh_from_db()
    assert best.title.picture == ""
