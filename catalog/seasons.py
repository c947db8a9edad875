"""The episodes of a series as pages show them: by season, with the specials as a part of their own."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from catalog.models import Episode, Season, Title
from catalog.models.episodes import EpisodeQuerySet, on_lines
from config import keys

SPECIALS = 0
"""The number under which the specials of all seasons are found."""

A_LITTLE = 2
"""Episodes before the next one that are shown with it."""

ORDER = (
    keys.Column("season__number", keys.whole),
    keys.Column("number", keys.whole, nullable=True),
    keys.Column("air_date", keys.DAY, nullable=True),
    keys.ROW_ID,
)


@dataclass(frozen=True)
class Tab:
    number: int
    episodes: int

    @property
    def is_year(self) -> bool:
        return self.number >= 1900

    @property
    def short(self) -> str:
        return _("Specials") if self.number == SPECIALS else str(self.number)

    @property
    def label(self) -> str:
        return (
            self.short if self.number == SPECIALS or self.is_year else _("Season %(number)s") % {"number": self.number}
        )


def tabs(title: Title) -> list[Tab]:
    """The seasons in order, then the specials if there are any; a season counts its regular episodes."""
    listed = Q(episodes__withdrawn_at=None)
    seasons = (
        Season.objects.filter(title=title)
        .annotate(all=Count("episodes", filter=listed))
        .annotate(specials=Count("episodes", filter=listed & Q(episodes__kind=Episode.Kind.SPECIAL)))
        .order_by("number")
        .values_list("number", "all", "specials")
    )
    found = [Tab(number, total - specials) for number, total, specials in seasons if number != SPECIALS]
    special = sum(total if number == SPECIALS else specials for number, total, specials in seasons)
    return [*found, Tab(SPECIALS, special)] if special else found


def episodes_of(title: Title, season_number: int) -> EpisodeQuerySet:
    """The episodes of a season with its specials behind them, or all the specials of the series."""
    of_season = Q(season__number=season_number)
    if season_number == SPECIALS:
        of_season |= Q(kind=Episode.Kind.SPECIAL)
    episodes = Episode.objects.listed().filter(of_season, title=title).select_related("season")
    return episodes.only(*on_lines(), "overview").in_order()


@dataclass(frozen=True)
class Page:
    episodes: list[Episode]
    next_key: str
    """Empty on the last page."""


def page(episodes: EpisodeQuerySet, after: str = "", *, size: int) -> Page:
    """One page of these episodes, behind the one with the key `after`; a key of nonsense means the first page."""
    values = keys.read(after, ORDER)
    if values:
        episodes = episodes.filter(keys.behind(ORDER, values))
    rows = list(episodes[: size + 1])
    return Page(rows[:size], keys.write(*_place(rows[size - 1])) if len(rows) > size else "")


def key_before(episode: Episode | None) -> str:
    """The key of a page that begins a little before this episode; empty when that is the beginning of its season."""
    if episode is None or episode.number is None or episode.number <= A_LITTLE + 1:
        return ""
    return keys.write(episode.season.number, episode.number - A_LITTLE, None, keys.LARGEST_ID)


def before_and_after(episode: Episode) -> tuple[Episode | None, Episode | None]:
    """The episodes on both sides of this one; reads its season, and other seasons only at the ends of its own."""
    whole = Episode.objects.listed().filter(title=episode.title_id).select_related("season").in_order()
    season = whole.filter(season=episode.season_id)
    earlier = season.filter(keys.behind(ORDER, _place(episode), ascending=False)).reverse().first()
    later = season.filter(keys.behind(ORDER, _place(episode))).first()
    number = episode.season.number
    return (
        earlier or whole.filter(season__number__lt=number).reverse().first(),
        later or whole.filter(season__number__gt=number).first(),
    )


def _place(episode: Episode) -> tuple[object, ...]:
    return episode.season.number, episode.number, episode.air_date, episode.pk
