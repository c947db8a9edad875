"""Sources' words for genres, mapped onto ours by the rows of GenreLabel, which staff may change in the admin."""

from collections.abc import Iterable, Mapping

from catalog.models import GenreLabel, Title


def mapped(source: str, labels: Iterable[str]) -> dict[str, int | None]:
    """The id of our genre for each label of a source; None for what is not a genre to us."""
    wanted = set(labels)
    rows = GenreLabel.objects.filter(source=source, label__in=wanted).values_list("label", "genre_id")
    return dict(rows)


def learn(source: str, labels: Iterable[str]) -> None:
    """Keep labels never seen before, as belonging to no genre until staff say which."""
    GenreLabel.objects.bulk_create([GenreLabel(source=source, label=label) for label in labels], ignore_conflicts=True)


def assign(wanted: Mapping[int, set[int]]) -> set[int]:
    """Give each title (by its pk) these genres and no others; the titles that had others before."""
    through = Title.genres.through
    have: dict[int, set[int]] = {title_id: set() for title_id in wanted}
    surplus = []
    for pk, title_id, genre_id in through.objects.filter(title_id__in=wanted).values_list("pk", "title_id", "genre_id"):
        have[title_id].add(genre_id)
        if genre_id not in wanted[title_id]:
            surplus.append(pk)
    through.objects.filter(pk__in=surplus).delete()
    through.objects.bulk_create(
        [through(title_id=pk, genre_id=genre) for pk, theirs in wanted.items() for genre in sorted(theirs - have[pk])]
    )
    return {pk for pk, theirs in wanted.items() if theirs != have[pk]}
