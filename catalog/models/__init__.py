"""The catalogue's tables, by subject; import them from here."""

from .collections import Collection, CollectionItem
from .episodes import Episode, EpisodeNumber, Season
from .people import Credit, Person
from .runs import ImportRun
from .search import SearchChange, SearchEntry
from .sources import ExternalId, GenreLabel, Source, SourceRecord, Subject
from .titles import Alias, Certification, Genre, Network, SlugHistory, Title, TitleChange, Translation
from .ways import Availability, Service

__all__ = [
    "Alias",
    "Availability",
    "Certification",
    "Collection",
    "CollectionItem",
    "Credit",
    "Episode",
    "EpisodeNumber",
    "ExternalId",
    "Genre",
    "GenreLabel",
    "ImportRun",
    "Network",
    "Person",
    "SearchChange",
    "SearchEntry",
    "Season",
    "Service",
    "SlugHistory",
    "Source",
    "SourceRecord",
    "Subject",
    "Title",
    "TitleChange",
    "Translation",
]
