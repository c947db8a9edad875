"""What hangs on a title besides its episodes and people: other names, translations, age labels, where to watch it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings

from catalog import certifications, slugs
from catalog.models import Alias, Availability, Certification, Service, Title, Translation
from catalog.sources import providers
from catalog.sources.facts import AliasFacts, AvailabilityFacts, CertificationFacts, Parts, TranslationFacts

from . import rows


def save_aliases(title: Title, source: str, told: Iterable[AliasFacts]) -> bool:
    """Whether anything changed. An answer without other names takes none away."""
    wanted = {(alias.name, alias.country): alias for alias in told}
    if not wanted:
        return False
    stored = {(alias.name, alias.country): alias for alias in Alias.objects.filter(title=title)}
    new = [
        Alias(title=title, name=name, country=country, language=alias.language, source=source)
        for (name, country), alias in wanted.items()
        if (name, country) not in stored
    ]
    gone = [alias.pk for key, alias in stored.items() if key not in wanted and alias.source == source]
    Alias.objects.filter(pk__in=gone).delete()
    Alias.objects.bulk_create(new)
    return bool(new or gone)


def save_rest(title: Title, source: str, parts: Parts, *, at: datetime) -> bool:
    """Whether anything changed. `title.min_age` follows the age labels: the caller writes it."""
    translated = _save_translations(title, source, parts.translations)
    certified = _save_certifications(title, parts.certifications)
    shown = _save_availabilities(title, source, parts.availabilities, at=at)
    return translated or certified or shown


def _save_translations(title: Title, source: str, told: Iterable[TranslationFacts]) -> bool:
    wanted = {facts.language: facts for facts in told if facts.name or facts.overview}
    stored = {row.language: row for row in Translation.objects.filter(title=title)} if wanted else {}
    new = [
        Translation(title=title, language=language, name=facts.name, overview=facts.overview, source=source)
        for language, facts in wanted.items()
        if language not in stored
    ]
    known = {language: row for language, row in stored.items() if language in wanted}
    changed = [row for language, row in known.items() if _retell(row, wanted[language], title.kind, source)]
    Translation.objects.bulk_create(new)
    rows.write(changed, ["name", "overview", "source"])
    return bool(new or changed)


def _retell(row: Translation, facts: TranslationFacts, kind: str, source: str) -> bool:
    told = {"name": facts.name or row.name, "overview": facts.overview or row.overview}
    is_kept = row.source == rows.STAFF or providers.outranks(kind, row.source, source)
    if is_kept or all(getattr(row, name) == value for name, value in told.items()):
        return False
    row.name, row.overview, row.source = told["name"], told["overview"], source
    return True


def _save_certifications(title: Title, told: Iterable[CertificationFacts]) -> bool:
    """Add labels never heard of; none is taken away. A lowest age that staff wrote stays."""
    wanted = {(facts.country, facts.label): facts for facts in told}
    if not wanted:
        return False
    stored = {(row.country, row.label): row for row in Certification.objects.filter(title=title)}
    new = [
        Certification(title=title, country=country, label=label, min_age=facts.min_age)
        for (country, label), facts in wanted.items()
        if (country, label) not in stored
    ]
    Certification.objects.bulk_create(new)
    if not title.is_locked("min_age"):
        title.min_age = certifications.lowest_age([*stored.values(), *new], settings.RATING_COUNTRY)
    return bool(new)


def _save_availabilities(title: Title, source: str, told: Sequence[AvailabilityFacts] | None, *, at: datetime) -> bool:
    """Where the source says that it may be watched is all that it says; what others say stays."""
    if told is None:
        return False
    services = _services({facts.service for facts in told})
    wanted = {(services[facts.service], facts.region, facts.kind): facts for facts in told}
    stored = {(row.service_id, row.region, row.kind): row for row in Availability.objects.filter(title=title)}
    new = [
        Availability(
            title=title, service_id=service, region=region, kind=kind, link=facts.link, source=source, checked_at=at
        )
        for (service, region, kind), facts in wanted.items()
        if (service, region, kind) not in stored
    ]
    theirs = {key: row for key, row in stored.items() if row.source == source}
    gone = [row.pk for key, row in theirs.items() if key not in wanted]
    relinked = [row for key, row in theirs.items() if key in wanted and row.link != wanted[key].link]
    for row in relinked:
        row.link = wanted[row.service_id, row.region, row.kind].link
    Availability.objects.filter(pk__in=gone).delete()
    rows.write(relinked, ["link"])
    Availability.objects.bulk_create(new)
    Availability.objects.filter(title=title, source=source).update(checked_at=at)
    return bool(new or gone or relinked)


def _services(names: Iterable[str]) -> dict[str, int]:
    """Our services by name, made where they are missing."""
    wanted = sorted(set(names))
    known = dict(Service.objects.filter(name__in=wanted).values_list("name", "pk"))
    missing = [name for name in wanted if name not in known]
    new = [Service(name=name, slug=slug) for name, slug in zip(missing, slugs.for_services(missing), strict=True)]
    return known | {service.name: service.pk for service in Service.objects.bulk_create(new)}
