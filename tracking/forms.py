from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from tracking import moments
from tracking.diary import Details
from tracking.models import Watch
from tracking.moments import Moment

FIRST_FILMS = 1880


class WatchForm(forms.Form):
    """When and how something was watched. `zone` names the zone of day and time, `now` is aware."""

    precision = forms.ChoiceField(label=_("How sure"), choices=Watch.Precision.choices)
    day = forms.DateField(
        label=_("Day"),
        error_messages={"required": _("Say which day, or choose “Some time”.")},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    hour = forms.TimeField(
        label=_("Time"),
        error_messages={"required": _("Say at what time, or choose “That day”.")},
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    place = forms.ChoiceField(label=_("Where"), required=False, choices=Watch.Place.choices)
    company = forms.CharField(
        label=_("With"), required=False, max_length=200, help_text=_("Names, separated by commas.")
    )
    attention = forms.ChoiceField(label=_("Attention"), required=False, choices=Watch.Attention.choices)
    service = forms.CharField(
        label=_("On"), required=False, max_length=100, help_text=_("A channel, a service, a disc.")
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 4}))
    key = forms.CharField(max_length=100, widget=forms.HiddenInput)

    def __init__(self, *args: Any, zone: str, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.now = now
        precision = self["precision"].value()
        self.fields["day"].required = precision != Watch.Precision.UNKNOWN
        self.fields["hour"].required = precision == Watch.Precision.MINUTE

    @classmethod
    def initial_of(cls, watch: Watch) -> dict[str, Any]:
        local = watch.local_time
        said = {
            name: getattr(watch, name) for name in ("precision", "place", "company", "attention", "service", "note")
        }
        return {**said, "day": watch.watched_on, "hour": local.time() if local else None}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "precision" not in said or "day" in self.errors or "hour" in self.errors:
            return said
        if said["precision"] == Watch.Precision.UNKNOWN:
            return said
        if said["day"].year < FIRST_FILMS:
            self.add_error("day", _("There was nothing to watch yet."))
        elif self.moment.sort_at > self.now:
            is_today = said["day"] == self.now.astimezone(ZoneInfo(self.zone)).date()
            self.add_error("hour" if is_today else "day", _("That is still to come."))
        return said

    @property
    def moment(self) -> Moment:
        said = self.cleaned_data
        match said["precision"]:
            case Watch.Precision.MINUTE:
                return moments.minute(datetime.combine(said["day"], said["hour"], ZoneInfo(self.zone)), self.zone)
            case Watch.Precision.DAY:
                return moments.day(said["day"], self.zone)
            case Watch.Precision.MONTH:
                return moments.month(said["day"], self.zone)
            case Watch.Precision.YEAR:
                return moments.year(said["day"], self.zone)
        return moments.some_time(self.zone)

    @property
    def details(self) -> Details:
        said = self.cleaned_data
        return Details(**{name: said.get(name, "") for name in ("place", "company", "attention", "note", "service")})
