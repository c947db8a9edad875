"""The page that leads to the file, the file itself, and the command."""

import io
import zipfile
from threading import Thread

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from accounts import tokens
from accounts.models import ApiToken
from tests.factories import EpisodeFactory, ExternalIdFactory, ProfileFactory, TitleFactory, UserFactory, WatchFactory
from tracking import exporting
from tracking.models import List

pytestmark = pytest.mark.django_db

PAGE, FILE = "/export/", "/export/marquee.zip"


@pytest.fixture
def viewer(client):
    user = UserFactory()
    profile = ProfileFactory(household=user.household, name="Living room")
    client.force_login(user)
    return profile


def received(response):
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))


def test_the_page_says_how_much_there_is_and_leads_to_the_file(client, viewer):
    WatchFactory.create_batch(3, profile=viewer)
    page = client.get(PAGE).content.decode()
    assert "<dt>Viewings</dt><dd>3</dd>" in page
    assert FILE in page


def test_the_file_is_the_export_of_the_profile_in_use(client, viewer):
    WatchFactory(profile=viewer, key="mine")
    WatchFactory(profile=ProfileFactory(household=viewer.household), key="of-somebody-else")
    response = client.get(FILE)
    assert response["Content-Disposition"] == 'attachment; filename="marquee-living-room.zip"'
    text = received(response).read("watches.jsonl").decode()
    assert "mine" in text
    assert "of-somebody-else" not in text


@pytest.mark.parametrize("name", ["🎬", "שלום"])
def test_a_name_that_no_file_can_have_gives_way_to_a_number(client, viewer, name):
    viewer.name = name
    viewer.save()
    assert f"marquee-{viewer.pk}.zip" in client.get(FILE)["Content-Disposition"]


def test_no_cache_on_the_way_keeps_it(client, viewer):
    assert client.get(FILE)["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", [PAGE, FILE])
def test_who_is_signed_out_is_sent_to_the_door(client, path):
    assert client.get(path).url.startswith(reverse("account_login"))


@pytest.mark.parametrize("path", [PAGE, FILE])
def test_it_is_only_read(client, viewer, path):
    assert client.post(path).status_code == 405


def test_keys_of_calendars_and_players_are_not_in_it(viewer):
    token, secret = tokens.make(viewer, ApiToken.Scope.CALENDAR)
    file = io.BytesIO()
    exporting.write(viewer, file)
    with zipfile.ZipFile(file) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert secret.encode() not in everything
    assert token.digest.encode() not in everything


def test_twice_as_many_viewings_cost_as_many_queries(viewer, django_assert_max_num_queries):
    def log(count):
        for _each in range(count):
            episode = EpisodeFactory(title=TitleFactory())
            ExternalIdFactory(title=episode.title)
            WatchFactory(profile=viewer, episode=episode)

    log(3)
    with django_assert_max_num_queries(100) as few:
        exporting.write(viewer, io.BytesIO())
    log(6)
    with django_assert_max_num_queries(len(few)):
        exporting.write(viewer, io.BytesIO())


@pytest.mark.django_db(transaction=True)
def test_what_is_logged_while_it_is_written_is_not_in_a_part_of_it(viewer):
    """Another connection makes a list with the services already written, and before the lists are."""

    def make_list():
        List.objects.create(profile=viewer, name="Late")
        connection.close()

    class Interrupted(io.BytesIO):
        def write(self, data):
            if b"services.jsonl" in data and not threads:
                thread = Thread(target=make_list)
                threads.append(thread)
                thread.start()
                thread.join()
            return super().write(data)

    threads: list[Thread] = []
    file = Interrupted()
    exporting.write(viewer, file)
    with zipfile.ZipFile(file) as archive:
        assert archive.read("lists.jsonl") == b""
    assert viewer.lists.count() == 1


def test_the_command_writes_the_same_file(viewer, tmp_path):
    WatchFactory(profile=viewer)
    file = io.BytesIO()
    exporting.write(viewer, file)
    call_command("export_history", tmp_path / "export.zip", profile=viewer.pk)
    assert (tmp_path / "export.zip").read_bytes() == file.getvalue()


@pytest.mark.parametrize(("profile", "place"), [(0, "export.zip"), (None, "no/such/folder/export.zip")])
def test_the_command_says_what_is_wrong(viewer, tmp_path, profile, place):
    with pytest.raises(CommandError):
        call_command("export_history", tmp_path / place, profile=viewer.pk if profile is None else profile)


def test_every_file_and_field_is_documented():
    text = (settings.BASE_DIR / "docs" / "export.md").read_text()
    missing = [
        f"{section.name}.{name}"
        for section in exporting.SECTIONS
        for name in section.columns
        if f"`{name}`" not in text
    ]
    assert missing == []
    assert [section.name for section in exporting.SECTIONS if f"**`{section.name}`**" not in text] == []
