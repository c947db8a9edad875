"""Where a title may be watched in a region, as tickets: one for all services that offer it on the same terms."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.db.models import BooleanField, ExpressionWrapper, Q

from catalog.locales import country_name
from catalog.models import Availability, Source, Title

MOST_ROWS = 400
"""Those of the region, and one of each other."""

LONGEST = 40
"""Services on one ticket; others are counted."""

KINDS = list(Availability.Kind)


@dataclass(frozen=True)
class Ticket:
    kind: Availability.Kind
    link: str
    services: list[str] = field(default_factory=list)

    @property
    def host(self) -> str:
        """Whose page the link leads to."""
        return (urlsplit(self.link).hostname or "").removeprefix("www.")

    @property
    def named(self) -> list[str]:
        return self.services[:LONGEST]

    @property
    def others(self) -> int:
        return len(self.services) - len(self.named)


@dataclass(frozen=True)
class Ways:
    """`region` is empty while it is not known where the viewer is; `regions` are codes and names."""

    region: str
    regions: list[tuple[str, str]]
    tickets: list[Ticket]
    is_from_justwatch: bool
    """Whose data TMDB hands on, and who must be named."""

    @property
    def region_name(self) -> str:
        return country_name(self.region)


def of_title(title: Title, region: str) -> Ways | None:
    """None for what is to be had nowhere that we know of. Takes one query."""
    rows = list(_rows(title, region))
    if not rows:
        return None
    here = [row for row in rows if row.region == region]
    codes = {row.region for row in rows} | ({region} if region else set())
    return Ways(
        region=region,
        regions=sorted(((code, country_name(code)) for code in codes), key=lambda named: named[1].casefold()),
        tickets=_tickets(here),
        is_from_justwatch=any(row.source == Source.TMDB for row in here),
    )


def _rows(title: Title, region: str) -> Iterable[Availability]:
    """What is offered in the region, and something of each other region, so that it can be chosen."""
    offers = Availability.objects.filter(title=title)
    one_each = offers.order_by("region", "pk").distinct("region").values("pk")
    is_here = ExpressionWrapper(Q(region=region), output_field=BooleanField())
    wanted = offers.filter(Q(region=region) | Q(pk__in=one_each)).order_by(is_here.desc(), "pk")
    return wanted.select_related("service").only("region", "kind", "link", "source", "service__name")[:MOST_ROWS]


def _tickets(rows: Iterable[Availability]) -> list[Ticket]:
    """In the order of kinds, from what costs nothing more to what is bought."""
    tickets: dict[tuple[str, str], Ticket] = {}
    for row in sorted(rows, key=lambda row: (KINDS.index(Availability.Kind(row.kind)), row.pk)):
        ticket = tickets.setdefault((row.kind, row.link), Ticket(Availability.Kind(row.kind), row.link))
        ticket.services.append(row.service.name)
    return list(tickets.values())
