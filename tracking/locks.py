"""Who waits for whom: writes to the log of one profile follow one another, and none meets a merge halfway.

The title is locked first, then its episode, then the profile: a refresh and a merge take theirs in that order too.
"""

from collections.abc import Iterable

from django.db import connection, transaction

from accounts.models import Profile
from catalog.models import Episode, Title
from tracking.models import LogChange, Watch

TITLE = """
select from catalog_title t, accounts_profile p
where t.id = %(title)s and p.id = %(profile)s and t.merged_into_id is null
for no key update of t for no key update of p
"""

EPISODE = """
select from catalog_title t, catalog_episode e, accounts_profile p
where t.id = %(title)s and e.id = %(episode)s and p.id = %(profile)s
    and t.merged_into_id is null and e.title_id = t.id and e.merged_into_id is null
for no key update of t for key share of e for no key update of p
"""


class _MovedError(Exception):
    """The title or the episode is not there any more, or not what it was."""


def hold(profile: Profile, title: Title, episode: Episode | None = None) -> tuple[Title, Episode | None]:
    """Until the transaction ends nobody else writes to this log or moves this title. What was merged or split since it
    was read comes back as what it is now."""
    while True:
        try:
            with transaction.atomic():  # what was locked in vain is let go: a merge may wait for it
                _lock(profile, title, episode)
        except _MovedError:
            if not Profile.objects.filter(pk=profile.pk).exists():
                raise Profile.DoesNotExist from None
            episode = present_episode(episode.pk) if episode else None
            title = episode.title if episode else present_title(title.pk)
        else:
            return title, episode


def hold_all(profile: Profile, titles: Iterable[Title]) -> None:
    """Before one transaction writes about several titles: they are locked in the order of their ids, then the profile,
    so that two such writes wait for each other instead of crossing. `hold` still says what each of them is now."""
    hold_together([profile], titles)


def hold_together(profiles: Iterable[Profile], titles: Iterable[Title]) -> None:
    """The same before one transaction writes to several logs of a household."""
    titles_held = Title.objects.filter(pk__in={title.pk for title in titles})
    list(titles_held.order_by("pk").select_for_update(no_key=True).values_list("pk"))
    profiles_held = Profile.objects.filter(pk__in={profile.pk for profile in profiles})
    list(profiles_held.order_by("pk").select_for_update(no_key=True).values_list("pk"))


def hold_watch(watch: Watch) -> Watch:
    """The same for the title of a viewing, which may have moved; the viewing as it is now, if it still is."""
    title, _episode = hold(watch.profile, watch.title)
    now = Watch.objects.select_related("profile", "title").filter(pk=watch.pk).first()
    if now is None:
        return watch
    return now if now.title_id in (title.pk, watch.title_id) else hold_watch(now)


def hold_change(change: LogChange) -> LogChange:
    """The same for the title of a change of the log; the change as it is now."""
    title, _episode = hold(change.profile, change.title)
    now = LogChange.objects.select_related("profile", "title").get(pk=change.pk)
    return now if now.title_id in (title.pk, change.title_id) else hold_change(now)


def present_title(pk: int) -> Title:
    """What the title is now, if it was merged."""
    title = Title.objects.get(pk=pk)
    while title.merged_into_id:
        title = Title.objects.get(pk=title.merged_into_id)
    return title


def present_episode(pk: int) -> Episode:
    """What the episode is now, if it was merged."""
    episode = Episode.objects.select_related("title", "season").get(pk=pk)
    while episode.merged_into_id:
        episode = Episode.objects.select_related("title", "season").get(pk=episode.merged_into_id)
    return episode


def _lock(profile: Profile, title: Title, episode: Episode | None) -> None:
    """Raises _MovedError where there is nothing to lock, which may turn out after waiting."""
    given = {"title": title.pk, "profile": profile.pk, "episode": episode.pk if episode else None}
    with connection.cursor() as cursor:
        cursor.execute(EPISODE if episode else TITLE, given)
        if cursor.rowcount == 0:
            raise _MovedError
