"""Whose file it is: each real one is known by its service alone, and nobody takes another's."""

import pytest

from tracking.histories import readers
from tracking.histories.uploads import UnreadableError
from tracking.models import LogImport

from .files import HISTORIES, NO_SAMPLES, single

needs_samples = pytest.mark.skipif(NO_SAMPLES, reason="MARQUEE_SAMPLES does not lead to recorded exports")

ELSEWHERE = {
    "import_trakt_watched.json": "trakt",
    "import_trakt_ratings.json": "trakt",
    "import_imdb.csv": "imdb",
    "import_tmdb_ratings.csv": "tmdb",
    "import_tmdb_watchlist.csv": "tmdb",
}
"""Files of other services that lie with Yamtrack's."""

SAYS_NOTHING = {"lists.json", "playback.json", "up-next.json", "profile.json", "stats.json", "last-activities.json"}
SAYS_NOTHING |= {"hidden-calendar.json", "hidden-progress-collected.json", "hidden-progress-watched-reset.json"}
SAYS_NOTHING |= {"hidden-recommendations.json"}


def test_every_service_that_brings_a_history_has_one_reader():
    known = [reader.service for reader in readers.READERS]
    assert len(set(known)) == len(known)
    assert {*known, LogImport.Service.MARQUEE} == set(LogImport.Service)


@needs_samples
def test_every_real_file_is_known_by_its_service_alone(tmp_path):
    known = dict.fromkeys(LogImport.Service.values, 0)
    for path in sorted(path for path in HISTORIES.rglob("*.*") if path.suffix in (".csv", ".json")):
        service = ELSEWHERE.get(path.name, path.relative_to(HISTORIES).parts[0])
        upload = single(tmp_path, path.name, path.read_bytes())
        takers = [reader.service for reader in readers.READERS if reader.recognises(upload)]
        assert takers in ([], [service]), path
        known[service] += len(takers)
    assert known == {
        "tvtime": 0,
        "trakt": 12,
        "simkl": 1,
        "seriesguide": 2,
        "letterboxd": 13,
        "netflix": 5,
        "imdb": 3,
        "tmdb": 2,
        "yamtrack": 2,
        "watcharr": 1,
        "prime": 1,
        "marquee": 0,
    }


@needs_samples
def test_what_is_left_of_a_trakt_export_says_nothing_of_a_log(tmp_path):
    for path in sorted((HISTORIES / "trakt" / "josh+trakt-data").rglob("*.json")):
        upload = single(tmp_path, path.name, path.read_bytes())
        if path.name in SAYS_NOTHING - {"lists.json"}:
            with pytest.raises(UnreadableError, match="no export that is known here"):
                readers.recognise(upload)
        else:
            assert readers.recognise(upload).service == "trakt"
