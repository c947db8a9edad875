"""The seasons and episodes of two titles becoming one list.

An episode that both have stays where it is as a husk, which says into which it merged; the others come over, into the
season of the same number.
"""

from collections.abc import Sequence

from catalog.models import Episode, EpisodeNumber, Season, Title
from catalog.refresh import rows

from .journal import Journal
from .pairing import pair

COPIED = ("number", "name", "overview", "premiered", "ended", "field_sources")


def join(kept: Title, merged: Title, journal: Journal) -> dict[int, int]:
    """Bring the lists together; the seasons of `kept` by those of `merged` (pks)."""
    ours = list(Episode.objects.filter(title=kept, merged_into=None).select_related("season"))
    theirs = list(Episode.objects.filter(title=merged, merged_into=None).select_related("season"))
    pairs = pair(theirs, [episode for episode in ours if episode.withdrawn_at is None], _absolute(kept, merged))
    strays = [episode for episode in theirs if episode.pk not in pairs]
    seasons = _seasons(kept, merged, strays, journal)
    with journal.watching(Episode, list(pairs), ["merged_into"]):
        husks = [episode for episode in theirs if episode.pk in pairs]
        for husk in husks:
            husk.merged_into_id = pairs[husk.pk]
        rows.write(husks, ["merged_into"])
    with journal.watching(Episode, [episode.pk for episode in strays], ["title", "season", "number"]):
        take_over(strays, kept, seasons, ours)
    return seasons


def take_over(strays: Sequence[Episode], title: Title, seasons: dict[int, int], there: Sequence[Episode]) -> None:
    """Give these episodes to the title, into the seasons that `seasons` names for theirs. One whose number somebody has
    there goes without."""
    taken = {(episode.season_id, episode.number) for episode in there}
    for episode in strays:
        episode.title, episode.season_id = title, seasons[episode.season_id]
        if (episode.season_id, episode.number) in taken:
            episode.number = None
        taken.add((episode.season_id, episode.number))
    rows.write(strays, ["title", "season", "number"])


def _absolute(*titles: Title) -> dict[int, int]:
    """The numbers counted through all seasons, by episode."""
    counted = EpisodeNumber.objects.filter(order=Title.Order.ABSOLUTE, episode__title__in=titles)
    return dict(counted.values_list("episode", "number"))


def _seasons(kept: Title, merged: Title, strays: Sequence[Episode], journal: Journal) -> dict[int, int]:
    """Those of one number are one. One that `kept` does not have is made there, unless all its episodes found their
    partners elsewhere: then the two sources only count differently."""
    ours = {season.number: season for season in Season.objects.filter(title=kept)}
    theirs = list(Season.objects.filter(title=merged))
    needed = {episode.season_id for episode in strays}
    filled = set(Episode.objects.filter(title=merged).values_list("season", flat=True).distinct())
    missing = [season for season in theirs if season.number not in ours and season.pk not in filled - needed]
    made = [Season(title=kept, **{name: getattr(season, name) for name in COPIED}) for season in missing]
    journal.made(Season.objects.bulk_create(made))
    ours |= {season.number: season for season in made}
    return {season.pk: ours[season.number].pk for season in theirs if season.number in ours}
