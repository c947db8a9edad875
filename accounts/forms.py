from typing import Any
from zoneinfo import available_timezones

from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog import locales

from .models import Profile, User


def time_zone_choices() -> list[tuple[str, str]]:
    """Places, as the tz database names them, without its technical entries."""
    places = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix/")))
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in places)]


def region_choices() -> list[tuple[str, str]]:
    return [("", gettext("As this browser says")), *locales.countries()]


class SignupForm(AllauthSignupForm):  # type: ignore[misc]
    """E-mail and password, and what the first profile is called; the browser adds its time zone."""

    field_order = ["name", "email", "password1", "password2"]

    name = forms.CharField(
        label=_("Your name here"),
        max_length=40,
        help_text=_("A name for your profile, such as “Living room”."),
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    time_zone = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput(attrs={"data-time-zone": ""}))

    def clean_time_zone(self) -> str:
        zone: str = self.cleaned_data["time_zone"]
        return zone if zone in available_timezones() else "UTC"


class ProfileForm(forms.ModelForm):
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=lazy(time_zone_choices, list)())
    region = forms.ChoiceField(
        label=_("Country"),
        required=False,
        choices=lazy(region_choices, list)(),
        help_text=_("Where you watch: which services are offered depends on it."),
    )

    class Meta:
        model = Profile
        fields = ["name", "colour", "language", "time_zone", "region", "rating_scale", "has_spoiler_shield"]
        widgets = {"colour": forms.RadioSelect}

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


class LeavingForm(forms.Form):
    """Whoever deletes an account types its address, so that no stray press does it."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("The one that you sign in with, typed once more."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if email.casefold() != self.user.email.casefold():
            raise forms.ValidationError(_("That is not the address of this account."))
        return email
