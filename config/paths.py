from functools import lru_cache

from django.urls import reverse


@lru_cache(maxsize=50_000)
def path_to(view: str, *arguments: str | int) -> str:
    """The path of a view, worked out once: a wall asks for a hundred, and each costs as much as loading a row."""
    return reverse(view, args=arguments)
