from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from catalog.models import Service
from tracking import moments
from tracking.diary import Details
from tracking.lists import Description
from tracking.models import List, Note, Player, Watch
from tracking.moments import Moment

FIRST_FILMS = 1880


class MomentForm(forms.Form):
    """When something was watched. `zone` names the zone of day and time, `now` is aware."""

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

    def __init__(self, *args: Any, zone: str, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.now = now
        precision = self["precision"].value() or Watch.Precision.UNKNOWN
        self.fields["day"].required = precision != Watch.Precision.UNKNOWN
        self.fields["hour"].required = precision == Watch.Precision.MINUTE

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if "precision" not in said or "day" in self.errors or "hour" in self.errors:
            return said
        if self.moment.precision == Watch.Precision.UNKNOWN:
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


class TogetherForm(MomentForm):
    """And by whom else of the household: `others` are those who may have watched it."""

    together = forms.MultipleChoiceField(label=_("Log it for"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, others: Iterable[Profile] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = list(others)
        self.fields["together"].choices = [(str(other.pk), other.name) for other in self.others]  # type: ignore[attr-defined]
        if not self.others:
            del self.fields["together"]

    @property
    def ticked(self) -> list[Profile]:
        """Those of the others for whom it is logged as well."""
        return [other for other in self.others if str(other.pk) in self.cleaned_data.get("together", ())]


class WatchForm(TogetherForm):
    """When and how something was watched, and by whom."""

    place = forms.ChoiceField(label=_("Where"), required=False, choices=Watch.Place.choices)
    company = forms.CharField(
        label=_("With"),
        required=False,
        max_length=200,
        help_text=_("Names, separated by commas."),
        widget=forms.TextInput(attrs={"list": "household"}),
    )
    attention = forms.ChoiceField(label=_("Attention"), required=False, choices=Watch.Attention.choices)
    service = forms.CharField(
        label=_("On"), required=False, max_length=100, help_text=_("A channel, a service, a disc.")
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 4}))
    key = forms.CharField(max_length=100, widget=forms.HiddenInput)

    @classmethod
    def initial_of(cls, watch: Watch) -> dict[str, Any]:
        local = watch.local_time
        said = {
            name: getattr(watch, name) for name in ("precision", "place", "company", "attention", "service", "note")
        }
        return {**said, "day": watch.watched_on, "hour": local.time() if local else None}

    @property
    def details(self) -> Details:
        said = self.cleaned_data
        return Details(**{name: said.get(name, "") for name in ("place", "company", "attention", "note", "service")})


class MarkForm(TogetherForm):
    """When several episodes were watched: some time, where nothing is said."""

    WHEN_SHOWN = "shown"

    precision = forms.ChoiceField(
        label=_("When"),
        required=False,
        choices=[
            (Watch.Precision.UNKNOWN, Watch.Precision.UNKNOWN.label),
            (WHEN_SHOWN, _("The day each was shown")),
            *(choice for choice in Watch.Precision.choices if choice[0] != Watch.Precision.UNKNOWN),
        ],
    )
    specials = forms.BooleanField(label=_("The specials too"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].required &= self["precision"].value() != self.WHEN_SHOWN

    @property
    def said_moment(self) -> Moment | None:
        """None for the day on which each was shown."""
        return None if self.cleaned_data["precision"] == self.WHEN_SHOWN else self.moment


class LinesField(forms.CharField):
    """Text of several lines, each with a plain end: browsers send two characters for one that they count."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class NoteForm(forms.Form):
    """What somebody says about a title as a whole; nothing takes it away."""

    text = LinesField(label=_("Note"), required=False, max_length=Note._meta.get_field("text").max_length)


class ListForm(forms.ModelForm):
    """What a list is called and says. Whether the name is free is seen where it is written."""

    name = forms.CharField(label=_("Name"), max_length=200)
    description = LinesField(
        label=_("Description"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 4})
    )
    address = forms.UUIDField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = List
        fields = ["name", "description", "is_numbered", "is_public"]

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    @property
    def said(self) -> Description:
        return Description(**{name: self.cleaned_data[name] for name in self.Meta.fields})


class ListChoiceForm(forms.Form):
    """On which of a profile's lists something stands; `lists` are those there are."""

    lists = forms.MultipleChoiceField(label=_("On my lists"), required=False, widget=forms.CheckboxSelectMultiple)
    name = forms.CharField(label=_("On a new list"), required=False, max_length=200)

    def __init__(self, *args: Any, lists: Iterable[List], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_address = {str(each.address): each for each in lists}
        self.fields["lists"].choices = [(address, each.name) for address, each in self.by_address.items()]  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    @property
    def chosen(self) -> list[List]:
        return [self.by_address[address] for address in self.cleaned_data["lists"]]


class ItemForm(forms.Form):
    """Where something stands on a list, and why."""

    place = forms.IntegerField(label=_("Place"), min_value=1, max_value=10_000)
    note = LinesField(label=_("Note"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 4}))


class HistoryForm(forms.Form):
    """A file that another service gave away."""

    file = forms.FileField(
        label=_("File"),
        max_length=1000,
        error_messages={
            "required": _("Choose the file that the service gave you; at most 200 MB."),
            "empty": _("The file is empty."),
        },
    )


class ServicesForm(forms.Form):
    """Which of the services offered a profile has."""

    services = forms.MultipleChoiceField(label=_("Services"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, offered: Iterable[Service], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_id = {str(service.pk): service for service in offered}
        self.fields["services"].choices = [(pk, service.name) for pk, service in self.by_id.items()]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> list[Service]:
        return [self.by_id[pk] for pk in self.cleaned_data["services"]]


class PlayerForm(forms.Form):
    """A media server, and whose plays there count."""

    SHARED = (Player.Program.PLEX, Player.Program.TAUTULLI)
    """They tell what everybody on the server plays."""

    program = forms.ChoiceField(label=_("Program"), choices=Player.Program.choices)
    account = forms.CharField(
        label=_("My account there"),
        required=False,
        max_length=200,
        help_text=_("Only what it plays is logged. Leave it empty only where nobody else uses the server."),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("program") in self.SHARED and not said.get("account") and "account" not in self.errors:
            self.add_error("account", _("Say which account is yours: everybody’s plays are told."))
        return said
