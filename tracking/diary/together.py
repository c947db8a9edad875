"""One press that logs for several profiles of a household."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from django.db import transaction

from accounts.models import Profile
from catalog.models import Episode, Title
from tracking import locks
from tracking.models import LogChange, Watch
from tracking.moments import Moment

from .details import Details
from .marks import Marked, Reach, mark
from .viewings import check_in

LONGEST = 200
"""Characters of `Watch.company`."""


@transaction.atomic
def check_in_together(
    profile: Profile,
    others: Sequence[Profile],
    title: Title,
    episode: Episode | None,
    *,
    moment: Moment,
    key: str,
    at: datetime,
    origin: Watch.Origin = Watch.Origin.CHECK_IN,
    details: Details | None = None,
) -> LogChange:
    """Log one viewing for the profile and for the others, each a change of its own log, taken back as one press.

    Whoever watched with whom stands in the company of each, unless that was said otherwise. The change of the profile
    is returned; a second press within the live window only adds the others to it.
    """
    said, watchers = details or Details(), [profile, *others]
    locks.hold_together(watchers, [title])
    group = uuid.uuid4() if others else None
    log = partial(check_in, title=title, episode=episode, moment=moment, key=key, at=at, origin=origin, group=group)
    mine = log(profile, details=_beside(said, others), batch=group)
    for other in others:
        company = [each for each in watchers if each != other]
        log(other, details=_beside(said, company), batch=mine.batch)
    return mine


@transaction.atomic
def mark_together(
    profile: Profile,
    others: Sequence[Profile],
    title: Title,
    reach: Reach,
    *,
    moment: Moment | None,
    key: str,
    at: datetime,
) -> Marked:
    """The same for a mark: each gets what they have not seen yet. The change is of whoever got something, the profile
    first; the numbers are of all of them."""
    watchers = [profile, *others]
    locks.hold_together(watchers, [title])
    batch, done = uuid.uuid4(), []
    for watcher in watchers:
        company = _names(each for each in watchers if each != watcher)
        done.append(mark(watcher, title, reach, moment=moment, key=key, at=at, company=company, batch=batch))
        batch = done[-1].change.batch if done[-1].change else batch  # an earlier press of this key has its own
    change = next((each.change for each in done if each.change), None)
    return Marked(change, sum(each.added for each in done), sum(each.present for each in done))


def _beside(details: Details, company: Iterable[Profile]) -> Details:
    return replace(details, company=details.company or _names(company))


def _names(company: Iterable[Profile]) -> str:
    return ", ".join(each.name for each in company)[:LONGEST]
