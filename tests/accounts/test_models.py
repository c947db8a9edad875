from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from accounts import tokens
from accounts.models import ApiToken, Profile, User
from tests.factories import ProfileFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_new_user_owns_a_household_with_one_profile():
    user = User.objects.create_user("living.room@example.org", "a long enough password")
    assert user.is_household_owner
    assert [profile.name for profile in user.household.profiles.all()] == ["living.room"]


def test_an_address_in_other_letters_is_the_same_user():
    UserFactory(email="viewer@example.org")
    with pytest.raises(IntegrityError):
        UserFactory(email="Viewer@example.org")


def test_a_household_has_one_owner():
    owner = UserFactory(is_household_owner=True)
    with pytest.raises(IntegrityError):
        UserFactory(household=owner.household, is_household_owner=True)


def test_a_name_is_taken_once_in_a_household():
    first = ProfileFactory(name="Attic")
    with pytest.raises(ValidationError) as error:
        Profile(household=first.household, name="attic").full_clean()
    assert "name" in error.value.message_dict


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "Europe/Paris "])
def test_only_real_time_zones_are_kept(zone):
    with pytest.raises(ValidationError):
        ProfileFactory.build(household_id=1, time_zone=zone).full_clean(
            exclude=["household"], validate_constraints=False
        )


def test_a_token_opens_what_it_was_made_for_while_somebody_of_the_household_may_sign_in():
    user = UserFactory()
    token, secret = tokens.make(ProfileFactory(household=user.household), ApiToken.Scope.CALENDAR)
    now = datetime.now(UTC)
    assert tokens.find(secret, ApiToken.Scope.CALENDAR, at=now) == token
    assert tokens.find(secret, ApiToken.Scope.PLAYER, at=now) is None
    assert tokens.find(secret[:-1] + "~", ApiToken.Scope.CALENDAR, at=now) is None
    User.objects.update(is_active=False)
    assert tokens.find(secret, ApiToken.Scope.CALENDAR, at=now) is None
