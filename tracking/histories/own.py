"""What an export of ours says of the profile itself: its settings, the services it has, and its lists as such."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Profile
from catalog.models import Service
from tracking import locks
from tracking.models import ImportRow, LibraryEntry, List, LogImport, ProfileService, Watch

Kind, Verdict = ImportRow.Kind, ImportRow.Verdict
SETTINGS = ("colour", "language", "time_zone", "region", "rating_scale", "has_spoiler_shield")


def judge(log_import: LogImport) -> list[ImportRow]:
    """Such rows that are not applied yet, each with its verdict, which is saved."""
    rows = list(
        ImportRow.objects.filter(log_import=log_import, work=None, kind__in=ImportRow.OF_NO_WORK, is_applied=False)
    )
    if not rows:
        return []
    looks = {Kind.SETTINGS: _settings, Kind.SERVICE: _service, Kind.LIST: _list}
    for row in rows:
        row.verdict, row.reason = looks[Kind(row.kind)](log_import.profile, row.says)
    ImportRow.objects.bulk_update(rows, ["verdict", "reason"], batch_size=1000)
    return rows


def apply(log_import: LogImport, *, at: datetime) -> int:
    """Write what is to be added, inside a transaction; returns how many rows that were. `undo` takes it back."""
    locks.hold_all(log_import.profile, [])
    rows = [row for row in judge(log_import) if row.verdict == Verdict.ADDED]
    write = {Kind.SETTINGS: _take_settings, Kind.SERVICE: _add_service, Kind.LIST: _add_list}
    for row in rows:
        write[Kind(row.kind)](log_import, row.says, at)
    ImportRow.objects.filter(pk__in=[row.pk for row in rows]).update(is_applied=True)
    log_import.save(update_fields=["options"])
    return len(rows)


def undo(log_import: LogImport) -> None:
    """Lists go with what else was made for the import, if nothing stands on them."""
    done = log_import.options.get("own", {})
    ProfileService.objects.filter(profile=log_import.profile, pk__in=done.get("services", [])).delete()
    if before := done.get("settings"):
        Profile.objects.filter(pk=log_import.profile_id).update(**before)


Judged = tuple[ImportRow.Verdict, str]


def _settings(profile: Profile, says: dict[str, Any]) -> Judged:
    """Only who moves in takes the settings along: somebody at home has chosen theirs since."""
    logs: Sequence[Any] = (Watch.objects.of(profile), LibraryEntry.objects.of(profile), List.objects.of(profile))
    if any(log.exists() for log in logs):
        return Verdict.PRESENT, _("Your settings stay as they are here.")
    return Verdict.ADDED, ""


def _service(profile: Profile, says: dict[str, Any]) -> Judged:
    service = _known(says)
    if service is None:
        return Verdict.UNKNOWN, _("No such service is known here.")
    if ProfileService.objects.filter(profile=profile, service=service).exists():
        return Verdict.PRESENT, _("Chosen already.")
    return Verdict.ADDED, ""


def _known(says: dict[str, Any]) -> Service | None:
    there = Service.objects
    return there.filter(slug=says["service"]).first() or there.filter(name__iexact=says.get("name", "")).first()


def _list(profile: Profile, says: dict[str, Any]) -> Judged:
    if List.objects.of(profile).filter(name=says["name"]).exists():
        return Verdict.PRESENT, _("There is a list of this name already.")
    return Verdict.ADDED, ""


def _take_settings(log_import: LogImport, says: dict[str, Any], at: datetime) -> None:
    profile = log_import.profile
    taken = Profile.objects.beside(profile).filter(name__iexact=says["name"]).exists()
    new = {name: says[name] for name in SETTINGS} | ({} if taken else {"name": says["name"]})
    if "created_at" in says:
        new["created_at"] = says["created_at"]
    before = Profile.objects.filter(pk=profile.pk).values(*new).get()
    Profile.objects.filter(pk=profile.pk).update(**new)
    profile.refresh_from_db()
    _note(
        log_import, settings=before | ({"created_at": before["created_at"].isoformat()} if "created_at" in new else {})
    )


def _add_service(log_import: LogImport, says: dict[str, Any], at: datetime) -> None:
    made, is_new = ProfileService.objects.get_or_create(
        profile=log_import.profile, service=_known(says), defaults={"created_at": _stamp(says, "created_at", at)}
    )
    if is_new:
        _note(log_import, services=[*log_import.options.get("own", {}).get("services", []), made.pk])


def _add_list(log_import: LogImport, says: dict[str, Any], at: datetime) -> None:
    """Its address stays what it was, unless another list has it."""
    address = uuid.UUID(says["address"])
    made = List.objects.create(
        profile=log_import.profile,
        address=uuid.uuid4() if List.objects.filter(address=address).exists() else address,
        created_at=_stamp(says, "created_at", at),
        updated_at=_stamp(says, "updated_at", at),
        **{name: says[name] for name in ("name", "description", "is_public", "is_numbered")},
    )
    log_import.options = {**log_import.options, "lists": [*log_import.options["lists"], made.pk]}


def _note(log_import: LogImport, **done: Any) -> None:
    log_import.options = {**log_import.options, "own": {**log_import.options.get("own", {}), **done}}


def _stamp(says: dict[str, Any], name: str, at: datetime) -> datetime:
    return datetime.fromisoformat(says[name]) if name in says else at
