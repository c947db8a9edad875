"""From what age a title may be shown, out of the labels of several countries' boards."""

from collections.abc import Iterable

from catalog.models import Certification


def lowest_age(certifications: Iterable[Certification], country: str) -> int | None:
    """By the board of `country` where it spoke, else by the strictest that did; None: nobody did.

    Of several labels of one board (a cut and an uncut version) the strictest counts.
    """
    given = list(certifications)
    ages = [label.min_age for label in given if country and label.country == country] or [
        label.min_age for label in given
    ]
    return max(ages, default=None)
