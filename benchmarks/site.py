"""The invented site as the benchmarks find it: its viewers, signed in, and the rows that are looked at."""

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import Profile, User
from catalog.models import Episode, Person, Season, Title
from tracking.models import LibraryEntry

from .layout import LONGEST_SERIES
from .viewers import HEAVIEST, HEAVY, IN_PROGRESS, email


@dataclass(frozen=True)
class Site:
    rounds: int

    @cached_property
    def viewer(self) -> Profile:
        """20,000 viewings; of the staff."""
        return Profile.objects.get(pk=HEAVY)

    @cached_property
    def client(self) -> Client:
        return signed_in(HEAVY)

    @cached_property
    def heaviest_client(self) -> Client:
        return signed_in(HEAVIEST)

    @cached_property
    def in_progress_client(self) -> Client:
        """500 series begun, all of which go on."""
        return signed_in(IN_PROGRESS)

    @cached_property
    def heaviest(self) -> Profile:
        """100,000 viewings."""
        return Profile.objects.get(pk=HEAVIEST)

    @cached_property
    def longest_series(self) -> Title:
        found = Title.objects.filter(episode_count=LONGEST_SERIES).order_by("pk")[0]
        Title.objects.filter(pk=found.pk).update(detailed_at=timezone.now(), min_age=0)
        return found

    @cached_property
    def busiest_person(self) -> Person:
        return Person.objects.order_by("-popularity", "pk")[0]

    def series(self, count: int) -> list[Title]:
        """Well-known series whose details are known."""
        wanted = Title.objects.visible_to(self.viewer).series().exclude(detailed_at=None)
        return list(wanted.order_by("-popularity", "-pk")[:count])

    def movies(self, count: int) -> list[Title]:
        wanted = Title.objects.visible_to(self.viewer).movies().exclude(detailed_at=None)
        return list(wanted.order_by("-popularity", "-pk")[:count])

    def seasons(self, count: int) -> list[Season]:
        return list(Season.objects.filter(title__in=self.series(count), number=1).select_related("title"))

    def episodes(self, count: int) -> list[Episode]:
        return list(Episode.objects.filter(title__in=self.series(count), number=1, season__number=1))

    def people(self, count: int) -> list[Person]:
        return list(Person.objects.order_by("-popularity", "pk")[1 : count + 1])

    def next_up(self, count: int) -> list[LibraryEntry]:
        """Entries of the viewer with 20,000 viewings whose next episode was shown."""
        entries = LibraryEntry.objects.of(self.viewer).up_next(timezone.now())
        return list(entries.select_related("title", "next_episode__season")[:count])


def signed_in(profile_id: int) -> Client:
    """A browser of the household of one of the measured profiles."""
    client = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0])
    client.force_login(User.objects.get(email=email(profile_id)), backend=settings.AUTHENTICATION_BACKENDS[0])
    return client
