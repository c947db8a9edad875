from zoneinfo import available_timezones

from allauth.account.forms import SignupForm as AllauthSignupForm
from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from .models import Profile


def time_zone_choices() -> list[tuple[str, str]]:
    """Places, as the tz database names them, without its technical entries."""
    places = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix/")))
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in places)]


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

    class Meta:
        model = Profile
        fields = ["name", "colour", "language", "time_zone"]
        widgets = {"colour": forms.RadioSelect}

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())
