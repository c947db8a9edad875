"""Dates that were moved: what a refresh noticed of it lately (`TitleChange`), for the episodes on a page."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.dateparse import parse_date

from catalog.models import Episode, TitleChange

TOLD_FOR = timedelta(days=30)


def tell(episodes: Iterable[Episode], *, now: datetime) -> None:
    """Give those that are still to come, and have their date from a move of the last weeks, their `moved_from`. Takes
    one query at most."""
    coming = {episode.pk: episode for episode in episodes if episode.air_date and episode.air_date >= now.date()}
    if not coming:
        return
    moved = TitleChange.objects.filter(
        title__in={episode.title_id for episode in coming.values()},
        kind=TitleChange.Kind.DATE,
        created_at__gte=now - TOLD_FOR,
        detail__episode__in=list(coming),
    )
    for detail in moved.order_by("created_at", "pk").values_list("detail", flat=True):
        episode = coming[detail["episode"]]
        if detail["after"] == str(episode.air_date):
            episode.moved_from = parse_date(detail["before"])
