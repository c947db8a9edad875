"""Rows for tests: name only what the test is about."""

from datetime import UTC, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from accounts.models import Household, Profile, User
from catalog.models import (
    Collection,
    Credit,
    Episode,
    ExternalId,
    Genre,
    Network,
    Person,
    Season,
    Source,
    Subject,
    Title,
)
from tracking.models import LibraryEntry, Rating, Watch


class HouseholdFactory(DjangoModelFactory):
    class Meta:
        model = Household

    name = factory.Sequence(lambda n: f"Household {n}")


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"viewer{n}@example.org")
    household = factory.SubFactory(HouseholdFactory)
    password = factory.django.Password("a long enough password")


class ProfileFactory(DjangoModelFactory):
    class Meta:
        model = Profile

    household = factory.SubFactory(HouseholdFactory)
    name = factory.Sequence(lambda n: f"Room {n}")


class GenreFactory(DjangoModelFactory):
    class Meta:
        model = Genre
        django_get_or_create = ("slug",)

    name = "Drama"
    slug = factory.LazyAttribute(lambda genre: genre.name.lower().replace(" ", "-"))


class NetworkFactory(DjangoModelFactory):
    class Meta:
        model = Network

    name = factory.Sequence(lambda n: f"Network {n}")
    slug = factory.Sequence(lambda n: f"network-{n}")


class TitleFactory(DjangoModelFactory):
    class Meta:
        model = Title

    kind = Title.Kind.SERIES
    name = factory.Sequence(lambda n: f"Title {n}")
    slug = factory.Sequence(lambda n: f"title-{n}")
    sort_name = factory.LazyAttribute(lambda title: title.name.lower())
    min_age = 0
    detailed_at = factory.LazyFunction(lambda: datetime.now(UTC))


class MovieFactory(TitleFactory):
    kind = Title.Kind.MOVIE
    status = Title.Status.RELEASED
    runtime = 90


class SeasonFactory(DjangoModelFactory):
    class Meta:
        model = Season
        django_get_or_create = ("title", "number")

    title = factory.SubFactory(TitleFactory)
    number = 1


class EpisodeFactory(DjangoModelFactory):
    """An episode that was shown long ago; `title` and `season_number` place it."""

    class Meta:
        model = Episode

    class Params:
        season_number = 1

    title = factory.SubFactory(TitleFactory)
    season = factory.LazyAttribute(lambda e: SeasonFactory(title=e.title, number=e.season_number))
    number = factory.Sequence(lambda n: n + 1)
    name = factory.Sequence(lambda n: f"Chapter {n}")
    air_date = factory.LazyFunction(lambda: datetime.now(UTC).date() - timedelta(days=400))
    runtime = 45


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person

    name = factory.Sequence(lambda n: f"Person {n}")
    slug = factory.Sequence(lambda n: f"person-{n}")


class CreditFactory(DjangoModelFactory):
    class Meta:
        model = Credit

    title = factory.SubFactory(TitleFactory)
    person = factory.SubFactory(PersonFactory)
    role = Credit.Role.ACTOR


class CollectionFactory(DjangoModelFactory):
    """One that is a rule, and published."""

    class Meta:
        model = Collection

    name = factory.Sequence(lambda n: f"Collection {n}")
    slug = factory.Sequence(lambda n: f"collection-{n}")
    kind = Collection.Kind.RULE
    is_published = True


class ExternalIdFactory(DjangoModelFactory):
    class Meta:
        model = ExternalId

    source = Source.TVMAZE
    kind = Subject.SERIES
    value = factory.Sequence(str)
    title = factory.SubFactory(TitleFactory)


class WatchFactory(DjangoModelFactory):
    class Meta:
        model = Watch

    profile = factory.SubFactory(ProfileFactory)
    title = factory.LazyAttribute(lambda watch: watch.episode.title if watch.episode else MovieFactory())
    episode = None
    watched_at = factory.LazyFunction(lambda: datetime.now(UTC))
    watched_on = factory.LazyAttribute(lambda watch: watch.watched_at.date())
    sort_at = factory.SelfAttribute("watched_at")
    key = factory.Sequence(lambda n: f"key-{n}")


class LibraryEntryFactory(DjangoModelFactory):
    class Meta:
        model = LibraryEntry

    profile = factory.SubFactory(ProfileFactory)
    title = factory.SubFactory(TitleFactory)
    state = LibraryEntry.State.PLANNED


class RatingFactory(DjangoModelFactory):
    """Of a title, or of the `season` or `episode` of it that is named."""

    class Meta:
        model = Rating

    profile = factory.SubFactory(ProfileFactory)
    title = factory.SubFactory(TitleFactory)
    value = 70
