"""The search box: names as they are typed, cut short, accented and misspelt, and whether the right one is found."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from urllib.parse import urlencode

from django.urls import reverse

from catalog import search
from catalog.models import SearchEntry

from .measuring import UNTIMED, Benchmark, Budget, Measured, calls, pages
from .pages import PAGE
from .site import Site

TYPED = Budget(median=5, p95=20)
MISSPELT = Budget(p95=40)
POPULAR = 300
ASKED = 100
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Query:
    """What is typed, and the name that is meant."""

    text: str
    label: str


def labels(count: int, seed: int = 1) -> list[str]:
    """Names of titles and people, half of them of the best known; always the same of one catalogue."""
    quick = SearchEntry.objects.exclude(kind=SearchEntry.Kind.EPISODE)
    rng = Random(seed)
    known = list(quick.order_by("-popularity", "pk").values_list("label", flat=True)[:POPULAR])
    first, last = (
        quick.order_by("pk").values_list("pk", flat=True)[0],
        quick.order_by("-pk").values_list("pk", flat=True)[0],
    )
    picked = {rng.randint(first, last) for _ in range(4 * count)}
    others = list(quick.filter(pk__in=picked).order_by("pk").values_list("label", flat=True))
    rng.shuffle(others)
    return [rng.choice(known) if number % 2 else others[number % len(others)] for number in range(count)]


def starts(rng: Random, label: str) -> str:
    return label[: rng.randint(1, 3)]


def prefix(rng: Random, label: str) -> str:
    return label[: max(4, int(len(label) * rng.uniform(0.4, 0.9)))]


def inner(rng: Random, label: str) -> str:
    """The later words, the last of them unfinished."""
    words = label.split()
    kept = " ".join(words[1:] or words)
    return kept[: max(3, int(len(kept) * rng.uniform(0.6, 1)))]


def misspelt(rng: Random, label: str) -> str:
    """One letter left out, doubled, changed, or two exchanged; not the first."""
    at = rng.randrange(1, max(2, len(label) - 1))
    other = (label[at : at + 2][::-1], "", label[at : at + 1] * 2, rng.choice(LETTERS))
    kind = rng.randrange(4)
    return label[:at] + other[kind] + label[at + (2 if kind == 0 else 1) :]


def whole(rng: Random, label: str) -> str:
    return label


def joined(rng: Random, label: str) -> str:
    """Two words as one, or what signs divide as words apart."""
    apart = re.sub(r"[-:·/*&]+", " ", label)
    return apart if apart != label else label.replace(" ", "", 1)


def queries(make: Callable[[Random, str], str], count: int) -> list[Query]:
    rng = Random(make.__name__)
    asked = [Query(make(rng, label), label) for label in labels(count * 2) if len(label) > 5 or make is not misspelt]
    return asked[:count]


def ask(make: Callable[[Random, str], str]) -> Callable[[Site], Measured]:
    """The function behind the first fragment; `note` says how many were among the first ten."""

    def run(site: Site) -> Measured:
        asked = queries(make, min(ASKED, 2 * site.rounds) + UNTIMED)
        hits = sum(_is_found(query, search.find(query.text, site.viewer)) for query in asked)
        return calls(
            [partial(search.find, query.text, site.viewer) for query in asked], note=f"hit@10 {hits / len(asked):.2f}"
        )

    return run


def narrowed(make: Callable[[Random, str], str]) -> Callable[[Site], Measured]:
    """Titles within their decade or one of their genres, in turns; `note` as above."""

    def run(site: Site) -> Measured:
        wanted = min(ASKED, 2 * site.rounds) + UNTIMED
        asked = [(query, facet) for query in queries(make, 4 * wanted) if (facet := _facet(query))][:wanted]
        finds = [partial(search.find, query.text, site.viewer, facets=[facet]) for query, facet in asked]
        hits = sum(_is_found(query, find()) for (query, _facet), find in zip(asked, finds, strict=True))
        return calls(finds, note=f"hit@10 {hits / len(asked):.2f}")

    return run


def _facet(query: Query) -> str | None:
    """One that the title meant has, if it is a title."""
    known = SearchEntry.objects.filter(label=query.label).exclude(facets=[]).order_by("pk").first()
    decade_or_genres = [facet for facet in known.facets if not facet.isdigit()] if known else []
    return Random(query.text).choice(decade_or_genres) if decade_or_genres else None


def _is_found(query: Query, hits: Sequence[search.Hit]) -> bool:
    return any(query.label in (hit.label, hit.name) for hit in hits[:10])


def find_episodes(site: Site) -> Measured:
    asked = queries(prefix, min(ASKED, 2 * site.rounds) + UNTIMED)
    return calls([partial(search.find_episodes, query.text, site.viewer) for query in asked])


def fragment(make: Callable[[Random, str], str]) -> Callable[[Site], Measured]:
    """The whole request that typing sends."""

    def run(site: Site) -> Measured:
        paths = [f"{reverse('catalog:search')}?{urlencode({'q': query.text})}" for query in queries(make, site.rounds)]
        return pages(site.client, paths, rounds=site.rounds, htmx=True)

    return run


BENCHMARKS = (
    Benchmark("search, one to three letters", TYPED, ask(starts)),
    Benchmark("search, beginning of a name", TYPED, ask(prefix)),
    Benchmark("search, words inside a name", TYPED, ask(inner)),
    Benchmark("search, whole name", TYPED, ask(whole)),
    Benchmark("search, written as one", TYPED, ask(joined)),
    Benchmark("search, misspelt", MISSPELT, ask(misspelt)),
    Benchmark("search, one to three letters, filtered", TYPED, narrowed(starts)),
    Benchmark("search, beginning of a name, filtered", TYPED, narrowed(prefix)),
    Benchmark("search, misspelt, filtered", MISSPELT, narrowed(misspelt)),
    Benchmark("search, second fragment (episodes)", TYPED, find_episodes),
    Benchmark("search, the whole request", PAGE, fragment(prefix)),
    Benchmark("search, the whole request, misspelt", PAGE, fragment(misspelt)),
)
