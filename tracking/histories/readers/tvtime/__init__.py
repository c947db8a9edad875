"""TV Time, closed in July 2026: the ZIP that it gave, or single tables of it.

Series and episodes go by their ids at TheTVDB, films by name and year. Times are written without a zone. Everything
about a viewer lies in some fifty tables, most of which say nothing of a log, and some of which hold passwords: only
those that are named here are opened.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from tracking import moments
from tracking.histories.facts import Choice, Entry, Kind, Options, Part, Refusal, Row, Work
from tracking.histories.facts import row_key as key_of
from tracking.histories.readers import cells, rows
from tracking.histories.uploads import Upload
from tracking.models import LibraryEntry, LogImport
from tracking.moments import Moment

from . import gomaps, known
from .known import EPISODES, FILMS, FOLLOWED, SEEN, SHOWS, SPECIAL, Known, place_of

VOTES = (
    "ratings-3-prod-episode_votes.csv",
    "ratings-prod-episode_votes.csv",
    "ratings-v2-prod-votes.csv",
    "ratings-live-votes.csv",
)
RATES, LISTS = "tv_show_rate.csv", "lists-prod-lists.csv"
TABLES = (EPISODES, FILMS, *SEEN, SHOWS, FOLLOWED, SPECIAL, *VOTES, RATES, LISTS)
"""In the order in which they are read: what one says, the later ones need not say again."""

NOT_THE_LOG = re.compile(
    r"user(|_personal_data|_session|_setting|_statistics|_badge|_facebook.*|_social.*)|access_token|refresh_token"
    r"|auth-.*|ip_address|device.*|ad_identifier|_?appsflyer.*|install.*|gdpr.*|webhook_data|referral"  # the account
    r"|.*emotion.*|.*comment.*|.*character.*|.*like.*|meme.*|friend.*|follower.*|notifications?.*"  # moods and talk
    r"|stats-.*|.*addiction.*|recommendations-.*|where-to-watch-.*|followed_tv_show_source|show_seen_episode_latest"
    r"|rewatched_episode"  # sums, and what the viewings say already
)
SUMS = ("tracking-stats", "count", "last-episode-watched", "time-count", "rewatch_count", "watch_count")
"""Rows of the records that only add up others."""

STARS = {1: 1, 27: 2, 28: 3, 29: 4, 3: 5}
"""Of the votes “bad” to “wow”, whose numbers came as the scale grew. Others are of older scales that nobody knows."""

MARKED_BEFORE = "fill-previous"
"""How episodes were marked that came before another: they were seen earlier, nobody knows when."""


class TVTime:
    service = LogImport.Service.TVTIME

    def recognises(self, upload: Upload) -> bool:
        return any(plain in TABLES for plain, _name in known.plain_names(upload))

    def choices(self, upload: Upload) -> list[Choice]:
        return []

    def read(self, upload: Upload, options: Options) -> Iterator[Row]:
        names: dict[str, str] = {}
        for plain, name in known.plain_names(upload):
            names.setdefault(plain, name)
        facts = Known(upload, names, options.zone)
        reading = _Reading(facts, options.zone)
        for plain in TABLES:
            for line, row in facts.table(plain):
                yield from rows.kept(names[plain], line, row, partial(reading.row, plain, names[plain], line, row))
        for name, reason in facts.broken.items():
            yield Refusal(name, 1, reason, {})
        for plain, name in known.plain_names(upload):
            if plain in TABLES and names[plain] != name:
                yield Refusal(name, 1, _("The export holds this file twice; the other one was read."), {})
            elif plain not in TABLES and not NOT_THE_LOG.fullmatch(plain.removesuffix(".csv")):
                yield Refusal(name, 1, _("This file of the export is not known."), {})


class _Reading:
    """One pass through the tables."""

    def __init__(self, facts: Known, zone: str) -> None:
        self.facts = facts
        self.zone = zone
        self.alike = cells.Alike()
        self.told = rows.Told()
        self.stood: set[str] = set()
        self.list_names = _list_names(facts.table(LISTS))
        self.readers: dict[str, Callable[[Entry], Iterator[Row]]] = {
            EPISODES: self._record,
            FILMS: self._old_record,
            RATES: self._rate,
            LISTS: self._list,
            **dict.fromkeys(SEEN, self._seen),
            **dict.fromkeys((SHOWS, FOLLOWED, SPECIAL), self._standing),
            **dict.fromkeys(VOTES, self._vote),
        }

    def row(self, plain: str, file: str, line: int, row: Mapping[str, str]) -> Iterator[Row]:
        return self.readers[plain](Entry(file, line, Kind.WATCH, Work("", ""), "", row))

    def _record(self, base: Entry) -> Iterator[Row]:
        sort = known.sort_of(base.raw)
        if sort == known.OF_SERIES:
            yield from self._standing(base)
        elif sort:
            yield self._play(base)
        elif not (base.raw.get("key") or base.raw.get("gsi") or "").startswith(SUMS):
            raise ValueError(_("It does not say what it is."))

    def _old_record(self, base: Entry) -> Iterator[Row]:
        """Its episodes are mostly in the newer record too."""
        sort = base.raw.get("type", "")
        if known.is_film(base.raw):
            yield from self._film(base, sort)
        elif sort in ("watch", "rewatch") and (known.episode_of(base.raw) or place_of(base.raw)[2]):
            if not self._is_recorded(base.raw):
                yield self._play(base)
        elif sort == "follow" and known.series_of(base.raw):
            yield from self._standing(base)
        elif not (sort or base.raw.get("type-uuid-n", "")).startswith(SUMS):
            raise ValueError(_("It does not say what it is."))

    def _seen(self, base: Entry) -> Iterator[Row]:
        """Tables that name some episodes that were seen, of the same viewings."""
        if not self._is_recorded(base.raw):
            play = self._play(base)
            self.facts.episodes.add(self._place(base.raw))
            self.facts.episode_ids |= {known.episode_of(base.raw)} - {""}
            yield play

    def _is_recorded(self, row: Mapping[str, str]) -> bool:
        return known.episode_of(row) in self.facts.episode_ids or self._place(row) in self.facts.episodes

    def _place(self, row: Mapping[str, str]) -> known.Place:
        series, season, number = place_of(row)
        return series or self.facts.ids.get(known.folded(known.name_of(row)), ""), season, number

    def _play(self, base: Entry) -> Entry:
        of_episode, identity = self._of_episode(base)
        key = self.alike.key("episode", *identity, base.raw.get("created_at", ""))
        return replace(of_episode, key=key, moment=self._marked(base.raw))

    def _of_episode(self, base: Entry) -> tuple[Entry, list[str]]:
        """The entry with its work and part, and what makes these two themselves. Raises ValueError."""
        row = base.raw
        series, season, number = self._place(row)
        episode = known.episode_of(row)
        if season and number == 0 and episode:
            number = None  # TV Time lost count of episodes that TheTVDB moved
        part = Part(season, number, ids=rows.ids({"tvdb": episode}))
        if not part.is_episode:
            raise ValueError(_("It does not say which episode is meant."))
        work = self.facts.series(series, known.name_of(row))
        place = [season, number] if number is not None else [episode]
        return replace(base, work=work, part=part), [str(each) for each in (series or work.name, *place)]

    def _marked(self, row: Mapping[str, str]) -> Moment:
        """Several episodes marked at once were not all seen at that minute."""
        found = self._moment(known.gsi_moment(row), row.get("created_at"))
        bulk = row.get("bulk_type", "")
        if bulk == MARKED_BEFORE:
            return moments.some_time(self.zone)
        return moments.day(found.on, self.zone) if bulk and found.on else found

    def _film(self, base: Entry, sort: str) -> Iterator[Row]:
        row = base.raw
        film = known.film_id(row)
        base = replace(base, work=self.facts.films[film])
        if not base.work.name:
            raise ValueError(_("It does not say which film is meant."))
        if sort in ("watch", "rewatch"):
            key = self.alike.key("film", film, row.get("created_at", ""))
            yield replace(base, key=key, moment=self._moment(*known.film_moment(row)))
        elif sort in ("towatch", "follow"):
            if film not in self.facts.seen_films:
                yield from self.told.once(self._said(base, Kind.STATE, film, {"state": LibraryEntry.State.PLANNED}))
        elif not sort.startswith(SUMS):
            raise ValueError(_("It does not say what it is."))

    def _moment(self, at: datetime | None, said: str | None) -> Moment:
        found = cells.moment(said, self.facts.zone)
        at = at or found.at
        return moments.minute(at, self.zone) if at else replace(found, zone=self.zone)

    def _standing(self, base: Entry) -> Iterator[Row]:
        """All that the tables say of a series together, with the first row that names it."""
        work = self.facts.series(known.series_of(base.raw), known.name_of(base.raw))
        if not (series := work.ids.get("tvdb", "")):
            raise ValueError(_("It does not say which series is meant."))
        base = replace(base, work=work)
        if series in self.stood:
            return
        self.stood.add(series)
        standing = self.facts.standings[series]
        if standing.state:
            yield self._said(base, Kind.STATE, series, {"state": standing.state})
        if standing.is_left:
            yield self._said(base, Kind.HIDE, series, {})
        if standing.is_favorite:
            yield from self._item(base, "favorite-series", series, {})
        if standing.claimed_count and not standing.seen_count:
            yield Refusal(base.file, base.line, rows.unplaced(standing.claimed_count), base.raw)
        elif not standing.seen_count and not standing.state and not standing.is_favorite:
            yield Refusal(base.file, base.line, _("It is not followed any more, and nothing of it was seen."), base.raw)

    def _vote(self, base: Entry) -> Iterator[Row]:
        row = base.raw
        vote = rows.number(row.get("vote_key", "").rpartition("-")[2])
        if vote not in STARS:
            raise ValueError(_("“%(value)s” is no vote whose scale is known.") % {"value": cells.quote(vote)})
        says = {"value": STARS[vote] * 20}
        if row.get("movie_name"):
            film = known.film_id(row)
            yield from self.told.once(self._of_film(base, Kind.RATING, film, says))
            return
        of_episode, identity = self._of_episode(base)
        yield from self.told.once(self._said(of_episode, Kind.RATING, " ".join(identity), says))

    def _of_film(self, base: Entry, kind: Kind, film: str, says: Mapping[str, Any]) -> Entry:
        work = self.facts.films.get(film) or known.film_of(base.raw)
        return self._said(replace(base, work=work), kind, film, says)

    def _rate(self, base: Entry) -> Iterator[Row]:
        row = base.raw
        work = self.facts.series(known.series_of(row), known.name_of(row))
        says = {"value": rows.rating(row.get("rating"), of=5)}
        rated = self._said(replace(base, work=work), Kind.RATING, known.series_of(row) or work.name, says)
        yield replace(rated, moment=self._moment(None, row.get("created_at")))

    def _list(self, base: Entry) -> Iterator[Row]:
        row = base.raw
        if row.get("type") != "list":
            return  # the table of contents, which says of the lists what they say themselves
        slug = row.get("s_key", "")
        says = {"description": rows.prose(row.get("description")), "is_public": known.is_true(row.get("is_public"))}
        for position, item in enumerate(gomaps.maps(row.get("objects", "")), 1):
            listed = partial(self._listed, base, slug, {**says, "position": position}, item)
            yield from rows.kept(base.file, base.line, {"list": slug, **item}, listed)

    def _listed(self, base: Entry, slug: str, says: Mapping[str, Any], item: Mapping[str, str]) -> Iterator[Row]:
        if item.get("type") == "series":
            series = str(gomaps.count(item.get("id", "")) or "")
            yield from self._item(replace(base, work=self.facts.series(series)), slug, series, says)
            return
        film = item.get("uuid", "")
        if film not in self.facts.films:
            raise ValueError(_("It names a film only by TV Time's own number, and TV Time is closed."))
        yield from self._item(replace(base, work=self.facts.films[film]), slug, film, says)

    def _item(self, base: Entry, slug: str, identity: str, says: Mapping[str, Any]) -> Iterator[Entry]:
        named = {"list": self.list_names.get(slug) or _("Favorites"), **says}
        entry = replace(base, kind=Kind.ITEM, key=key_of("item", slug, base.work.kind, identity), says=named)
        yield from self.told.once(entry)

    def _said(self, base: Entry, kind: Kind, identity: str, says: Mapping[str, Any]) -> Entry:
        key = key_of(kind, base.work.kind, identity, says)
        return replace(base, kind=kind, key=key, says=says, moment=None)


def _list_names(table: known.Table) -> dict[str, str]:
    """By the keys of lists. Those of favourites have none of their own."""
    found = {}
    for _line, row in table:
        for said in [row, *gomaps.maps(row.get("lists", ""))]:
            slug = said.get("s_key", "")
            name = cells.name(said.get("name", ""))
            if slug and name and slug != "collection":
                found[slug] = name
            elif slug and slug not in found:
                plain = _("Favorites") if slug.startswith("favorite-") else slug.replace("-", " ").capitalize()
                found[slug] = plain
    return found


READER = TVTime()
