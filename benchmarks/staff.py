"""The administration: its first page, the first page of every list, a search in each of the large ones, the imports."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import admin
from django.urls import reverse

from catalog.admin.lookup import SearchedAdmin

from .generate import our_models
from .measuring import NO_BUDGET, Benchmark, Measured, pages
from .site import Site

WORDS = 5
"""Searches of each list: names of well-known series, which have all that is searched hanging on them."""


def first_page(site: Site) -> Measured:
    return _staff(site, [reverse("admin:index")])


def imports(site: Site) -> Measured:
    return _staff(site, [reverse("catalog:import_list")])


def change_list(path: str) -> Callable[[Site], Measured]:
    return lambda site: _staff(site, [path])


def search(path: str) -> Callable[[Site], Measured]:
    return lambda site: _staff(site, [f"{path}?{urlencode({'q': title.name})}" for title in site.series(WORDS)])


def _staff(site: Site, paths: list[str]) -> Measured:
    return pages(site.client, paths, rounds=max(1, site.rounds // 4))


def benchmarks() -> list[Benchmark[Site]]:
    """One for each of our models that the administration shows, and one more where they are searched."""
    found = [Benchmark("admin, first page", NO_BUDGET, first_page), Benchmark("imports", NO_BUDGET, imports)]
    for model in our_models():
        if not admin.site.is_registered(model):
            continue
        meta = model._meta
        path = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
        found.append(Benchmark(f"admin, {meta.verbose_name_plural}", NO_BUDGET, change_list(path)))
        if isinstance(admin.site.get_model_admin(model), SearchedAdmin):
            found.append(Benchmark(f"admin, {meta.verbose_name_plural}, searched", NO_BUDGET, search(path)))
    return found
