"""What an import amounts to, in numbers and words."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracking.models import ImportRow, LogImport

Kind, Verdict = ImportRow.Kind, ImportRow.Verdict


def number(log_import: LogImport, verdict: str) -> int:
    """Rows of a verdict that are not in the log."""
    return sum(_counts(log_import, verdict).values())


def applied(log_import: LogImport) -> int:
    """Rows that are in the log."""
    return sum(_counts(log_import, "applied").values())


def sums(log_import: LogImport) -> list[tuple[str, int, str]]:
    """What the rows come to: (words, number, verdict), what is in the log first if anything is."""
    words = {
        Verdict.ADDED: _("to be added"),
        Verdict.DOUBTFUL: _("to be decided"),
        Verdict.UNKNOWN: _("not recognised"),
        Verdict.PRESENT: _("there already"),
        Verdict.REFUSED: _("refused"),
    }
    rows = [(words[verdict], number(log_import, verdict), verdict.value) for verdict in words]
    done = applied(log_import)
    return [(_("in your log"), done, ""), *rows] if done else rows


def kinds(log_import: LogImport) -> str:
    """“1,204 viewings, 37 ratings”: what would be added, or where nothing is left to add what was."""
    counts = _counts(log_import, Verdict.ADDED) or _counts(log_import, "applied")
    return ", ".join(_spoken(kind, counts[kind]) for kind in Kind if kind in counts)


def _spoken(kind: str, number: int) -> str:
    words = {
        Kind.WATCH: ngettext("%(n)s viewing", "%(n)s viewings", number),
        Kind.STATE: ngettext("%(n)s state of a title", "%(n)s states of titles", number),
        Kind.RATING: ngettext("%(n)s rating", "%(n)s ratings", number),
        Kind.NOTE: ngettext("%(n)s note", "%(n)s notes", number),
        Kind.ITEM: ngettext("%(n)s item of a list", "%(n)s items of lists", number),
        Kind.HIDE: ngettext("%(n)s hidden title", "%(n)s hidden titles", number),
        Kind.DISMISSAL: ngettext("%(n)s dismissed title", "%(n)s dismissed titles", number),
        Kind.POSITION: ngettext("%(n)s position", "%(n)s positions", number),
        Kind.LIST: ngettext("%(n)s list", "%(n)s lists", number),
        Kind.SERVICE: ngettext("%(n)s service", "%(n)s services", number),
        Kind.SETTINGS: _("the settings"),
    }
    return words[Kind(kind)] % {"n": f"{number:,}"}


def _counts(log_import: LogImport, name: str) -> Mapping[str, int]:
    counts: Mapping[str, int] = log_import.counts.get(name, {})
    return counts
