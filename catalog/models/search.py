"""The one narrow table behind the search box, and the journal of what in it is out of date."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Replace
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from accounts.viewers import Viewer


def folded(label: str) -> Func:
    """The name as it is searched: without accents, case, apostrophes and dots (SQL function of the first migration)."""
    return Func(F(label), function="search_fold", output_field=models.TextField())


def joined() -> Replace:
    """The whole name as one word: “Spider-Man” and “Spider Man” are “spiderman”."""
    return Replace(F("norm"), Value(" "), Value(""))


TITLES, PEOPLE, EPISODES = Q(kind__in=["movie", "series"]), Q(kind="person"), Q(kind="episode")


class SearchEntryQuerySet(models.QuerySet["SearchEntry"]):
    def visible_to(self, viewer: Viewer) -> Self:
        allowed = Q(min_age__lte=viewer.highest_age)
        if viewer.sees_unrated:
            allowed |= Q(min_age=None)
        return self.filter(allowed)


class SearchEntry(models.Model):
    """One name by which something is found. `object_id` is the pk of the movie, series, person or episode.

    Titles, aliases and people come in the first fragment. Distinct episode names follow in the second: one entry for
    each, held by the episode of the most popular title.
    """

    class Kind(models.TextChoices):
        MOVIE = "movie", _("Film")
        SERIES = "series", _("Series")
        PERSON = "person", _("Person")
        EPISODE = "episode", _("Episode")

    kind = models.CharField(_("kind"), max_length=9, choices=Kind)
    object_id = models.BigIntegerField(_("object"))
    label = models.CharField(_("label"), max_length=300)
    popularity = models.FloatField(_("popularity"), default=0)
    min_age = models.PositiveSmallIntegerField(_("lowest age"), null=True, blank=True)
    facets = ArrayField(
        models.CharField(max_length=20),
        verbose_name=_("facets"),
        default=list,
        blank=True,
        help_text=_("What titles are narrowed by: “1994”, “1990s”, “genre:7”."),
    )
    norm = models.GeneratedField(expression=folded("label"), output_field=models.TextField(), db_persist=True)
    # The words of the norm, and those that signs divide as one as well (SQL function of the fourth migration).
    words = models.GeneratedField(
        expression=Func(F("label"), function="search_words", output_field=SearchVectorField()),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        # Each group is searched on its own, so that a crowd of people leaves room for titles: hence indexes by kind. A
        # GIN index reads its pending list whole at every search, so that list is kept short.
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id", "label"], name="search_entry_once_per_label"),
            models.UniqueConstraint(fields=["norm"], condition=EPISODES, name="search_episodes_once_per_name"),
        ]
        indexes = [
            # The facets in the same index: a common word and a common genre meet in it, not in thousands of rows.
            GinIndex(
                fields=["words", "facets"], name="search_titles_by_words", condition=TITLES, gin_pending_list_limit=256
            ),
            GinIndex(fields=["words"], name="search_people_by_words", condition=PEOPLE, gin_pending_list_limit=256),
            GinIndex(fields=["words"], name="search_episodes_by_words", condition=EPISODES, gin_pending_list_limit=256),
            GinIndex(
                OpClass(F("norm"), name="gin_trgm_ops"),
                name="search_titles_by_likeness",
                condition=TITLES,
                gin_pending_list_limit=256,
            ),
            GinIndex(
                OpClass(F("norm"), name="gin_trgm_ops"),
                name="search_people_by_likeness",
                condition=PEOPLE,
                gin_pending_list_limit=256,
            ),
            models.Index(joined(), name="search_titles_by_name", condition=TITLES),
            models.Index(joined(), name="search_people_by_name", condition=PEOPLE),
            models.Index(fields=["-popularity"], name="search_titles_by_popularity", condition=TITLES),
            models.Index(fields=["-popularity"], name="search_people_by_popularity", condition=PEOPLE),
            models.Index(fields=["-popularity"], name="search_episodes_by_popularity", condition=EPISODES),
        ]

    def __str__(self) -> str:
        return self.label


class SearchChange(models.Model):
    """Something whose search entries must be made anew, written in the transaction that changed it."""

    kind = models.CharField(_("kind"), max_length=9, choices=SearchEntry.Kind)
    object_id = models.BigIntegerField(_("object"))
    created_at = models.DateTimeField(_("noticed"), default=timezone.now)

    class Meta:
        verbose_name = _("search change")
        verbose_name_plural = _("search changes")

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class RecentSearchQuerySet(models.QuerySet["RecentSearch"]):
    def of(self, profile: Profile) -> Self:
        return self.filter(profile=profile)

    def newest_first(self) -> Self:
        return self.order_by("-searched_at", "-pk")


class RecentSearch(models.Model):
    """What a profile looked for and found, newest first; each once."""

    profile = models.ForeignKey(
        Profile, on_delete=models.CASCADE, db_index=False, related_name="searches", verbose_name=_("profile")
    )
    words = models.CharField(_("words"), max_length=100)
    searched_at = models.DateTimeField(_("searched"), default=timezone.now)

    objects = RecentSearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("recent search")
        verbose_name_plural = _("recent searches")
        constraints = [models.UniqueConstraint(fields=["profile", "words"], name="recent_search_once")]
        indexes = [models.Index(fields=["profile", "-searched_at", "-id"], name="recent_searches_newest")]

    def __str__(self) -> str:
        return self.words
