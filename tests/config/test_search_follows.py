"""On a running site the search follows what changes, by its workers, within seconds."""

from tests.catalog import tvmaze_shapes as tvmaze
from tests.site import wait_until

SECONDS = 10


def found(site, words):
    code = (
        "from accounts.viewers import AnonymousViewer; from catalog import search;"
        f"print([hit.name for hit in search.find({words!r}, AnonymousViewer(99, True))])"
    )
    return site.manage("shell", "--verbosity", "0", "-c", code)


def test_what_an_import_brings_and_what_changes_is_found_within_seconds(site, tvmaze_server):
    tvmaze.serve(tvmaze_server, 61, name="The Weathervane")
    site.manage("import_tvmaze", "--show", "61")
    wait_until(lambda: "The Weathervane" in found(site, "weather-vane"), SECONDS)
    rename = (
        "from django.db import transaction; from catalog import jobs, search; from catalog.models import Title;"
        "title = Title.objects.get(name='The Weathervane'); title.name = 'The Weathercock';"
        "title.save(); search.note_changes(title.kind, [title.pk]); jobs.hint_search()"
    )
    site.manage("shell", "--verbosity", "0", "-c", rename)
    wait_until(lambda: "The Weathercock" in found(site, "weathercock"), SECONDS)
    assert "The Weather" not in found(site, "weathervane forever")
