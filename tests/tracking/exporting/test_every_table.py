"""Every table that belongs to a profile is exported, or the reason why not is written here."""

import pytest
from django.apps import apps
from django.db import models

from accounts.models import Profile
from tracking.exporting import SECTIONS

EXPORTED = {
    "tracking.Watch": "watches",
    "tracking.LibraryEntry": "library",
    "tracking.Rating": "ratings",
    "tracking.Note": "notes",
    "tracking.List": "lists",
    "tracking.ProfileService": "services",
    "tracking.Dismissal": "dismissals",
    "tracking.Position": "positions",
    "tracking.LogImport": "unmatched",
}
NOT_EXPORTED = {
    "accounts.ApiToken": "a secret, of which only the hash is known",
    "tracking.Player": "a connection, which is made anew with a secret of its own",
    "tracking.LogChange": "the log is exported as it is, and not how it came to be",
    "tracking.YearPicture": "drawn from the log",
    "tracking.Recommendation": "computed from the log",
    "catalog.RecentSearch": "forgotten soon anyway",
}
"""The rest of a profile; what hangs on it in turn goes the same way."""


def tables():
    for model in apps.get_models(include_auto_created=True):
        fields = model._meta.concrete_fields
        if any(isinstance(field, models.ForeignKey) and field.related_model is Profile for field in fields):
            yield model._meta.label


@pytest.mark.parametrize("table", sorted(tables()))
def test_a_table_of_a_profile_is_exported_or_says_why_not(table):
    assert (table in EXPORTED) != (table in NOT_EXPORTED)


LEFT_OUT = {
    "tracking.Watch": {"id", "profile", "title", "episode", "sort_at"},
    "tracking.LibraryEntry": {"id", "profile", "title"}
    | {"watch_count", "seen_count", "last_watched_at", "next_episode", "counted_at"},
    "tracking.Rating": {"id", "profile", "title", "season", "episode"},
    "tracking.Note": {"id", "profile", "title"},
    "tracking.List": {"id", "profile", "removed_at"},
    "tracking.ListItem": {"id", "title", "episode"},
    "tracking.ProfileService": {"id", "profile"},
    "tracking.Dismissal": {"id", "profile", "title"},
    "tracking.Position": {"id", "profile", "title", "episode"},
    "accounts.Profile": {"id", "household"},
}
"""Columns that follow from others, or are exported as names."""


@pytest.mark.parametrize("table", sorted(LEFT_OUT))
def test_a_column_is_exported_or_follows_from_others(table):
    columns = {section.name: set(section.columns) for section in SECTIONS}
    name = {**EXPORTED, "tracking.ListItem": "items", "accounts.Profile": "settings"}[table]
    there = {field.name for field in apps.get_model(table)._meta.concrete_fields}
    assert there - LEFT_OUT[table] <= columns[name]
