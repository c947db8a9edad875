"""Sources' words for genres, mapped onto ours by the rows of GenreLabel, which staff may change in the admin."""

from collections.abc import Iterable

from catalog.models import GenreLabel


def mapped(source: str, labels: Iterable[str]) -> dict[str, int | None]:
    """The id of our genre for each label of a source; None for what is not a genre to us."""
    wanted = set(labels)
    rows = GenreLabel.objects.filter(source=source, label__in=wanted).values_list("label", "genre_id")
    return dict(rows)


def learn(source: str, labels: Iterable[str]) -> None:
    """Keep labels never seen before, as belonging to no genre until staff say which."""
    GenreLabel.objects.bulk_create([GenreLabel(source=source, label=label) for label in labels], ignore_conflicts=True)
