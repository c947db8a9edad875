"""Letterboxd: the ZIP of an account, or single tables out of it. Films only, and days without times.

Each viewing in the diary has an address of its own, by which its review is found; the other tables have the film's.
What the account's own row (profile.csv) says is nobody's history and is not read.
"""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from html import unescape
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from tracking import moments
from tracking.histories.facts import Choice, Entry, Kind, Options, Row, Work, row_key
from tracking.histories.uploads import Upload, table
from tracking.models import LibraryEntry, LogImport

from . import cells
from .lines import Line, is_table, lines, told

ADDRESS = "Letterboxd URI"
LIST_HEAD = "Letterboxd list export"
LIKES = "Likes"
ACCOUNT = "profile.csv"


@dataclass
class Export:
    """What one table has to know of the others."""

    diary: dict[str, Line] = field(default_factory=dict)
    """The viewings, by their addresses."""

    reviews: dict[str, str] = field(default_factory=dict)
    """By the addresses of their viewings."""

    seen: set[str] = field(default_factory=set)
    rated: set[str] = field(default_factory=set)
    """Keys of works: with a viewing in the diary; in the table of ratings."""

    alike: cells.Alike = field(default_factory=cells.Alike)


class Letterboxd:
    service = LogImport.Service.LETTERBOXD

    def recognises(self, upload: Upload) -> bool:
        tables = (file for file in upload.names if is_table(upload, file))
        return any(_is_list(upload, file) or ADDRESS in upload.columns(file) for file in tables)

    def choices(self, upload: Upload) -> list[Choice]:
        return []

    def read(self, upload: Upload, options: Options) -> Iterator[Row]:
        tables = [file for file in upload.names if is_table(upload, file) and upload.columns(file)]
        kinds = {file: _kind(upload, file) for file in tables if _plain(file) != ACCOUNT}
        export = _surveyed(upload, kinds, options.zone)
        for file, kind in kinds.items():
            for line in _lines(upload, file, options.zone):
                yield from told(line, partial(READ[kind], export))


def _plain(file: str) -> str:
    return PurePosixPath(file).name.casefold()


def _is_list(upload: Upload, file: str) -> bool:
    return bool(upload.columns(file)) and upload.columns(file)[0].startswith(LIST_HEAD)


def _kind(upload: Upload, file: str) -> str:
    """By its folder, then by its columns; tables that have the same columns are told by their names."""
    folders = {part.casefold() for part in PurePosixPath(file).parts[:-1]}
    if gone := folders & {"deleted", "orphaned"}:
        return min(gone)
    if _is_list(upload, file):
        return "list"
    columns = upload.columns(file)
    if ADDRESS not in columns or "Name" not in columns:
        return "likes" if "likes" in folders else "other"
    for column, kind in (("Review", "reviews"), ("Watched Date", "diary"), ("Rating", "ratings")):
        if column in columns:
            return kind
    if "likes" in folders or _plain(file).startswith(("films", "likes")):
        return "films"
    return next((kind for kind in ("watchlist", "watched") if _plain(file).startswith(kind)), "other")


def _surveyed(upload: Upload, kinds: Mapping[str, str], zone: str) -> Export:
    export = Export()
    for file, kind in kinds.items():
        for line in _lines(upload, file, zone) if kind in ("diary", "ratings", "reviews") else ():
            if kind == "ratings":
                export.rated.add(_film(line).key)
            elif kind == "reviews":
                export.reviews[line[ADDRESS]] = _text(line["Review"])
            elif all(isinstance(row, Entry) for row in told(line, partial(_viewing, Export()))):
                export.seen.add(_film(line).key)
                export.diary[line[ADDRESS]] = line
    return export


def _lines(upload: Upload, file: str, zone: str) -> Iterator[Line]:
    """The rows of a table. A list has two: itself, whose name and description each film takes along, and its films."""
    if not _is_list(upload, file):
        yield from lines(upload, file, zone)
        return
    text = list(io.StringIO(upload.text(file), newline=""))
    about: dict[str, str] = {}
    for number, row in table(text[1:], first=2, name=file):
        if row.get("Date") == "Position":
            for place, film in table(text[number - 1 :], first=number, name=file):
                whole = film | {"List": about.get("Name", ""), "About": about.get("Description", "")}
                yield Line(file, place, whole, zone)
            return
        about = about or row


def _film(line: Line) -> Work:
    return Work("movie", cells.name(line["Name"]), cells.year(line["Year"]))


def _named(line: Line) -> Work:
    work = _film(line)
    if not work.name:
        raise ValueError(_("It names no film."))
    return work


def _viewing(export: Export, line: Line) -> Iterator[Row]:
    """A row of the diary; a rating in it is read where no table of ratings has the film."""
    work, moment = _named(line), cells.moment(line["Watched Date"], line.zone)
    if line[ADDRESS]:
        key = row_key("letterboxd", "diary", line[ADDRESS])
    else:
        key = export.alike.key("letterboxd", "diary", work.key, moment.on)
    review = _text(line["Review"]) or export.reviews.get(line[ADDRESS], "")
    yield line.entry(Kind.WATCH, work, key, None, moment, note="\n\n".join(filter(None, [review, _tags(line)])))
    if work.key not in export.rated:
        yield from _rating(export, line)


def _rating(_export: Export, line: Line) -> Iterator[Row]:
    work, value = _named(line), cells.rating(line["Rating"], of=5)
    if value is not None:
        moment = cells.known_moment(line["Date"], line.zone)
        key = row_key("letterboxd", "rating", work.key, value, moment and moment.on)
        yield line.entry(Kind.RATING, work, key, None, moment, value=value)


def _review(export: Export, line: Line) -> Iterator[Row]:
    """Of a viewing in the diary it is the note; one with a day is a viewing itself; otherwise it is about the film."""
    if line[ADDRESS] and (twin := export.diary.get(line[ADDRESS])):
        there = {"file": cells.quote(twin.file), "line": twin.number}
        raise ValueError(_("It goes as a note with its viewing, line %(line)s of “%(file)s”.") % there)
    yield from _viewing(export, line) if line["Watched Date"] else _note(export, line)


def _note(export: Export, line: Line) -> Iterator[Row]:
    work, text = _named(line), _text(line["Review"])
    if not text:
        raise ValueError(_("The review is empty."))
    yield line.entry(Kind.NOTE, work, row_key("letterboxd", "note", line[ADDRESS] or work.key, text), text=text)
    if work.key not in export.rated:
        yield from _rating(export, line)


def _watched(export: Export, line: Line) -> Iterator[Row]:
    """Its date is the day when somebody said so, not the day of the viewing."""
    work = _named(line)
    if work.key in export.seen:
        raise ValueError(_("Its viewings are in the diary."))
    key = row_key("letterboxd", "watched", line[ADDRESS] or work.key)
    yield line.entry(Kind.WATCH, work, key, None, moments.some_time(line.zone))


def _watchlist(_export: Export, line: Line) -> Iterator[Row]:
    work = _named(line)
    key = row_key("letterboxd", "watchlist", line[ADDRESS] or work.key)
    yield line.entry(Kind.STATE, work, key, state=LibraryEntry.State.PLANNED.value)


def _liked(_export: Export, line: Line) -> Iterator[Row]:
    work = _named(line)
    yield line.entry(Kind.ITEM, work, row_key("letterboxd", "likes", line[ADDRESS] or work.key), list=LIKES)


def _listed(_export: Export, line: Line) -> Iterator[Row]:
    work, listed = _named(line), cells.name(line["List"]) or PurePosixPath(line.file).stem
    yield line.entry(
        Kind.ITEM,
        work,
        row_key("letterboxd", "item", listed, line["URL"] or work.key),
        list=listed,
        description=_text(line["About"]),
        position=cells.whole(line["Position"], most=100_000),
        note=_text(line["Description"]),
    )


def _gone(_export: Export, _line: Line) -> Iterator[Row]:
    raise ValueError(_("Deleted at Letterboxd."))


def _orphaned(_export: Export, _line: Line) -> Iterator[Row]:
    raise ValueError(_("Its film was taken out of Letterboxd."))


def _foreign(_export: Export, _line: Line) -> Iterator[Row]:
    raise ValueError(_("A like for what others wrote; only films are kept."))


def _other(_export: Export, line: Line) -> Iterator[Row]:
    raise ValueError(_("“%(file)s” is no table of films that is known.") % {"file": cells.quote(line.file)})


READ = {
    "diary": _viewing,
    "reviews": _review,
    "ratings": _rating,
    "watched": _watched,
    "watchlist": _watchlist,
    "films": _liked,
    "list": _listed,
    "deleted": _gone,
    "orphaned": _orphaned,
    "likes": _foreign,
    "other": _other,
}


def _tags(line: Line) -> str:
    tags = cells.name(line["Tags"])
    return _("Tags: %(tags)s") % {"tags": tags} if tags else ""


def _text(html: str) -> str:
    """Plain text with its paragraphs."""
    plain = re.sub(r"<br\s*/?>|</(?:p|h\d|li|blockquote|div)>", "\n\n", html, flags=re.IGNORECASE)
    plain = unescape(re.sub(r"</?[a-z!][^<>]*>", "", plain, flags=re.IGNORECASE)).replace("\xa0", " ")
    rows = [row.strip() for row in plain.replace("\x00", "").splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(rows)).strip()


READER = Letterboxd()
