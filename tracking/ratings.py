"""Ratings of 1 to 100 in a profile's own scale, and what they add up to."""

from django.db.models import Sum
from django.db.models.functions import Coalesce

from catalog.models import Title
from tracking.models import Rating


def sum_up(title: Title) -> None:
    """Let the title know what its viewers give it; the caller holds its lock."""
    ratings = Rating.objects.filter(title=title, season=None, episode=None)
    total = ratings.aggregate(total=Coalesce(Sum("value"), 0))["total"]
    Title.objects.filter(pk=title.pk).update(rating_sum=total, rating_count=ratings.count())
