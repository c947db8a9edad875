"""Two titles that are one and the same, each with something in every table; and the whole database to compare."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.apps import apps

from accounts.models import Profile
from catalog.models import (
    Alias,
    Availability,
    Certification,
    Collection,
    CollectionItem,
    Credit,
    Episode,
    EpisodeNumber,
    Match,
    MergedRow,
    Person,
    Picture,
    SearchChange,
    Service,
    SlugHistory,
    Source,
    Subject,
    Title,
    TitleChange,
    TitleMerge,
    Translation,
)
from tests.factories import (
    CreditFactory,
    EpisodeFactory,
    ExternalIdFactory,
    GenreFactory,
    NetworkFactory,
    PersonFactory,
    ProfileFactory,
    RatingFactory,
    TitleFactory,
)
from tracking import diary, moments
from tracking.models import LibraryEntry

LONG_AGO = datetime(2026, 1, 5, 12, 0, 0, 120_000, tzinfo=UTC)
NOW = datetime(2026, 11, 21, 20, 41, 3, 123_456, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)

RECORDS = {TitleMerge, MergedRow, Match, SearchChange}
"""The records of merging itself, and the notes for the search: what a merge and its undo leave behind."""


def database():
    """Every row of every table of ours but those records, to the last column."""
    ours = [apps.get_app_config(app) for app in ("accounts", "catalog", "tracking")]
    models = [model for app in ours for model in app.get_models(include_auto_created=True) if model not in RECORDS]
    return {(model._meta.label, row["id"]): row for model in models for row in model._base_manager.values()}


def differences(before, after):
    """The rows that differ, as they were and as they are: what tests compare, so that a failure says where."""
    return {key: (before.get(key), after.get(key)) for key in before | after if before.get(key) != after.get(key)}


@dataclass
class Doubles:
    kept: Title
    merged: Title
    ours: dict[str, Episode]
    theirs: dict[str, Episode]


def doubles():
    """`kept` as TVmaze tells it, `merged` as TheTVDB does, with lists of episodes that differ:

    | kept                 | merged                  | what they are                                   |
    |----------------------|-------------------------|-------------------------------------------------|
    | S1 E1 Pilot          | S1 E1 The Pilot         | one, by number                                  |
    | S1 E2 Fog            | S1 E3 Fog!              | one, by day and name                            |
    | S1 E3 The Lighthouse | S1 E2 Storm             | two: other names on other days                  |
    | S1 E4 Home           | S2 E9 Homecoming        | one, by the count through all seasons           |
    |                      | S1 E4 Wreck             | only there, under a number that another has     |
    |                      | S3 E1 Return            | only there, in a season that only it has        |
    |                      | S1 special              | only there, without a number                    |
    """
    kept = _title("The Harbour", status=Title.Status.RUNNING, episode_count=4)
    merged = _title(
        "Harbour Lights",
        overview="A keeper keeps the light.",
        country="GB",
        year=2008,
        premiered=date(2008, 1, 20),
        network=NetworkFactory(),
        source_rating="8.1",
        wanted_at=LONG_AGO,
        episode_count=6,
        field_sources={"overview": "tvdb", "country": "tvdb"},
    )
    ours = {
        "pilot": _episode(kept, 1, 1, "Pilot", date(2008, 1, 20)),
        "fog": _episode(kept, 1, 2, "Fog", date(2008, 1, 27)),
        "lighthouse": _episode(kept, 1, 3, "The Lighthouse", date(2008, 2, 3)),
        "home": _episode(kept, 1, 4, "Home", date(2008, 2, 10)),
    }
    theirs = {
        "pilot": _episode(merged, 1, 1, "The Pilot", date(2008, 1, 20)),
        "storm": _episode(merged, 1, 2, "Storm", date(2008, 1, 13)),
        "fog": _episode(merged, 1, 3, "Fog!", date(2008, 1, 27)),
        "wreck": _episode(merged, 1, 4, "Wreck", date(2008, 7, 1)),
        "home": _episode(merged, 2, 9, "Homecoming", None),
        "return": _episode(merged, 3, 1, "Return", date(2009, 5, 1)),
        "special": _episode(merged, 1, None, "Making of", date(2008, 6, 1), kind=Episode.Kind.SPECIAL),
    }
    for one in (ours["home"], theirs["home"]):
        EpisodeNumber.objects.create(episode=one, order=Title.Order.ABSOLUTE, number=4)
    _name(kept, Source.TVMAZE, ours)
    _name(merged, Source.TVDB, theirs)
    guest = PersonFactory(name="Guest")
    _hang_on(kept, ours["pilot"], guest)
    _hang_on(merged, theirs["pilot"], guest)
    return Doubles(kept, merged, ours, theirs)


def _title(name, **fields):
    return TitleFactory(name=name, created_at=LONG_AGO, updated_at=LONG_AGO, detailed_at=LONG_AGO, **fields)


def _episode(title, season, number, name, on, **fields):
    return EpisodeFactory(title=title, season_number=season, number=number, name=name, air_date=on, **fields)


def _name(title, source, episodes):
    """The ids of a title, its seasons and episodes at a source."""
    ExternalIdFactory(source=source, kind=Subject.SERIES, title=title)
    for season in title.seasons.order_by("number"):
        ExternalIdFactory(source=source, kind=Subject.SEASON, season=season, title=None)
    for episode in episodes.values():
        ExternalIdFactory(source=source, kind=Subject.EPISODE, episode=episode, title=None)


def _hang_on(title: Title, pilot: Episode, guest: Person):
    """In each table something that both titles have and that can be there only once, and something of its own."""
    own, number = f"only {title.pk}", title.pk
    service, _ = Service.objects.get_or_create(name="Harbour+", slug="harbour")
    coasts, _ = Collection.objects.get_or_create(name="Coasts", slug="coasts")
    title.genres.set([GenreFactory(name="Drama"), GenreFactory(name=own)])
    for name in ("Hafenlichter", own):
        Alias.objects.create(title=title, name=name, source="tvdb")
    for language in ("de", f"x{number}"):
        Translation.objects.create(title=title, language=language, name="Hafenlichter", source="tvdb")
        Translation.objects.create(episode=pilot, language=language, name="Anfang", source="tvdb")
    for label in ("FSK 12", own):
        Certification.objects.create(title=title, country="DE", label=label, min_age=12)
    for region in ("DE", f"{number % 90 + 10}"):
        Availability.objects.create(title=title, service=service, region=region, kind=Availability.Kind.BUY)
    for collection in (coasts, Collection.objects.create(name=own, slug=f"only-{number}")):
        CollectionItem.objects.create(collection=collection, title=title)
    for order in (Title.Order.DVD, f"o{number}"[:8]):
        EpisodeNumber.objects.create(episode=pilot, order=order, number=1)
    for source in ("staff", f"s{number}"):
        Picture.objects.create(title=title, source=source, url=f"https://example.org/{number}/{source}")
        Picture.objects.create(episode=pilot, source=source, url=f"https://example.org/still/{number}/{source}")
    for character in ("A stranger", own):
        CreditFactory(title=title, episode=pilot, person=guest, character=character)
        CreditFactory(title=title, person=guest, character=character)
    CreditFactory(title=title, person=guest, role=Credit.Role.WRITER, source="tvdb")
    SlugHistory.objects.create(kind="series", slug=f"once-{number}", title=title)
    TitleChange.objects.create(title=title, kind=TitleChange.Kind.STATUS, text="Running")


@dataclass
class Viewers:
    """Who logged the doubles: at both of them, or only at the one that is merged."""

    both: Profile
    theirs: Profile


def viewers(these: Doubles, *, at: datetime = LONG_AGO) -> Viewers:
    """`both` watches `merged` and dropped `kept`; each of their ratings is there twice, and one on its own."""
    both, theirs = ProfileFactory(name="At both"), ProfileFactory(name="At the merged one")
    for number, name in enumerate(("pilot", "fog")):
        see(both, these.ours[name], at=at + timedelta(hours=number))
    LibraryEntry.objects.filter(title=these.kept).update(state=LibraryEntry.State.DROPPED)
    for number, name in enumerate(("pilot", "storm", "home", "return")):
        see(both, these.theirs[name], at=at + timedelta(days=1, hours=number))
        see(theirs, these.theirs[name], at=at + timedelta(days=2, hours=number))
    for title, episodes in ((these.kept, these.ours), (these.merged, these.theirs)):
        season = title.seasons.get(number=1)
        RatingFactory(profile=both, title=title, value=60 + title.pk % 10)
        RatingFactory(profile=both, title=title, season=season)
        RatingFactory(profile=both, title=title, episode=episodes["pilot"])
    RatingFactory(profile=theirs, title=these.merged, value=90)
    RatingFactory(profile=theirs, title=these.merged, episode=these.theirs["pilot"])
    RatingFactory(profile=theirs, title=these.merged, season=these.merged.seasons.get(number=3))
    for title in (these.kept, these.merged):
        given = title.ratings.filter(season=None, episode=None).values_list("value", flat=True)
        Title.objects.filter(pk=title.pk).update(rating_sum=sum(given), rating_count=len(given))
        title.refresh_from_db()
    return Viewers(both, theirs)


def see(profile, subject, *, at, key=None):
    """Check in to an episode, or to a film."""
    title, episode = (subject, None) if isinstance(subject, Title) else (subject.title, subject)
    key = key or f"{subject.pk} {at.isoformat()}"
    return diary.check_in(profile, title, episode, moment=moments.minute(at, "UTC"), key=key, at=at)
