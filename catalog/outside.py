"""Where a title is found at the sources that know it, and under which terms they share what they know."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from catalog.models import ExternalId, Source, Subject, Title

PAGES = {
    (Source.TVMAZE, Subject.SERIES): "https://www.tvmaze.com/shows/{}",
    (Source.TVMAZE, Subject.EPISODE): "https://www.tvmaze.com/episodes/{}",
    (Source.TVMAZE, Subject.PERSON): "https://www.tvmaze.com/people/{}",
    (Source.TVDB, Subject.SERIES): "https://thetvdb.com/dereferrer/series/{}",
    (Source.TVDB, Subject.MOVIE): "https://thetvdb.com/dereferrer/movie/{}",
    (Source.TVDB, Subject.EPISODE): "https://thetvdb.com/dereferrer/episode/{}",
    (Source.TMDB, Subject.SERIES): "https://www.themoviedb.org/tv/{}",
    (Source.TMDB, Subject.MOVIE): "https://www.themoviedb.org/movie/{}",
    (Source.TMDB, Subject.PERSON): "https://www.themoviedb.org/person/{}",
    (Source.IMDB, Subject.SERIES): "https://www.imdb.com/title/{}/",
    (Source.IMDB, Subject.MOVIE): "https://www.imdb.com/title/{}/",
    (Source.IMDB, Subject.EPISODE): "https://www.imdb.com/title/{}/",
    (Source.IMDB, Subject.PERSON): "https://www.imdb.com/name/{}/",
    (Source.WIKIDATA, Subject.SERIES): "https://www.wikidata.org/wiki/{}",
    (Source.WIKIDATA, Subject.MOVIE): "https://www.wikidata.org/wiki/{}",
    (Source.WIKIDATA, Subject.PERSON): "https://www.wikidata.org/wiki/{}",
}
LICENCES = {Source.TVMAZE: "CC BY-SA"}


@dataclass(frozen=True)
class OutsidePage:
    source: str
    url: str
    licence: str


def pages(ids: Iterable[ExternalId]) -> list[OutsidePage]:
    """The pages of these ids, those whose data is used here (and so owed a licence) first."""
    found = []
    for outside in ids:
        source = Source(outside.source)
        pattern = PAGES.get((source, Subject(outside.kind)))
        if pattern:
            found.append(
                OutsidePage(str(source.label), pattern.format(quote(outside.value, safe="")), LICENCES.get(source, ""))
            )
    return sorted(found, key=lambda page: (not page.licence, page.source, page.url))


def source_of(title: Title, field: str) -> str:
    """Who said what this field holds, in words; empty where nobody noted it."""
    key = title.field_sources.get(field, "")
    return str(Source(key).label) if key in Source.values else ""
