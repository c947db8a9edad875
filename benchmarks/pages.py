"""Pages of viewers who are signed in, each with a long log."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from accounts.models import Profile
from catalog import rules
from catalog.models import Collection, Genre, Network
from config import paging
from tracking import statistics
from tracking.calendar import feeds, spans
from tracking.models import Watch
from tracking.statistics import Period
from tracking.views.diary import ENTRIES

from .measuring import NO_BUDGET, Benchmark, Budget, Measured, calls, pages
from .site import Site
from .viewers import IN_PROGRESS

PAGE = Budget(median=25, p95=60, queries=12, kilobytes=60)
STATISTICS = Budget(median=100, queries=12, kilobytes=150)
FEED = Budget(median=500, queries=12, kilobytes=400)
SAMPLE = 40
YEARS = "?since=2025-01-01&until=2025-12-31&beside=before"

FILTERS = {
    "all": "",
    "genre": "?genre=drama",
    "language": "?language=en",
    "year": "?year={year}",
    "decade": "?year={decade}s",
    "genre, language and year": "?genre=drama&language=en&year={decade}s",
    "by name": "?sort=name",
    "newest": "?sort=newest",
    "by rating": "?sort=rating",
    "rare genre by rating": "?genre={rare}&sort=rating",
    "network": "?network={network}",
    "network, genre and decade by name": "?network={network}&genre=drama&year={decade}s&sort=name",
    "status": "?status=planned",
    "rare genre and status by rating": "?genre={rare}&status=running&sort=rating",
}


def home(site: Site) -> Measured:
    return pages(site.client, [reverse("home")], rounds=site.rounds)


def browse(name: str, kind: str) -> Callable[[Site], Measured]:
    def run(site: Site) -> Measured:
        year = timezone.localdate().year - 3
        rare = Genre.objects.order_by("-slug").values_list("slug", flat=True)[0]
        query = FILTERS[name].format(year=year, decade=year - year % 10, rare=rare, network=_network().slug)
        return pages(site.client, [reverse(f"catalog:{kind}_list") + query], rounds=site.rounds)

    return run


def _network() -> Network:
    """The one with the most series."""
    return Network.objects.annotate(series=Count("titles")).order_by("-series", "pk")[0]


def network(site: Site) -> Measured:
    return pages(site.client, [_network().get_absolute_url()], rounds=site.rounds)


def genre(site: Site) -> Measured:
    return pages(site.client, [Genre.objects.get(slug="drama").get_absolute_url()], rounds=site.rounds)


def collection(site: Site) -> Measured:
    """A rule that means a hundred titles, computed for this and forgotten."""
    rule = {"kind": "series", "genres": ["drama"], "limit": 100}
    made = Collection.objects.create(name="Benchmark", slug="benchmark", kind="rule", rule=rule, is_published=True)
    try:
        rules.compute(made, at=timezone.now())
        return pages(site.client, [made.get_absolute_url(), reverse("catalog:collection_list")], rounds=site.rounds)
    finally:
        made.delete()


def longest_series(site: Site) -> Measured:
    return pages(site.client, [site.longest_series.get_absolute_url()], rounds=site.rounds)


def series(site: Site) -> Measured:
    return pages(site.client, [title.get_absolute_url() for title in site.series(SAMPLE)], rounds=site.rounds)


def movies(site: Site) -> Measured:
    return pages(site.client, [title.get_absolute_url() for title in site.movies(SAMPLE)], rounds=site.rounds)


def season(site: Site) -> Measured:
    paths = [season.get_absolute_url() for season in site.seasons(SAMPLE)]
    return pages(site.client, paths, rounds=site.rounds)


def episode(site: Site) -> Measured:
    paths = [episode.get_absolute_url() for episode in site.episodes(SAMPLE)]
    return pages(site.client, paths, rounds=site.rounds)


def busiest_person(site: Site) -> Measured:
    return pages(site.client, [site.busiest_person.get_absolute_url()], rounds=site.rounds)


def people(site: Site) -> Measured:
    return pages(site.client, [person.get_absolute_url() for person in site.people(SAMPLE)], rounds=site.rounds)


def log(site: Site) -> Measured:
    return pages(site.heaviest_client, [reverse("tracking:log")], rounds=site.rounds)


def log_deep(site: Site) -> Measured:
    """A page in the middle of 100,000 viewings, with the key that its predecessor would have given it."""
    watches = Watch.objects.of(site.heaviest)
    middle: datetime = watches.newest_first().values_list("sort_at", flat=True)[watches.count() // 2]
    before = paging.newest(watches.filter(sort_at__lte=middle), "sort_at", after="", size=ENTRIES)
    return pages(site.heaviest_client, [f"{reverse('tracking:log')}?after={before.after}"], rounds=site.rounds)


def log_again(site: Site) -> Measured:
    return pages(site.heaviest_client, [f"{reverse('tracking:log')}?show=again"], rounds=site.rounds)


def library(state: str) -> Callable[[Site], Measured]:
    return lambda site: pages(site.client, [f"{reverse('tracking:library')}?state={state}"], rounds=site.rounds)


def library_sorted(sort: str) -> Callable[[Site], Measured]:
    """Everything completed, narrowed and in an order that no index has."""
    query = f"?state=completed&kind=series&genre=drama&sort={sort}"
    return lambda site: pages(site.heaviest_client, [reverse("tracking:library") + query], rounds=site.rounds)


def up_next(site: Site) -> Measured:
    return pages(site.in_progress_client, [reverse("tracking:up_next")], rounds=site.rounds)


def home_in_progress(site: Site) -> Measured:
    return pages(site.in_progress_client, [reverse("home")], rounds=site.rounds)


def calendar(view: str) -> Callable[[Site], Measured]:
    query = f"?view={view}"
    return lambda site: pages(site.in_progress_client, [reverse("tracking:calendar") + query], rounds=site.rounds)


def calendar_busy(site: Site) -> Measured:
    return pages(site.client, [reverse("tracking:calendar")], rounds=site.rounds)


def calendar_feed(site: Site) -> Measured:
    """Read anew each time, at an address made for this and taken away."""
    profile = Profile.objects.get(pk=IN_PROGRESS)
    path = reverse("tracking:calendar_feed", args=[feeds.renew(profile)])
    try:
        return pages(site.client, [path], rounds=max(site.rounds // 4, 3))
    finally:
        feeds.revoke(profile)


def stats(query: str) -> Callable[[Site], Measured]:
    """As viewers find it: the figures of a log that did not change are kept."""
    return lambda site: pages(site.client, [reverse("tracking:stats") + query], rounds=site.rounds)


def stats_read_anew(site: Site) -> Measured:
    return calls([lambda: statistics.read(site.viewer, Period())] * max(site.rounds // 4, 3))


def stats_year(site: Site) -> Measured:
    path = reverse("tracking:stats_year", args=[timezone.localdate().year - 1])
    return pages(site.client, [path], rounds=site.rounds)


BENCHMARKS = (
    Benchmark("home", PAGE, home),
    Benchmark("home, 500 series in progress", PAGE, home_in_progress),
    *(Benchmark(f"series, {name}", PAGE, browse(name, "series")) for name in FILTERS),
    Benchmark("movies, all", PAGE, browse("all", "movie")),
    Benchmark("network with the most series", PAGE, network),
    Benchmark("genre", PAGE, genre),
    Benchmark("collection of 100, and the collections", PAGE, collection),
    Benchmark("series of 751 episodes", PAGE, longest_series),
    Benchmark("series, the best known", PAGE, series),
    Benchmark("films, the best known", PAGE, movies),
    Benchmark("season", PAGE, season),
    Benchmark("episode", PAGE, episode),
    Benchmark("person with 400 credits", PAGE, busiest_person),
    Benchmark("people, the best known", PAGE, people),
    Benchmark("log, first page of 100,000", PAGE, log),
    Benchmark("log, deep inside 100,000", PAGE, log_deep),
    Benchmark("log, seen again, of 100,000", PAGE, log_again),
    *(Benchmark(f"library, {state}", PAGE, library(state)) for state in ("watching", "completed", "planned")),
    *(Benchmark(f"library, a genre by {sort}", PAGE, library_sorted(sort)) for sort in ("rating", "progress", "left")),
    Benchmark("up next, 500 series in progress", PAGE, up_next),
    *(Benchmark(f"calendar, {view}, 500 series in progress", PAGE, calendar(view)) for view in spans.VIEWS),
    Benchmark("calendar, a month of 20,000", PAGE, calendar_busy),
    Benchmark("calendar, the feed of 500 series in progress", FEED, calendar_feed),
    Benchmark("statistics, all time of 20,000", STATISTICS, stats("")),
    Benchmark("statistics, a year beside another", STATISTICS, stats(YEARS)),
    Benchmark("statistics, all time, the log read anew", NO_BUDGET, stats_read_anew),
    Benchmark("a year in review", STATISTICS, stats_year),
)
