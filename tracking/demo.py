"""A year of viewing for the demonstration household: the same days before any `now`, the same titles, by fixed dice."""

import random
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import islice

from accounts.models import Profile
from catalog.models import Episode, Title
from tracking import diary, moments
from tracking.models import Watch

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


def fill(profile: Profile, *, seed: int, now: datetime) -> int:
    """Log about four viewings a week for the year before `now`; returns how many. Safe to run twice."""
    dice = random.Random(seed)
    plan = _programme(dice)
    evenings = [day for day in range(364, 0, -1) if dice.random() < 0.42]
    logged = 0
    for day, (title, episode) in zip(evenings, islice(plan, len(evenings)), strict=False):
        at = _evening(profile, now, day, dice)
        details = diary.Details(
            place=dice.choice(["home", "home", "home", ""]),
            company=dice.choice(["", "", "", "Study" if profile.name != "Study" else "Living room"]),
            note=NOTES.get(title.name, "") if dice.random() < 0.7 else "",
        )
        diary.check_in(
            profile,
            title,
            episode,
            moment=moments.minute(at, profile.time_zone),
            key=f"demo:{seed}:{day}",
            at=at + timedelta(minutes=1),
            origin=Watch.Origin.DEMO,
            details=details,
        )
        logged += 1
    _plan_some(profile, dice, seed=seed, now=now)
    return logged


def _programme(dice: random.Random) -> Iterator[tuple[Title, Episode | None]]:
    """What is watched, in order: a film now and then, series episode by episode, two of them at a time."""
    titles = Title.objects.published()
    films = list(titles.movies().order_by("-popularity", "pk"))
    dice.shuffle(films)
    running = [
        iter(Episode.objects.regular().filter(title=series).in_order().select_related("title"))
        for series in titles.series().order_by("-popularity", "pk")
    ]
    dice.shuffle(running)
    on_the_go, waiting = running[:2], running[2:]
    while films or on_the_go:
        if films and (not on_the_go or dice.random() < 0.2):
            yield films.pop(), None
            continue
        current = dice.choice(on_the_go)
        episode = next(current, None)
        if episode:
            yield episode.title, episode
        else:
            on_the_go.remove(current)
            on_the_go += [waiting.pop()] if waiting else []


def _evening(profile: Profile, now: datetime, days_ago: int, dice: random.Random) -> datetime:
    day = now.astimezone(profile.zone).date() - timedelta(days=days_ago)
    hour = time(dice.choice([18, 19, 20, 20, 21, 21, 22]), dice.choice(range(0, 60, 5)))
    return datetime.combine(day, hour, profile.zone)


def _plan_some(profile: Profile, dice: random.Random, *, seed: int, now: datetime) -> None:
    """Put a few of what was not seen yet on the watchlist."""
    unseen = Title.objects.published().exclude(watches__profile=profile).order_by("pk")
    for title in dice.sample(list(unseen), k=min(5, len(unseen))):
        diary.plan(profile, title, key=f"demo:{seed}:plan:{title.pk}", at=now - timedelta(days=dice.randint(1, 60)))
