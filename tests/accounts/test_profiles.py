import pytest
from django.urls import reverse

from accounts.models import Profile
from tests.factories import ProfileFactory, UserFactory

pytestmark = pytest.mark.django_db

FORM = {"name": "Attic", "colour": "mint", "language": "en", "time_zone": "Europe/Paris", "rating_scale": "ten"}


@pytest.fixture
def viewer(client):
    user = UserFactory()
    profile = ProfileFactory(household=user.household, name="Living room")
    client.force_login(user)
    return profile


@pytest.fixture
def stranger():
    return ProfileFactory(name="Elsewhere")


def test_signed_out_viewers_are_sent_to_the_door(client):
    assert client.get(reverse("accounts:profile_list")).url.startswith(reverse("account_login"))


def test_the_list_shows_the_household_and_nobody_else(client, viewer, stranger):
    page = client.get(reverse("accounts:profile_list")).content.decode()
    assert "Living room" in page
    assert "Elsewhere" not in page


def test_a_profile_is_added_to_the_household(client, viewer):
    client.post(reverse("accounts:profile_add"), FORM)
    assert Profile.objects.get(name="Attic").household == viewer.household


def test_a_profile_is_changed(client, viewer):
    client.post(reverse("accounts:profile_edit", args=[viewer.pk]), FORM)
    viewer.refresh_from_db()
    assert (viewer.name, viewer.colour, viewer.time_zone) == ("Attic", "mint", "Europe/Paris")


def test_a_profile_says_how_it_rates_where_it_watches_and_whether_it_is_shielded(client, viewer):
    client.post(reverse("accounts:profile_edit", args=[viewer.pk]), {**FORM, "region": "GB"})
    viewer.refresh_from_db()
    assert (viewer.rating_scale, viewer.region, viewer.has_spoiler_shield) == ("ten", "GB", False)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "living ROOM"),
        ("time_zone", "Mars/Olympus"),
        ("region", "EU"),
        ("region", "gb"),
        ("rating_scale", "bananas"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(client, viewer, field, value):
    answer = client.post(reverse("accounts:profile_add"), {**FORM, field: value})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_switching_lasts_for_the_session(client, viewer):
    attic = ProfileFactory(household=viewer.household, name="Attic")
    client.post(reverse("accounts:profile_switch", args=[attic.pk]))
    assert client.get(reverse("accounts:profile_list")).wsgi_request.profile == attic


@pytest.mark.parametrize("name", ["profile_edit", "profile_switch"])
def test_another_households_profile_is_not_found(client, viewer, stranger, name):
    assert client.post(reverse(f"accounts:{name}", args=[stranger.pk]), FORM).status_code == 404


def test_switching_is_not_done_by_a_link(client, viewer):
    assert client.get(reverse("accounts:profile_switch", args=[viewer.pk])).status_code == 405
