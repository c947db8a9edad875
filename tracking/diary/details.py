"""What is said about a viewing."""

from dataclasses import asdict, dataclass
from datetime import datetime

from tracking.models import Watch
from tracking.moments import Moment


@dataclass(frozen=True)
class Details:
    """What a viewer may say about a viewing; `place` and `attention` are the choices of `Watch`."""

    place: str = ""
    company: str = ""
    attention: str = ""
    note: str = ""
    service: str = ""


def describe(watch: Watch, moment: Moment, details: Details, *, at: datetime) -> None:
    """Write both into a viewing, which is not saved."""
    watch.watched_at, watch.watched_on = moment.at, moment.on
    watch.zone, watch.precision, watch.sort_at = moment.zone, moment.precision, moment.sort_at
    watch.updated_at = at
    for name, value in asdict(details).items():
        setattr(watch, name, value)
