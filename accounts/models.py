import zoneinfo
from collections.abc import Collection
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Household(models.Model):
    """The people who share one set of subscriptions, purchases and screens."""

    name = models.CharField(_("name"), max_length=100)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    @transaction.atomic
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user with a household of their own, whose owner they are, and its first profile."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.open_household(profile_name=email.partition("@")[0])
        return user

    @transaction.atomic
    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Whoever may run manage.py need not confirm the address."""
        from allauth.account.models import EmailAddress  # its models need ours first

        user = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """An account that signs in by e-mail and belongs to one household."""

    email = models.EmailField(_("e-mail address"), unique=True)
    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="members", verbose_name=_("household")
    )
    is_household_owner = models.BooleanField(_("owns the household"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("staff"), default=False, help_text=_("May sign in to the administration."))
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once_in_any_case"),
            models.UniqueConstraint(
                fields=["household"], condition=models.Q(is_household_owner=True), name="household_has_one_owner"
            ),
        ]

    def __str__(self) -> str:
        return self.email

    def clean(self) -> None:
        super().clean()
        self.email = UserManager.normalize_email(self.email)

    @transaction.atomic
    def open_household(self, *, profile_name: str, time_zone: str = "UTC", language: str = "en") -> "Profile":
        """Save this new user as the owner of a household of their own; return its first profile."""
        self.household = Household.objects.create(name=profile_name)
        self.is_household_owner = True
        self.save()
        return Profile.objects.create(
            household=self.household, name=profile_name[:40], time_zone=time_zone, language=language
        )


def validate_time_zone(value: str) -> None:
    if value not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(zone)s” is not a time zone."), params={"zone": value})


class ProfileQuerySet(models.QuerySet["Profile"]):
    def of(self, user: User) -> Self:
        """The profiles a user may enter: those of the household."""
        return self.filter(household_id=user.household_id)

    def beside(self, profile: "Profile") -> Self:
        """The others of the household."""
        return self.filter(household_id=profile.household_id).exclude(pk=profile.pk)

    def old_enough_for(self, min_age: int | None) -> Self:
        """Who may see what is for this age and above; what has no known age is for adults."""
        return self.filter(kind=Profile.Kind.ADULT) if min_age is None else self.filter(highest_age__gte=min_age)

    def in_order(self) -> Self:
        return self.order_by("created_at", "pk")


class Profile(models.Model):
    """A person of the household: the log, the library and the ratings are theirs."""

    class Kind(models.TextChoices):
        ADULT = "adult", _("Adult")
        TEEN = "teen", _("Teenager")
        CHILD = "child", _("Child")

    class Colour(models.TextChoices):
        AMBER = "amber", _("Amber")
        BOTTLE = "bottle", _("Bottle green")
        COBALT = "cobalt", _("Cobalt")
        CORAL = "coral", _("Coral")
        MINT = "mint", _("Mint")
        ROSE = "rose", _("Rose")
        SLATE = "slate", _("Slate")
        TEAL = "teal", _("Teal")

    class Scale(models.TextChoices):
        """How ratings of 1 to 100 are given and shown."""

        STARS = "stars", _("Five stars, by halves")
        TEN = "ten", _("One to ten")
        HUNDRED = "hundred", _("One to a hundred")
        THUMBS = "thumbs", _("Thumbs up or down")

    household = models.ForeignKey(
        Household, on_delete=models.CASCADE, related_name="profiles", verbose_name=_("household")
    )
    name = models.CharField(_("name"), max_length=40)
    colour = models.CharField(_("colour"), max_length=10, choices=Colour, default=Colour.BOTTLE)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind, default=Kind.ADULT)
    highest_age = models.PositiveSmallIntegerField(
        _("highest age"), default=99, help_text=_("Titles for older people are hidden. In years.")
    )
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_time_zone])
    region = models.CharField(
        _("country"), max_length=2, blank=True, help_text=_("Where you watch: ISO 3166-1, two letters.")
    )
    rating_scale = models.CharField(_("rating scale"), max_length=7, choices=Scale, default=Scale.STARS)
    has_spoiler_shield = models.BooleanField(
        _("spoiler shield"), default=True, help_text=_("Veils what happens in episodes that you have not seen.")
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = ProfileQuerySet.as_manager()

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        constraints = [
            models.UniqueConstraint("household", Lower("name"), name="profile_name_once_in_household"),
            models.CheckConstraint(condition=~models.Q(name=""), name="profile_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("accounts:profile_edit", args=[self.pk])

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def sees_unrated(self) -> bool:
        """Unknown certificates are for adults."""
        return self.kind == self.Kind.ADULT

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Report a repeated name beside the name field, in words."""
        taken = Profile.objects.filter(household_id=self.household_id, name__iexact=self.name).exclude(pk=self.pk)
        if taken.exists():
            raise ValidationError({"name": _("There is already a profile of this name.")})
        super().validate_constraints(exclude)


class ApiToken(models.Model):
    """A key that lets a program in without a session, for one purpose and one profile. Only its hash is kept."""

    class Scope(models.TextChoices):
        CALENDAR = "calendar", _("Reads the calendar")
        PLAYER = "player", _("Tells what is played")

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="tokens", verbose_name=_("profile"))
    scope = models.CharField(_("may do"), max_length=10, choices=Scope)
    digest = models.CharField(_("SHA-256"), max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")

    def __str__(self) -> str:
        return f"{self.profile_id} {self.scope}"
