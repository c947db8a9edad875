"""The first page of every list of the administration."""

from collections.abc import Callable

from django.contrib import admin
from django.urls import reverse

from .generate import our_models
from .measuring import NO_BUDGET, Benchmark, Measured, pages
from .site import Site


def change_list(path: str) -> Callable[[Site], Measured]:
    return lambda site: pages(site.client, [path], rounds=max(1, site.rounds // 4))


def benchmarks() -> list[Benchmark[Site]]:
    """One for each of our models that the administration shows."""
    shown = [model._meta for model in our_models() if admin.site.is_registered(model)]
    return [
        Benchmark(
            f"admin, {meta.verbose_name_plural}",
            NO_BUDGET,
            change_list(reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")),
        )
        for meta in shown
    ]
