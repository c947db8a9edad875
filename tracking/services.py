"""The services that a profile has: which there are where it watches, and what can be seen on them."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.models import Profile
from catalog.models import Availability, Service
from catalog.ways import INCLUDED, NOBODYS
from tracking.models import ProfileService

MOST = 400
"""Services that are offered in one region."""


def of_region(region: str) -> list[Service]:
    """Services on which something can be seen there without paying for each title, by name."""
    offers = Availability.objects.filter(service=OuterRef("pk"), region=region, kind__in=INCLUDED)
    return list(Service.objects.filter(Exists(offers)).order_by("name", "pk")[:MOST])


def mine(profile: Profile) -> frozenset[int]:
    """The ids of the services that a profile has."""
    return frozenset(ProfileService.objects.filter(profile=profile).values_list("service", flat=True))


def owned_by(profile: Profile | None) -> Q:
    """The condition that an offer is of a service which the profile has."""
    if profile is None:
        return NOBODYS
    return Q(Exists(ProfileService.objects.filter(profile=profile, service=OuterRef("service"))))


@transaction.atomic
def choose(profile: Profile, offered: Collection[Service], chosen: Collection[Service]) -> None:
    """Of those offered a profile has these; what it has elsewhere stays."""
    theirs = ProfileService.objects.filter(profile=profile)
    theirs.filter(service__in=offered).exclude(service__in=chosen).delete()
    rows = [ProfileService(profile=profile, service=service) for service in chosen]
    ProfileService.objects.bulk_create(rows, ignore_conflicts=True)


def watchable(profile: Profile, region: str, *, title: str = "pk") -> Q:
    """The condition that a title can be seen on the services of a profile in a region, at no further cost; `title`
    leads to the title. Takes a query."""
    offers = Availability.objects.filter(
        title=OuterRef(title), region=region, service__in=mine(profile), kind__in=INCLUDED
    )
    return Q(Exists(offers))
