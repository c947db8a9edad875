"""What a profile might like, by what it liked: first what others watched with that, then what is like it.

Nothing that the profile has said anything of is recommended: not what it watched, planned, paused, dropped, rated or
dismissed. What is on the watchlist was found already.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from accounts.models import Profile
from catalog import billing, likeness
from catalog.models import Title
from config import keys
from config.paging import Page
from tracking.models import AlsoWatched, Dismissal, LibraryEntry, Rating, Recommendation
from tracking.models.taste import RecommendationQuerySet

MOST = 120
"""Recommendations that are kept of a profile."""

ENOUGH = 24
"""With fewer, what is like the titles it likes best is looked for as well; that takes longer."""

SEEDS = 200
"""Titles of its log that speak for others, the newest."""

LOVED = 12
"""Of these so many, the ones it likes best, are looked at for what is like them."""

HALF_LIFE = timedelta(days=365)
LEAST_WEIGHT = 0.1
"""However long ago it was: a favourite stays one."""

FADING = 0.85
"""Of what a title speaks for, each further one counts so much of the one before."""

AS_RATED = {"plain": 0.5, "paused": 0.2, "dropped": -0.5}
"""What a title counts without a rating, from -1 (1 of 100) to 1 (100 of 100)."""


@dataclass(frozen=True)
class Seed:
    """A title of the log, and how much it speaks for what is like it: below 0 it speaks against."""

    title: int
    weight: float


@dataclass(frozen=True)
class Suggestion:
    title: int
    because: int
    score: float


def weight_of(state: str, rating: int | None, age: timedelta) -> float:
    """What a title says: a rating of 1 to 100 before the state, dropped never in favour, the older the less."""
    said = AS_RATED.get(state, AS_RATED["plain"]) if rating is None else (rating - 50) / 50
    if state == LibraryEntry.State.DROPPED:
        said = min(said, AS_RATED["dropped"])
    return said * max(0.5 ** (age / HALF_LIFE), LEAST_WEIGHT)


def recommend(profile: Profile, *, at: datetime) -> int:
    """Work out the recommendations of a profile anew; returns how many there are."""
    seeds = _seeds(profile, at)
    wanted = _allowed(profile, _by_others(seeds))[:MOST]
    if len(wanted) < ENOUGH:
        known = {suggestion.title for suggestion in wanted}
        wanted += [each for each in _allowed(profile, _by_likeness(profile, seeds)) if each.title not in known]
    _keep(profile, wanted[:MOST], at)
    return len(wanted[:MOST])


def _seeds(profile: Profile, at: datetime) -> list[Seed]:
    """The newest of what was watched, and of what was rated."""
    entries = LibraryEntry.objects.of(profile).exclude(state=LibraryEntry.State.PLANNED)
    watched = entries.annotate(moment=Coalesce("last_watched_at", "updated_at")).order_by("-moment", "-pk")
    rated = Rating.objects.of(profile).filter(season=None, episode=None).order_by("-updated_at", "-pk")
    states = {entry.title_id: entry for entry in watched.only("title", "state")[:SEEDS]}
    ratings = {rating.title_id: rating for rating in rated[:SEEDS]}
    seeds = []
    for title in sorted(states.keys() | ratings.keys()):
        entry, rating = states.get(title), ratings.get(title)
        moment = entry.moment if entry else rating.updated_at if rating else at
        value, age = rating.value if rating else None, max(at - moment, timedelta(0))
        seeds.append(Seed(title, weight_of(entry.state if entry else "", value, age)))
    return [seed for seed in seeds if seed.weight]


def _by_others(seeds: Iterable[Seed]) -> list[Suggestion]:
    weights = {seed.title: seed.weight for seed in seeds}
    near = AlsoWatched.objects.filter(title__in=weights).order_by("pk").values_list("title", "other", "likeness")
    return ranked(weights, near)


def ranked(weights: Mapping[int, float], near: Iterable[tuple[int, int, float]]) -> list[Suggestion]:
    """The others that `near` (title, other, likeness) leads to, the best first. Each has the title that speaks most
    for it; what more speaks against than for is left out. All scores are above 1."""
    scores: dict[int, float] = {}
    best: dict[int, tuple[float, int]] = {}
    for title, other, alike in near:
        points = weights[title] * alike
        scores[other] = scores.get(other, 0) + points
        best[other] = max(best.get(other, (0.0, 0)), (points, title))
    found = [Suggestion(other, best[other][1], 1 + score) for other, score in scores.items() if score > 0]
    return _sorted(_varied(_sorted(found)))


def _varied(suggestions: Iterable[Suggestion]) -> list[Suggestion]:
    """The more often a title has spoken, the less it says: one favourite does not fill the page."""
    spoken: Counter[int] = Counter()
    varied = []
    for each in suggestions:
        varied.append(replace(each, score=1 + (each.score - 1) * FADING ** spoken[each.because]))
        spoken[each.because] += 1
    return varied


def _sorted(suggestions: Iterable[Suggestion]) -> list[Suggestion]:
    return sorted(suggestions, key=lambda suggestion: (-suggestion.score, -suggestion.title))


def _by_likeness(profile: Profile, seeds: Iterable[Seed]) -> list[Suggestion]:
    """What shares genres and people with what it likes best, in turn; all scores are below 1."""
    loved = sorted((seed for seed in seeds if seed.weight > 0), key=lambda seed: (-seed.weight, -seed.title))[:LOVED]
    titles = Title.objects.suitable_for(profile).prefetch_related("genres").in_bulk([seed.title for seed in loved])
    found: dict[int, Suggestion] = {}
    for seed in (seed for seed in loved if seed.title in titles):
        title = titles[seed.title]
        for place, alike in enumerate(likeness.of(title, billing.of_title(title), profile), start=1):
            suggestion = Suggestion(alike.title.pk, title.pk, min(seed.weight, 1) / (1 + place))
            held = found.get(suggestion.title)
            found[suggestion.title] = max(held, suggestion, key=lambda each: each.score) if held else suggestion
    return _sorted(found.values())


def _allowed(profile: Profile, suggestions: list[Suggestion]) -> list[Suggestion]:
    """Those that the profile may see and has said nothing of."""
    mine = {"profile": profile, "title": OuterRef("pk")}
    answers = (LibraryEntry.objects.filter(**mine), Rating.objects.filter(**mine), Dismissal.objects.filter(**mine))
    new = Title.objects.visible_to(profile).filter(*(~Exists(answer) for answer in answers))
    allowed = set(new.filter(pk__in=[each.title for each in suggestions]).values_list("pk", flat=True))
    spoken_for = {suggestion.because for suggestion in suggestions}
    heard = set(Title.objects.suitable_for(profile).filter(pk__in=spoken_for).values_list("pk", flat=True))
    return [each for each in suggestions if each.title in allowed and each.because in heard]


@transaction.atomic
def _keep(profile: Profile, suggestions: list[Suggestion], at: datetime) -> None:
    """One at a time for a profile. What stays keeps its row, so that an open page goes on where it was."""
    if not Profile.objects.select_for_update(no_key=True).filter(pk=profile.pk).exists():
        return
    held = Recommendation.objects.of(profile)
    held.exclude(title__in=[suggestion.title for suggestion in suggestions]).delete()
    rows = [
        Recommendation(
            profile=profile,
            title_id=suggestion.title,
            because_id=suggestion.because,
            score=suggestion.score,
            computed_at=at,
        )
        for suggestion in suggestions
    ]
    Recommendation.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["profile", "title"],
        update_fields=["because", "score", "computed_at"],
    )


BEST = [keys.Column("score", keys.finite), keys.ROW_ID]


def page(rows: RecommendationQuerySet, after: str, *, size: int) -> Page[Recommendation]:
    """One page, the best first, behind the row with the key `after`; a key without sense is the first page."""
    if place := keys.read(after, BEST):
        score, pk = place
        rows = rows.filter(Q(score__lt=score) | Q(score=score, pk__lt=pk))
    found = list(rows.best_first()[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return Page(found[:size], keys.write(last.score, last.pk) if last else "")
