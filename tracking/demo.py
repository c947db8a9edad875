"""A year of viewing for the demonstration household: the same days before any `now`, the same titles, by fixed dice."""

import random
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django.db import transaction

from accounts.models import Profile
from catalog.models import Episode, Title
from tracking import diary, moments
from tracking.models import Watch

FILMS = 14
A_DAY = [0, 0, 0, 0, 0, 0, 0, 1, 1, 2]

NOTES = {
    "Metropolis": "With the restored score. The machine hall is still louder than anything made since.",
    "The General": "He sits on the moving rod and does not even blink.",
    "Charade": "The stamp market, again. I never see it coming.",
    "Night of the Living Dead": "Curtains drawn, door checked twice.",
    "His Girl Friday": "Stopped trying to follow every word after the first telephone. Bliss.",
    "Nosferatu": "That shadow on the stairs.",
    "Sintel": "Bring a handkerchief.",
    "Carnival of Souls": "The organ in the empty factory. Watched half of it from behind a cushion.",
    "Sherlock Jr.": "The whole room laughed at the motorbike.",
}


@transaction.atomic
def fill(profile: Profile, *, seed: int, now: datetime) -> int:
    """Log about three viewings a week for the year before `now`; returns how many. Safe to run twice."""
    dice = random.Random(seed)
    programme = _programme(dice)
    days = [day for day in range(364, 0, -1) for _ in range(dice.choice(A_DAY))]
    logged = 0
    for number, (day, (title, episode)) in enumerate(zip(days, programme, strict=False)):
        at = _evening(profile, now, day, number, dice)
        diary.check_in(
            profile,
            title,
            episode,
            moment=moments.minute(at, profile.time_zone),
            key=f"demo:{seed}:{number}",
            at=at + timedelta(minutes=1),
            origin=Watch.Origin.DEMO,
            details=_details(profile, title, dice),
        )
        logged += 1
        _rate_some(profile, title, dice, key=f"demo:{seed}:{number}:rating", at=at + timedelta(hours=2))
    _plan_some(profile, dice, seed=seed, now=now)
    return logged


def _details(profile: Profile, title: Title, dice: random.Random) -> diary.Details:
    other = "Study" if profile.name != "Study" else "Living room"
    return diary.Details(
        place=dice.choice([Watch.Place.HOME, Watch.Place.HOME, Watch.Place.UNSAID]),
        company=dice.choice(["", "", "", other]),
        note=NOTES.get(title.name, "") if not title.is_series else "",
    )


def _programme(dice: random.Random) -> Iterator[tuple[Title, Episode | None]]:
    """What is watched, in order: a film now and then, one of them twice, and several series an episode at a time."""
    titles = Title.objects.published()
    films = dice.sample(list(titles.movies().order_by("pk")), k=min(FILMS, titles.movies().count()))
    films = films[:1] + films
    running = [
        iter(Episode.objects.regular().filter(title=series).in_order().select_related("title"))
        for series in titles.series().order_by("-popularity", "pk")
    ]
    while films or running:
        if films and (not running or dice.random() < 0.1):
            yield films.pop(), None
            continue
        current = dice.choice(running)
        episode = next(current, None)
        if episode:
            yield episode.title, episode
        else:
            running.remove(current)


def _evening(profile: Profile, now: datetime, days_ago: int, number: int, dice: random.Random) -> datetime:
    """Viewings of one day are an hour or more apart."""
    day = now.astimezone(profile.zone).date() - timedelta(days=days_ago)
    hour = time(18 + number % 5, dice.choice(range(0, 60, 5)))
    return datetime.combine(day, hour, profile.zone)


def _rate_some(profile: Profile, title: Title, dice: random.Random, *, key: str, at: datetime) -> None:
    """Most films, and a series now and then."""
    if dice.random() < (0.05 if title.is_series else 0.7):
        diary.rate(profile, title, dice.choice([50, 60, 70, 70, 80, 80, 90, 100]), key=key, at=at)


def _plan_some(profile: Profile, dice: random.Random, *, seed: int, now: datetime) -> None:
    """Put a few of what was not seen yet on the watchlist."""
    unseen = Title.objects.published().exclude(watches__profile=profile).order_by("pk")
    for title in dice.sample(list(unseen), k=min(7, len(unseen))):
        diary.plan(profile, title, key=f"demo:{seed}:plan:{title.pk}", at=now - timedelta(days=dice.randint(1, 60)))
