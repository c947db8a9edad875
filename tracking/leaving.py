"""The end of a log: whoever leaves takes all of it along (`accounts.leaving`)."""

import json
import re
from collections.abc import Collection, Iterable

from django.db import connection
from django.db.models import Q

from accounts.models import Profile
from tracking.diary.batches import SUM_UP
from tracking.models import (
    ImportRow,
    ImportWork,
    LibraryEntry,
    ListItem,
    LogChange,
    LogImport,
    Play,
    Rating,
    Watch,
    YearPicture,
)

AT_ONCE = 200
WATCHES = "delete from tracking_watch where profile_id = any(%s)"


def forget(profiles: Collection[Profile]) -> Iterable[str]:
    """Delete what these profiles logged, in as few statements as there are tables, for Django would load every viewing
    to see what hangs on it. The rest of them is small, and goes with the profile. Returns the stored files."""
    pks = [profile.pk for profile in profiles]
    brought, drawn = LogImport.objects.filter(profile__in=pks), YearPicture.objects.filter(profile__in=pks)
    files = [*brought.values_list("file", flat=True), *drawn.values_list("file", flat=True)]
    rated = list(Rating.objects.filter(profile__in=pks).values_list("title", flat=True).distinct())
    _unname(profiles)
    Play.watches.through.objects.filter(watch__profile__in=pks).delete()
    ImportRow.objects.filter(log_import__profile__in=pks).delete()
    ImportWork.objects.filter(log_import__profile__in=pks).delete()
    LogChange.objects.filter(profile__in=pks).delete()
    Rating.objects.filter(profile__in=pks).delete()
    LibraryEntry.objects.filter(profile__in=pks).delete()
    ListItem.objects.filter(list__profile__in=pks).delete()
    with connection.cursor() as cursor:
        cursor.execute(WATCHES, [pks])
        cursor.execute(SUM_UP, [rated])
    return [file for file in files if file]


def _unname(profiles: Collection[Profile]) -> None:
    """Those who watched together stand in each other's company: the names of who leaves are taken out there, also of
    what an undo would bring back. What others wrote in words of their own stays theirs."""
    leaving = [profile.pk for profile in profiles]
    for profile in profiles:
        beside = Profile.objects.beside(profile).exclude(pk__in=leaving)
        near = Watch.objects.filter(profile__in=beside, company__icontains=profile.name)
        for company in list(near.order_by().values_list("company", flat=True).distinct()):
            near.filter(company=company).update(company=_without(company, profile.name))
        name = json.dumps(profile.name, ensure_ascii=False)[1:-1]
        told = LogChange.objects.filter(Q(before__icontains=name) | Q(after__icontains=name), profile__in=beside)
        for change in told.iterator(AT_ONCE):
            _unname_change(change, profile.name)


def _unname_change(change: LogChange, name: str) -> None:
    for rows in (change.before.get("watches", {}), change.after.get("watches", {})):
        for row in rows.values():
            if row and row.get("company"):
                row["company"] = _without(row["company"], name)
    change.save(update_fields=["before", "after"])


def _without(company: str, name: str) -> str:
    """“Attic, Cellar” without “Cellar” is “Attic”."""
    alone = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
    left = (alone.sub("", each).strip() for each in company.split(","))
    return ", ".join(each for each in left if each)
