"""Deleting an account: what is the person's goes, and what must stay for the record stays without a name.

Apps above delete what they hold of profiles by themselves (`register`), since nothing here knows of them.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import make_password
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts import traces
from accounts.models import Household, Profile, User

Forget = Callable[[Collection[Profile]], Iterable[str]]
"""Deletes what an app holds of these profiles, inside a transaction; answers with the names of the stored files."""

REDACTED = "–"
_forgetters: list[Forget] = []


def register(forget: Forget) -> None:
    if forget not in _forgetters:
        _forgetters.append(forget)


class LastAdminError(ValueError):
    """Nobody would be left who runs the installation; the text is for whoever wanted to leave."""


@dataclass(frozen=True)
class Leaving:
    """What becomes of a household: its profiles that go and stay, and who is its owner then, if somebody has to be."""

    going: list[Profile]
    staying: list[Profile]
    others: list[User]
    heir: User | None
    is_last_admin: bool = False
    """Then nothing of it is done."""


def plan(user: User, profile: Profile) -> Leaving:
    """Whoever is alone takes everything along. Where others stay, the profile in use goes, and the rest is theirs; the
    member of longest standing owns the household then."""
    profiles = list(Profile.objects.of(user).in_order())
    members = User.objects.filter(household=user.household_id).exclude(pk=user.pk)
    others = list(members.order_by("-is_active", "date_joined", "pk"))
    is_last = user.is_superuser and not _admins().exclude(pk=user.pk).exists()
    if not others:
        return Leaving(profiles, [], [], None, is_last)
    staying = [each for each in profiles if each != profile]
    return Leaving([profile], staying, others, others[0] if user.is_household_owner else None, is_last)


def _admins() -> QuerySet[User]:
    return User.objects.filter(is_superuser=True, is_active=True).order_by("pk")


@transaction.atomic
def leave(user: User, profile: Profile, *, at: datetime) -> None:
    """Delete the account and all that `plan` says. Files, sessions and letters that wait go once that is certain; where
    Redis is away then, `traces.forget_gone` finds what is left of them. Raises LastAdminError."""
    number = user.pk  # which Django takes away with the row
    household = Household.objects.select_for_update().get(pk=user.household_id)
    if user.is_superuser:
        list(_admins().select_for_update().values_list("pk"))  # two of them do not leave at once
    leaving = plan(user, profile)
    if leaving.is_last_admin:
        raise LastAdminError(_("You are the only one who runs this Marquee."))
    emails = {user.email, *EmailAddress.objects.filter(user=user).values_list("email", flat=True)}
    names = {each.name for each in leaving.going}
    files = [file for forget in _forgetters for file in forget(leaving.going)]
    _redact(user, household, leaving, emails | names)
    Profile.objects.filter(pk__in=[each.pk for each in leaving.going]).delete()
    _take_away(user, at=at)
    _hand_over(household, leaving, emails | names)
    transaction.on_commit(lambda: _delete_files(files), robust=True)
    transaction.on_commit(lambda: traces.forget_sessions(number), robust=True)
    transaction.on_commit(lambda: traces.forget_letters(emails), robust=True)


def _delete_files(files: Iterable[str]) -> None:
    for file in files:
        default_storage.delete(file)


def _redact(user: User, household: Household, leaving: Leaving, words: Collection[str]) -> None:
    """What staff did with these rows stays on record, and whom they are about does not."""
    profiles = [str(each.pk) for each in leaving.going]
    addresses = [str(pk) for pk in EmailAddress.objects.filter(user=user).values_list("pk", flat=True)]
    about = Q(content_type__model="user", object_id=str(user.pk))
    about |= Q(content_type__model="profile", object_id__in=profiles)
    about |= Q(content_type__model="household", object_id=str(household.pk))
    about |= Q(content_type__model="emailaddress", object_id__in=addresses)
    for word in words:
        about |= Q(object_repr__icontains=word) | Q(change_message__icontains=word)
    people = LogEntry.objects.filter(about, content_type__app_label__in=["accounts", "account", "tracking"])
    people.update(object_repr=REDACTED, change_message="")


def _take_away(user: User, *, at: datetime) -> None:
    """Delete the user; where staff work is on record under the number, only the number stays."""
    EmailAddress.objects.filter(user=user).delete()
    if not _is_on_record(user):
        user.delete()
        return
    user.groups.clear()
    user.user_permissions.clear()
    User.objects.filter(pk=user.pk).update(
        email=f"user-{user.pk}@deleted.invalid",
        password=make_password(None),
        household=Household.objects.create(name=_("Deleted account"), created_at=at),
        date_joined=at,
        last_login=None,
        **dict.fromkeys(("is_active", "is_staff", "is_superuser", "is_household_owner"), False),
    )


def _is_on_record(user: User) -> bool:
    """Whether a row that stays names the user."""
    named = (relation.field for relation in User._meta.related_objects if not relation.many_to_many)
    return any(field.model._default_manager.filter(**{field.name: user}).exists() for field in named)


def _hand_over(household: Household, leaving: Leaving, words: Collection[str]) -> None:
    """To those who stay, with a profile at least and under a name of theirs; nobody left, it goes."""
    if not leaving.others:
        household.delete()
        return
    if leaving.heir:
        User.objects.filter(pk=leaving.heir.pk).update(is_household_owner=True)
    if not leaving.staying:
        first = leaving.heir or leaving.others[0]
        name = first.email.partition("@")[0][:40]
        leaving.staying.append(Profile.objects.create(household=household, name=name))
    if household.name.casefold() in {part.casefold() for word in words for part in (word, word.partition("@")[0])}:
        Household.objects.filter(pk=household.pk).update(name=leaving.staying[0].name)
