"""The rule of a collection as fields that can be chosen from, and its JSON."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from catalog import browse, rules
from catalog.locales import country_name, language_name
from catalog.models import Genre, Network, Title

PREFIX = "rule_"
"""Before the names of its fields: a collection has a kind of its own."""

DEFAULTS = {"match": rules.ALL, "sort": rules.SORTS[0], "limit": rules.DEFAULT_LIMIT}


class RuleForm(forms.Form):
    """Every field may be left empty: then it does not matter."""

    rule_kind = forms.ChoiceField(label=_("Films or series"), required=False)
    rule_genres = forms.ModelMultipleChoiceField(
        Genre.objects.order_by("name"), label=_("Genres"), required=False, to_field_name="slug"
    )
    rule_match = forms.ChoiceField(
        label=_("Of these genres"),
        required=False,
        choices=[(rules.ALL, _("all of them")), (rules.ANY, _("at least one"))],
    )
    rule_language = forms.ChoiceField(label=_("Language"), required=False)
    rule_country = forms.ChoiceField(label=_("Country"), required=False)
    rule_network = forms.ModelChoiceField(
        Network.objects.all(),
        label=_("Network"),
        required=False,
        widget=AutocompleteSelect(Title._meta.get_field("network"), admin.site),
    )
    rule_status = forms.ChoiceField(label=_("Status"), required=False)
    rule_first_year = forms.IntegerField(label=_("From the year"), required=False)
    rule_last_year = forms.IntegerField(label=_("To the year"), required=False)
    rule_min_rating = forms.FloatField(label=_("Rated at least"), required=False, help_text=_("0 to 10"))
    rule_min_popularity = forms.FloatField(label=_("Popularity at least"), required=False)
    rule_sort = forms.ChoiceField(
        label=_("In order of"),
        required=False,
        choices=[(slug, browse.SORTS[slug].label) for slug in rules.SORTS],
    )
    rule_limit = forms.IntegerField(label=_("At most"), required=False, help_text=_("titles; 500 is the most"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        shown = Title.objects.published().order_by()
        self._choose("kind", Title.Kind.choices)
        self._choose("status", [choice for choice in Title.Status.choices if choice[0]])
        for name, spoken in (("language", language_name), ("country", country_name)):
            codes = shown.exclude(**{name: ""}).values_list(name, flat=True).distinct()
            self._choose(name, sorted(((code, spoken(code)) for code in codes), key=lambda choice: choice[1]))

    def _choose(self, name: str, choices: Any) -> None:
        field: Any = self.fields[PREFIX + name]
        field.choices = [("", "—"), *choices]

    def rule(self) -> dict[str, Any]:
        """The rule as a collection keeps it, from checked fields: what does not matter is left out."""
        said = {name: self.cleaned_data.get(PREFIX + name) for name in rules.READERS}
        said["genres"] = [genre.slug for genre in said["genres"] or ()]
        said["network"] = said["network"].slug if said["network"] else ""
        return {name: value for name, value in said.items() if value not in (None, "", [], DEFAULTS.get(name))}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            rules.read(self.rule())
        except ValidationError as error:
            self.add_error(None, ValidationError({PREFIX + name: said for name, said in error.message_dict.items()}))
        return cleaned


def initial(rule: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields show of a stored rule, whatever is in it."""
    known = {name: rule.get(name, DEFAULTS.get(name)) for name in rules.READERS}
    known["genres"] = known["genres"] or []
    known["network"] = Network.objects.filter(slug=str(known["network"] or "")).first()
    return {PREFIX + name: value for name, value in known.items()}
