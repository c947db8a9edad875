"""Files as they were uploaded, most of them hostile: a clear answer, and nothing unpacked that should not be."""

import struct
import zipfile
import zlib

import pytest

from tracking.histories import readers, uploads
from tracking.histories.uploads import UnreadableError, Upload

from .files import packed, single, table


def test_a_text_is_one_file_under_its_own_name(tmp_path):
    upload = single(tmp_path, "C:\\fakepath\\diary.csv", "Date,Name\n")
    assert (upload.is_zip, upload.names) == (False, ["diary.csv"])


def test_files_of_a_zip_are_found_in_any_folder_and_letter_case(tmp_path):
    upload = packed(
        tmp_path, {"me/data/Diary.CSV": "a\n1\n", "me/old/diary.csv": "b\n", "__MACOSX/me/._diary.csv": "x"}
    )
    assert upload.names == ["me/data/Diary.CSV", "me/old/diary.csv"]
    assert upload.find("diary.csv") == "me/data/Diary.CSV"
    assert upload.find("nothing.csv") is None


def test_a_table_is_read_by_its_columns_with_the_line_of_each_row(tmp_path):
    upload = single(tmp_path, "a.csv", '\nName;Note\n"Two\nlines";x\n\nShort\nLong;y;z\n')
    rows = list(upload.table("a.csv"))
    assert rows == [
        (3, {"Name": "Two\nlines", "Note": "x"}),
        (6, {"Name": "Short", "Note": ""}),
        (7, {"Name": "Long", "Note": "y", "": "z"}),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_names_survive_whatever_encoding_a_table_has(tmp_path, encoding):
    text = table("Name,Year", *["Amélie à Montréal, été,2001" for _ in range(20)])
    assert single(tmp_path, "a.csv", text.encode(encoding)).text("a.csv") == text


def test_bytes_that_are_no_text_at_all_are_read_somehow(tmp_path):
    upload = single(tmp_path, "a.csv", bytes(range(256)) * 40)
    assert "\x00" not in upload.text("a.csv")


@pytest.mark.parametrize(
    "content",
    ["{", "[NaN]", "[1e999]", "[" * 100_000, "[" * 60 + "]" * 60, '{"a": 1} x', "", "\x89PNG\r\n", f"[{'9' * 5000}]"],
)
def test_json_that_makes_no_sense_or_could_not_be_stored_is_refused(tmp_path, content):
    with pytest.raises(UnreadableError, match=r"“a\.json” is not JSON"):
        single(tmp_path, "a.json", content).json("a.json")


def test_json_loses_signs_that_a_database_cannot_keep(tmp_path):
    upload = single(tmp_path, "a.json", '{"na\\u0000me": ["a\\u0000b", "half \\ud83d", "whole \\ud83d\\ude00"]}')
    assert upload.json("a.json") == {"name": ["ab", "half ?", "whole 😀"]}


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(1024**3)
    with pytest.raises(UnreadableError, match="too large"):
        _ = Upload(path, "huge.csv").names


def test_a_single_text_may_not_be_larger_than_a_file_in_a_zip(tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_BYTES", 100)
    with pytest.raises(UnreadableError, match="too large"):
        single(tmp_path, "a.csv", "x" * 101).text("a.csv")


def test_a_zip_bomb_is_not_unpacked(tmp_path):
    upload = packed(tmp_path, {"bomb.csv": bytes(20 * uploads.MEGABYTE)})
    assert upload.path.stat().st_size < 100_000
    with pytest.raises(UnreadableError, match="unpacks to far more"):
        upload.data("bomb.csv")


def test_a_bomb_of_many_files_is_not_opened(tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_BYTES_IN_ALL", 3_000_000)
    upload = packed(tmp_path, {f"{number}.csv": "abcdefghij" * 50_000 for number in range(7)})
    with pytest.raises(UnreadableError, match="more than an export does"):
        _ = upload.names


def test_a_file_that_lies_about_its_size_is_broken(tmp_path):
    upload = packed(tmp_path, {"a.csv": "honest " * 1000})
    data = upload.path.read_bytes()
    central = data.index(b"PK\x01\x02")
    lying = data[: central + 24] + struct.pack("<I", 7) + data[central + 28 :]
    upload.path.write_bytes(lying)
    with pytest.raises(UnreadableError, match="is broken"):
        upload.data("a.csv")


def test_a_zip_of_too_many_files_is_refused(tmp_path):
    upload = packed(tmp_path, {f"{number}.csv": "" for number in range(uploads.MOST_FILES + 1)})
    with pytest.raises(UnreadableError, match="more than an export does"):
        _ = upload.names


def test_an_endless_table_of_contents_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_BYTES_OF_NAMES", 1000)
    upload = packed(tmp_path, {f"{number:050}.csv": "" for number in range(20)})
    with pytest.raises(UnreadableError, match="more than an export does"):
        _ = upload.names


@pytest.mark.parametrize("name", ["../../etc/passwd.csv", "/etc/passwd.csv", "a/../../b.csv", "..\\b.csv", "x" * 300])
def test_a_path_that_climbs_out_of_the_zip_refuses_it_all(tmp_path, name):
    upload = packed(tmp_path, {"tracking-prod-records-v2.csv": "key\n", name: "key\n"})
    with pytest.raises(UnreadableError, match="leads out of it"):
        readers.recognise(upload)


def test_a_zip_that_was_cut_off_says_so(tmp_path):
    upload = packed(tmp_path, {"a.csv": "x" * 5000, "b.csv": "y" * 5000})
    upload.path.write_bytes(upload.path.read_bytes()[:-40])
    with pytest.raises(UnreadableError, match="its end is missing"):
        _ = upload.names


@pytest.mark.parametrize("damage", [b"\xff", b"\x00"])
def test_a_zip_whose_inside_is_damaged_names_the_file(tmp_path, damage):
    upload = packed(tmp_path, {"a.csv": ",".join(str(zlib.crc32(bytes([n]))) for n in range(200))})
    data = bytearray(upload.path.read_bytes())
    data[60:160] = damage * 100
    upload.path.write_bytes(data)
    with pytest.raises(UnreadableError, match=r"“a\.csv” in the ZIP is broken"):
        upload.data("a.csv")


def test_a_zip_with_a_password_says_what_to_do(tmp_path):
    upload = packed(tmp_path, {"tracking-prod-records-v2.csv": "key\n"})
    data = bytearray(upload.path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    upload.path.write_bytes(data)
    with pytest.raises(UnreadableError, match="needs a password"):
        readers.recognise(upload)


def test_a_zip_with_a_way_of_packing_that_is_unknown_is_broken(tmp_path):
    upload = packed(tmp_path, {"a.csv": "x" * 100})
    data = bytearray(upload.path.read_bytes())
    data[data.index(b"PK\x01\x02") + 10] = 99
    data[8] = 99
    upload.path.write_bytes(data)
    with pytest.raises(UnreadableError, match="broken"):
        upload.data("a.csv")


def test_a_table_without_end_stops(tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_ROWS", 10)
    upload = single(tmp_path, "a.csv", table("a,b", *["1,2"] * 11))
    with pytest.raises(UnreadableError, match="more rows"):
        list(upload.table("a.csv"))


def test_a_field_without_end_names_the_line(tmp_path):
    upload = single(tmp_path, "a.csv", table("a,b", "1,2", '"' + "x" * (uploads.LONGEST_FIELD + 1)))
    with pytest.raises(UnreadableError, match="from line 3 on"):
        list(upload.table("a.csv"))


def test_an_empty_file_is_no_table(tmp_path):
    with pytest.raises(UnreadableError, match="is empty"):
        list(single(tmp_path, "a.csv", "\n \n").table("a.csv"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("photo.jpg", b"\xff\xd8\xff\xe0" + bytes(500)),
        ("letter.txt", "Dear Sir or Madam"),
        ("nothing.csv", ""),
        ("prices.csv", "Article,Price\nTea,3\n"),
        ("things.json", [{"colour": "blue"}]),
        ("library.json", {"result": "OK", "episodes": [{"id": 1, "name": "Snake", "show": {"id": 2}}]}),
        ("000.json", [{"rank": 1, "listed_at": "2020-01-01T00:00:00.000Z", "type": "movie", "movie": {"title": "A"}}]),
        ("all.json", None),
        ("numbers.json", [1, 2, [3]]),
    ],
)
def test_what_no_service_gives_is_refused_with_a_list_of_those_that_are_read(tmp_path, name, content):
    with pytest.raises(UnreadableError, match=r"no export that is known here.*TV Time, Trakt"):
        readers.recognise(single(tmp_path, name, content if content is not None else "null"))


def test_a_zip_of_something_else_is_refused(tmp_path):
    with pytest.raises(UnreadableError, match="no export that is known here"):
        readers.recognise(packed(tmp_path, {"holiday/1.jpg": b"\xff\xd8", "readme.txt": "hello"}))


def test_broken_json_is_named_as_that(tmp_path):
    with pytest.raises(UnreadableError, match="is not JSON"):
        readers.recognise(single(tmp_path, "watched-history-1.json", '[{"id": 1, "watched_at": "2024'))


def test_zip_files_are_made_of_nothing_but_names(tmp_path):
    path = tmp_path / "folders.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.mkdir("only")
    assert Upload(path, "folders.zip").names == []
