"""Where a title may be watched in a region, as tickets: one for all services that offer it on the same terms."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import BooleanField, ExpressionWrapper, Q

from accounts.requests import ViewerRequest
from catalog.locales import country_name, is_country
from catalog.models import Availability, Source, Title

MOST_ROWS = 400
"""Those of the region, and one of each other."""

LONGEST = 40
"""Services on one ticket; others are counted."""

KINDS = list(Availability.Kind)
INCLUDED = (Availability.Kind.SUBSCRIPTION, Availability.Kind.FREE, Availability.Kind.ADVERTS)
"""What costs nothing more for those who have the service."""

NOBODYS = Q(pk__in=[])

REGION_COOKIE = "region"


def region_of(request: ViewerRequest) -> str:
    """Where the viewer is: what the profile says, else what was chosen in this browser, else the country of the
    installation; empty where none is known."""
    said = request.profile.region if request.profile else ""
    region = said or request.COOKIES.get(REGION_COOKIE, "") or settings.RATING_COUNTRY
    return region if is_country(region) else ""


@dataclass(frozen=True)
class Ticket:
    kind: Availability.Kind
    link: str
    services: list[str] = field(default_factory=list)
    is_own: bool = False
    """Of services that the viewer has."""

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


def of_title(title: Title, region: str, own: Q = NOBODYS) -> Ways | None:
    """None for what is to be had nowhere that we know of; `own` is the condition that an offer is of a service which
    the viewer has: these come first. Takes one query."""
    rows = list(_rows(title, region, own))
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


def _rows(title: Title, region: str, own: Q) -> Iterable[Availability]:
    """What is offered in the region, and something of each other region, so that it can be chosen."""
    offers = Availability.objects.filter(title=title)
    one_each = offers.order_by("region", "pk").distinct("region").values("pk")
    is_here = ExpressionWrapper(Q(region=region), output_field=BooleanField())
    wanted = offers.filter(Q(region=region) | Q(pk__in=one_each)).order_by(is_here.desc(), "pk")
    wanted = wanted.annotate(is_own=ExpressionWrapper(own & Q(kind__in=INCLUDED), output_field=BooleanField()))
    return wanted.select_related("service").only("region", "kind", "link", "source", "service__name")[:MOST_ROWS]


def _tickets(rows: Iterable[Availability]) -> list[Ticket]:
    """The viewer's own first, then in the order of kinds, from what costs nothing more to what is bought."""
    tickets: dict[tuple[str, str, bool], Ticket] = {}
    for row in sorted(rows, key=lambda row: (KINDS.index(Availability.Kind(row.kind)), row.pk)):
        is_own = row.is_own  # type: ignore[attr-defined]
        new = Ticket(Availability.Kind(row.kind), row.link, is_own=is_own)
        tickets.setdefault((row.kind, row.link, is_own), new).services.append(row.service.name)
    return sorted(tickets.values(), key=lambda ticket: not ticket.is_own)
