"""Where a title is found at the sources that know it, and under which terms they share what they know."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from catalog.models import ExternalId, Source, Subject, Title
from catalog.sources import providers

PAGES = {
    (Source.TVMAZE, Subject.SERIES): "https://www.tvmaze.com/shows/{}",
    (Source.TVMAZE, Subject.EPISODE): "https://www.tvmaze.com/episodes/{}",
    (Source.TVMAZE, Subject.PERSON): "https://www.tvmaze.com/people/{}",
    (Source.TVDB, Subject.SERIES): "https://thetvdb.com/dereferrer/series/{}",
    (Source.TVDB, Subject.MOVIE): "https://thetvdb.com/dereferrer/movie/{}",
    (Source.TVDB, Subject.EPISODE): "https://thetvdb.com/dereferrer/episode/{}",
    (Source.TVDB, Subject.PERSON): "https://thetvdb.com/dereferrer/people/{}",
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
ASKED = (Source.TVMAZE, Source.TVDB, Source.TMDB)
"""Sources whose data we show, and whose terms want that to be said."""


@dataclass(frozen=True)
class OutsidePage:
    """`key` is a value of Source; `is_used`: what is shown here comes from it, or may."""

    source: str
    url: str
    licence: str
    key: str = ""
    is_used: bool = False


def pages(ids: Iterable[ExternalId], field_sources: Mapping[str, str] | None = None) -> list[OutsidePage]:
    """The pages of these ids, those whose data is used here (and so owed a licence) first.

    Used is what the fields of the thing came from. A source that can be asked counts too: a picture or a name beside
    the thing may be from there.
    """
    said = set((field_sources or {}).values())
    found = []
    for outside in ids:
        source = Source(outside.source)
        pattern = PAGES.get((source, Subject(outside.kind)))
        if pattern:
            url = pattern.format(quote(outside.value, safe=""))
            is_used = source in ASKED and (source in said or providers.of(source) is not None)
            found.append(OutsidePage(str(source.label), url, LICENCES.get(source, ""), source.value, is_used))
    return sorted(found, key=lambda page: (not page.licence, not page.is_used, page.source, page.url))


def asked() -> list[str]:
    """The sources that can be asked, as values of Source: each page may show what one of them said."""
    return [provider.source for provider in providers.configured()]


def source_of(title: Title, field: str) -> str:
    """Who said what this field holds, in words; empty where nobody noted it."""
    key = title.field_sources.get(field, "")
    return str(Source(key).label) if key in Source.values else ""
