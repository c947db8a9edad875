"""Where copies are kept and how they are served: from files, from a bucket, and when they are lost."""

import os
import re
import shutil
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.urls import reverse
from django_rq import get_queue
from storages.backends.s3 import S3Storage
from werkzeug import Response

import config.settings
from catalog import jobs, picture_keys, pictures
from catalog.models import Picture
from tests.factories import CreditFactory, EpisodeFactory, TitleFactory

from .picture_shapes import GREEN, PictureFactory, opened, picture

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
UNKNOWN = "p" + "a" * 20 + "-680"


class Bucket:
    """As much of S3 as Marquee asks for."""

    def __init__(self):
        self.files: dict[str, bytes] = {}
        self.is_away = False

    def __call__(self, request):
        name = unquote(request.path).removeprefix("/media").lstrip("/")
        if self.is_away:
            return Response(status=503)
        if request.method == "GET" and not name:
            return self._listing(parse_qs(request.query_string.decode()))
        if request.method == "PUT":
            self.files[name] = request.get_data()
            return Response(headers={"ETag": '"1"'})
        if request.method == "DELETE":
            self.files.pop(name, None)
            return Response(status=204)
        if name not in self.files:
            return Response("<Error><Code>NoSuchKey</Code></Error>", status=404)
        stamp = {"Last-Modified": "Mon, 04 May 2020 12:00:00 GMT", "ETag": '"1"'}
        return Response(self.files[name], headers=stamp)

    def _listing(self, asked):
        prefix = asked["prefix"][0]
        rest = {name.removeprefix(prefix) for name in self.files if name.startswith(prefix)}
        folders = {f"{prefix}{name.split('/')[0]}/" for name in rest if "/" in name}
        found = "".join(f"<CommonPrefixes><Prefix>{name}</Prefix></CommonPrefixes>" for name in sorted(folders))
        found += "".join(f"<Contents><Key>{prefix}{name}</Key></Contents>" for name in rest if "/" not in name)
        return Response(f"<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>")


@pytest.fixture
def bucket(httpserver, settings, monkeypatch):
    """Marquee's own settings for a bucket, which is on loopback."""
    bucket = Bucket()
    httpserver.expect_request(re.compile("^/media(/.*)?$")).respond_with_handler(bucket)
    monkeypatch.setattr(config.settings, "MEDIA_S3_BUCKET", "media")
    for name, value in {
        "MEDIA_S3_ENDPOINT": httpserver.url_for("").rstrip("/"),
        "MEDIA_S3_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
    }.items():
        monkeypatch.setenv(name, value)
    settings.STORAGES = settings.STORAGES | {"default": config.settings._media()}
    return bucket


@pytest.fixture
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture(params=["files", "bucket"])
def store(request):
    """Each test that asks for it runs with either kind of store."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def stored(store):
    """A title with a stored picture."""
    row = PictureFactory()
    pictures.keep(row, picture(680, 1000), at=NOW)
    row.refresh_from_db()
    return row


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def address(row, width=360, extension="avif"):
    return reverse("catalog:stored_picture", args=[row.thing_id, row.key, width, extension])


def read(answer):
    return b"".join(answer.streaming_content)


# -- serving


@pytest.mark.parametrize("extension", ["avif", "webp"])
def test_a_copy_is_served_for_ever(client, stored, extension):
    answer = client.get(address(stored, extension=extension))
    assert (answer.status_code, answer["Content-Type"]) == (200, f"image/{extension}")
    assert set(answer["Cache-Control"].split(", ")) == {"public", "max-age=31536000", "immutable"}
    assert opened(read(answer)).size == (360, 529)


def test_a_copy_is_the_same_for_everybody_and_costs_no_query(client, viewer, stored, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get(address(stored))
    assert not answer.has_header("Vary")
    assert not answer.cookies
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_browser_that_has_a_copy_is_told_so(client, stored):
    tag = client.get(address(stored))["ETag"]
    again = client.get(address(stored), headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert "immutable" in again["Cache-Control"]


def test_only_the_copies_that_there_are_have_an_address(client, stored):
    right = address(stored)
    for wrong in (address(stored, 361), address(stored, extension="png"), right.replace("-680-", "-681-")):
        assert client.get(wrong).status_code in (302, 404)
    assert client.get(address(stored, 361)).status_code == 404
    assert client.post(right).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/pictures/",
        "/pictures/1/../../secret-key",
        "/pictures/1/..%2f..%2fsecret-key-180.avif",
        f"/pictures/1/{UNKNOWN}-180.avif/",
        f"/pictures/1/{UNKNOWN.replace('p', 'x')}-180.avif",
        f"/pictures/1/{UNKNOWN.upper()}-180.avif",
        "/pictures/1/p-180.avif",
    ],
)
def test_nothing_else_is_found_there(client, files, path):
    assert client.get(path).status_code == 404


# -- when it is lost


def test_a_lost_copy_leads_to_the_drawing(client, files):
    title = TitleFactory(picture=UNKNOWN)
    answer = client.get(title.photo.src, follow=True)
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer.redirect_chain[-1] == (title.poster_url, 302)
    assert all("immutable" not in client.get(title.photo.src)["Cache-Control"] for _ in range(2))


@pytest.mark.parametrize("thing", ["episode", "person"])
def test_so_does_a_lost_still_or_portrait(client, files, thing):
    credit = CreditFactory(episode=EpisodeFactory())
    credit.title = credit.episode.title
    credit.save()
    row = getattr(credit, thing)
    row.picture = picture_keys.LETTERS[thing] + UNKNOWN[1:]
    row.save()
    assert client.get(row.photo.src, follow=True)["Content-Type"] == "image/svg+xml"


def test_the_drawing_of_what_is_lost_still_asks_for_the_age(client, files):
    title = TitleFactory(picture=UNKNOWN, min_age=18)
    assert client.get(title.photo.src, follow=True).status_code == 404


def test_a_lost_copy_is_noticed_drawn_and_fetched_again(client, stored, committed):
    for name in picture_keys.file_names(stored.key)[:1]:
        default_storage.delete(name)
    with committed():
        for _ in range(3):
            client.get(address(stored, 180))
    (job,) = get_queue("default").jobs
    job.perform()
    stored.refresh_from_db()
    assert (stored.state, stored.key, stored.title.picture) == ("wanted", "", "")
    pictures.keep(stored, picture(680, 1000), at=NOW)
    stored.refresh_from_db()
    assert stored.title.picture
    assert client.get(address(stored, 180)).status_code == 200


def test_when_the_whole_store_is_lost_no_page_shows_the_next_best(files):
    title = TitleFactory()
    for source in ("tvmaze", "demo"):
        pictures.keep(PictureFactory(title=title, source=source), picture(60, 90), at=NOW)
    shutil.rmtree(files)
    assert pictures.mend("title", title.pk, at=NOW) == 2
    title.refresh_from_db()
    assert title.picture == ""


def test_what_no_page_shows_is_not_seen_to(client, files, committed):
    TitleFactory(picture=UNKNOWN)
    with committed():
        client.get(reverse("catalog:stored_picture", args=[1, "p" + "b" * 20 + "-680", 180, "avif"]))
    assert get_queue("default").jobs == []


def test_what_is_not_lost_is_left_alone(stored):
    assert pictures.mend("title", stored.title_id, at=NOW) == 0
    assert Picture.objects.get().state == "stored"


def test_a_bucket_that_is_away_leads_to_the_drawing_and_changes_nothing(client, bucket):
    row = PictureFactory()
    pictures.keep(row, picture(60, 90), at=NOW)
    row.refresh_from_db()
    bucket.is_away = True
    assert client.get(address(row, 60), follow=True)["Content-Type"] == "image/svg+xml"
    assert get_queue("default").jobs == []


# -- keeping


def test_a_bucket_is_used_where_one_is_named(bucket):
    assert isinstance(storages["default"], S3Storage)
    row = PictureFactory()
    pictures.keep(row, picture(60, 90), at=NOW)
    row.refresh_from_db()
    assert sorted(bucket.files) == sorted(picture_keys.file_names(row.key))
    assert {opened(content).size for content in bucket.files.values()} == {(60, 90)}


def test_a_file_is_replaced_whole(files):
    for content in (b"long before", b"after"):
        assert default_storage.save("pictures/pab/a.avif", ContentFile(content)) == "pictures/pab/a.avif"
    assert (files / "pictures/pab/a.avif").read_bytes() == b"after"
    assert [path.name for path in (files / "pictures/pab").iterdir()] == ["a.avif"]


def test_a_name_that_climbs_out_of_the_store_is_refused(files):
    with pytest.raises(Exception, match=r"outside|traversal"):
        default_storage.save("../secret-key", ContentFile(b""))


# -- clean-up


def age(folder, days=2):
    long_ago = (NOW - timedelta(days=days)).timestamp()
    for path in folder.rglob("*"):
        if path.is_file():
            os.utime(path, (long_ago, long_ago))


def test_only_copies_that_nothing_names_are_deleted(files):
    kept, gone = PictureFactory(), PictureFactory()
    pictures.keep(kept, picture(60, 90), at=NOW)
    pictures.keep(gone, picture(60, 90, colour=GREEN), at=NOW)
    kept.refresh_from_db()
    gone.delete()
    draft = files / picture_keys.folder(kept.key) / f".{kept.key}-60.avif.1234"
    draft.write_bytes(b"half")
    age(files)
    jobs.clean_pictures()
    left = {str(path.relative_to(files)) for path in files.rglob("*") if path.is_file()}
    assert left == set(picture_keys.file_names(kept.key))


def test_young_copies_are_never_deleted(files):
    default_storage.save(picture_keys.file_name(UNKNOWN, 180, "avif"), ContentFile(b""))
    assert pictures.forget_unused(now=NOW) == 0
    age(files)
    assert pictures.forget_unused(now=NOW) == 1


def test_many_folders_are_gone_through_each_once(files):
    keys = [f"{letter}{first}{second}{'a' * 18}-60" for letter in "psf" for first in "a2z" for second in "b37"]
    for key in keys:
        default_storage.save(picture_keys.file_name(key, 60, "avif"), ContentFile(b""))
    for key in keys[::2]:
        PictureFactory(state="stored", key=key)
    age(files)
    assert pictures.forget_unused(now=NOW) == len(keys[1::2])
    assert all(default_storage.exists(picture_keys.file_name(key, 60, "avif")) for key in keys[::2])


def test_an_empty_store_is_clean(store):
    assert pictures.forget_unused(now=NOW) == 0


def test_a_bucket_is_cleaned_too(bucket):
    row = PictureFactory()
    pictures.keep(row, picture(60, 90), at=NOW)
    row.refresh_from_db()
    default_storage.save(picture_keys.file_name(UNKNOWN, 180, "avif"), ContentFile(b"x"))
    assert pictures.forget_unused(now=NOW) == 1
    assert sorted(bucket.files) == sorted(picture_keys.file_names(row.key))
