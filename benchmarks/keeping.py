"""What viewers keep besides their log: services, where titles are offered on them, and lists; made by PostgreSQL."""

from collections.abc import Callable, Iterator
from datetime import datetime

from django.db.models import Count
from django.urls import reverse

from catalog.models import Availability, Service
from tracking import lists
from tracking.models import List, ListItem, ProfileService

from .copying import Loaded, insert, insert_rest, run
from .layout import Layout
from .measuring import Benchmark, Budget, Measured, pages
from .site import Site
from .viewers import HEAVY

REGION = "GB"
PAGE = Budget(median=25, p95=60, queries=12, kilobytes=60)

SERVICES = "SELECT n, 'Service ' || n, 'service-' || n, '' FROM generate_series(1, 60) AS n"
OFFERS = """
SELECT t.id, 1 + (t.id * 31 + n * 17) %% 60, region, CASE WHEN n < 3 THEN 'subscription' ELSE 'rent' END {rest}
FROM catalog_title t CROSS JOIN unnest(ARRAY['GB', 'US', 'DE']) AS region CROSS JOIN generate_series(1, 5) AS n
WHERE t.id %% 3 > 0
"""
OWN = "SELECT id, 1 + (id + n) %% 60 {rest} FROM accounts_profile CROSS JOIN generate_series(1, 3) AS n"
LISTS = f"""
SELECT p.id, 'List ' || n, gen_random_uuid() {{rest}}
FROM accounts_profile p CROSS JOIN generate_series(1, CASE WHEN p.id = {HEAVY} THEN 100 ELSE 3 END) AS n
"""
ITEMS = f"""
SELECT l.id, t.id, 1000 * n {{rest}} FROM tracking_list l
CROSS JOIN generate_series(1, CASE WHEN l.profile_id = {HEAVY} AND l.name = 'List 1' THEN 1000 ELSE 20 END) AS n
JOIN catalog_title t ON t.id = 1 + (l.id * 7 + n * 11) %% %s
ON CONFLICT DO NOTHING
"""


def rows(layout: Layout, at: datetime) -> Iterator[Loaded]:
    run(f"UPDATE accounts_profile SET region = '{REGION}'")
    yield insert(Service._meta.db_table, ("id", "name", "slug", "homepage"), SERVICES)
    yield insert_rest(Availability, ("title_id", "service_id", "region", "kind"), OFFERS, at=at)
    yield insert_rest(ProfileService, ("profile_id", "service_id"), OWN, at=at)
    yield insert_rest(List, ("profile_id", "name", "address"), LISTS, at=at)
    yield insert_rest(ListItem, ("list_id", "title_id", "position"), ITEMS, [layout.size.titles], at=at)


def mine(path: str) -> Callable[[Site], Measured]:
    """A wall with only what is on the viewer's services."""
    return lambda site: pages(site.client, [f"{reverse(path)}?mine=1"], rounds=site.rounds)


def my_lists(site: Site) -> Measured:
    return pages(site.client, [reverse("tracking:list_list")], rounds=site.rounds)


def longest_list(site: Site) -> Measured:
    """The first page of a list of a thousand, and one in its middle."""
    found = List.objects.of(site.viewer).annotate(length=Count("items")).order_by("-length")[0]
    path, page = found.get_absolute_url(), lists.items(found, site.viewer, "")
    for _page in range(page.count // lists.ITEMS_ON_A_PAGE // 2):
        page = lists.items(found, site.viewer, page.after)
    return pages(site.client, [path, f"{path}?after={page.after}"], rounds=site.rounds)


def choosing(site: Site) -> Measured:
    """On which of a hundred lists a title stands."""
    paths = [reverse("tracking:title_lists", args=[title.pk]) for title in site.series(10)]
    return pages(site.client, paths, rounds=site.rounds)


def my_services(site: Site) -> Measured:
    return pages(site.client, [reverse("tracking:my_services")], rounds=site.rounds)


BENCHMARKS = (
    Benchmark("series, on my services", PAGE, mine("catalog:series_list")),
    Benchmark("library, on my services", PAGE, mine("tracking:library")),
    Benchmark("up next, on my services", PAGE, mine("tracking:up_next")),
    Benchmark("my lists, a hundred", PAGE, my_lists),
    Benchmark("list of 1,000", PAGE, longest_list),
    Benchmark("on which of a hundred lists", PAGE, choosing),
    Benchmark("my services", PAGE, my_services),
)
