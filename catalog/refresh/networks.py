"""Broadcasters and streaming services, by kind, name and country."""

from collections.abc import Iterable

from catalog import slugs
from catalog.models import Network
from catalog.sources.facts import NetworkFacts

from . import rows

Key = tuple[str, str, str]


def key(facts: NetworkFacts) -> Key:
    return Network.Kind.WEB if facts.is_web else Network.Kind.BROADCAST, facts.name, facts.country


def save(networks: Iterable[NetworkFacts | None]) -> dict[Key, int]:
    """Our rows for these networks, made where they are missing; by `key`."""
    wanted = {key(facts): facts for facts in networks if facts}
    if not wanted:
        return {}
    same_name = Network.objects.filter(name__in={name for _kind, name, _country in wanted})
    known: dict[Key, Network] = {(row.kind, row.name, row.country): row for row in same_name}
    moved = [row for at, row in known.items() if at in wanted and wanted[at].time_zone not in ("", row.time_zone)]
    for row in moved:
        row.time_zone = wanted[row.kind, row.name, row.country].time_zone
    rows.write(moved, ["time_zone"])
    known |= _create({at: facts for at, facts in wanted.items() if at not in known})
    return {at: row.pk for at, row in known.items()}


def _create(missing: dict[Key, NetworkFacts]) -> dict[Key, Network]:
    if not missing:
        return {}
    given = slugs.for_networks([(facts.name, facts.country) for facts in missing.values()])
    new = [
        Network(kind=kind, name=name, country=country, time_zone=facts.time_zone, slug=slug)
        for ((kind, name, country), facts), slug in zip(missing.items(), given, strict=True)
    ]
    Network.objects.bulk_create(new)
    return dict(zip(missing, new, strict=True))
