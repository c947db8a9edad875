"""The guard of the way out. Servers are real and on loopback; only the answers of the name server are made up."""

import gzip
import socket
import threading
import time

import pytest
import requests
from pytest_httpserver import HTTPServer
from werkzeug import Response

from catalog.models import Source
from catalog.sources import images, outbound
from catalog.sources.errors import ForbiddenError, MalformedError, NotFoundError, UnavailableError
from catalog.sources.http import JsonClient
from catalog.sources.limits import RateLimit
from catalog.sources.tvmaze import LIMIT


@pytest.fixture
def configured(httpserver, settings):
    """A server that the operator named as a source."""
    settings.TVMAZE_URL = httpserver.url_for("").rstrip("/")
    return httpserver


@pytest.fixture(scope="module")
def private_server():
    with HTTPServer() as server:
        yield server


@pytest.fixture
def inside(private_server):
    """A server of the operator's own that nobody outside is meant to reach."""
    private_server.clear()
    private_server.expect_request("/").respond_with_data("secret")
    return private_server


@pytest.fixture
def names(monkeypatch):
    """`names({"a.example": ["192.0.2.1"]})`: what the name server says; each list of addresses is one answer, the last
    of several stays. Returns the names asked for."""
    really, asked = socket.getaddrinfo, []

    def install(known):
        def look_up(host, port, *rest, **options):
            if host not in known:
                return really(host, port, *rest, **options)
            asked.append(host)
            answers = known[host]
            return [
                found
                for address in (answers.pop(0) if len(answers) > 1 else answers[0])
                for found in really(address, port, *rest, **options)
            ]

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        return asked

    return install


def ask(url, **options):
    with outbound.Session(accept="*/*") as session:
        return session.get(url, timeout=2, **options)


# -- addresses


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::5db8:d822", True),  # the first again, as networks without IPv4 write it
        ("0.0.0.0", False),  # noqa: S104
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("127.0.0.1", False),
        ("127.255.255.254", False),
        ("168.63.129.16", False),
        ("169.254.169.254", False),
        ("172.16.0.1", False),
        ("192.0.0.192", False),
        ("192.88.99.1", False),
        ("192.168.1.1", False),
        ("198.18.0.1", False),
        ("203.0.113.5", False),
        ("224.0.0.1", False),
        ("239.255.255.250", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::7f00:1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b:1::1", False),
        ("100::1", False),
        ("2001::1", False),
        ("2001:db8::1", False),
        ("2002:7f00:1::1", False),
        ("3fff::1", False),
        ("fc00::1", False),
        ("fd00:ec2::254", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fec0::1", False),
        ("ff02::1", False),
    ],
)
def test_what_is_public(address, public):
    assert outbound.is_public(address) == public


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "LOCALHOST",
        "127.1",
        "0x7f.0.0.1",
        "2130706433",
        "0177.0.0.1",
        "0.0.0.0",  # noqa: S104
        "[::ffff:127.0.0.1]",
        "user:password@127.0.0.1",
    ],
)
def test_nothing_on_loopback_is_called_however_it_is_written(inside, host):
    with pytest.raises(ForbiddenError, match="is not a public address"):
        ask(f"http://{host}:{inside.port}/")
    assert inside.log == []


@pytest.mark.parametrize("host", ["169.254.169.254", "10.0.0.1", "192.168.0.1", "[fe80::1]", "[fd00::1]", "[::1]"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_private_address_is_called(scheme, host):
    with pytest.raises(ForbiddenError):
        ask(f"{scheme}://{host}/latest/meta-data/")


# -- names


def test_a_name_for_a_private_address_is_not_called(inside, names):
    names({"pictures.example": [["127.0.0.1"]]})
    with pytest.raises(ForbiddenError):
        ask(f"http://pictures.example:{inside.port}/")
    assert inside.log == []


def test_a_name_that_is_private_in_part_is_not_called_at_all(inside, names):
    names({"pictures.example": [["93.184.216.34", "127.0.0.1"]]})
    with pytest.raises(ForbiddenError):
        ask(f"http://pictures.example:{inside.port}/")


def test_the_address_that_was_judged_is_the_one_called(inside, settings, names):
    """A name server that gives a harmless address to whoever checks, and another to whoever connects."""
    settings.OUTBOUND_ALLOWED = ["127.0.0.2"]
    asked = names({"pictures.example": [["127.0.0.2"], ["127.0.0.1"]]})
    with pytest.raises(requests.ConnectionError):
        ask(f"http://pictures.example:{inside.port}/")
    assert asked == ["pictures.example"]
    assert inside.log == []


def test_the_next_address_is_tried_when_one_does_not_answer(inside, settings, names):
    settings.OUTBOUND_ALLOWED = ["127.0.0.0/8"]
    names({"pictures.example": [["127.0.0.9", "127.0.0.1"]]})
    assert ask(f"http://pictures.example:{inside.port}/").text == "secret"
    assert inside.log[0][0].headers["Host"] == f"pictures.example:{inside.port}"


def test_tls_is_spoken_with_the_name_and_not_with_the_address(settings, names):
    settings.OUTBOUND_ALLOWED = ["127.0.0.1"]
    names({"pictures.example": [["127.0.0.1"]]})
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def listen():
            caller, _address = listening.accept()
            with caller:
                heard.append(caller.recv(4096))

        thread = threading.Thread(target=listen)
        thread.start()
        with pytest.raises(requests.ConnectionError):
            ask(f"https://pictures.example:{listening.getsockname()[1]}/")
        thread.join(5)
    assert b"pictures.example" in heard[0]


@pytest.mark.parametrize("host", ["nowhere.invalid", "a" * 70 + ".example", "a..example"])
def test_a_name_that_is_none_is_an_error_like_others(host):
    with pytest.raises(requests.RequestException):
        ask(f"http://{host}/")


@pytest.mark.parametrize("port", [1, 22, 25, 110, 1023])
def test_ports_below_1024_are_closed_but_for_those_of_the_web(names, port):
    names({"pictures.example": [["93.184.216.34"]]})
    with pytest.raises(ForbiddenError, match=f"port {port} is not one of the web"):
        ask(f"http://pictures.example:{port}/")


# -- what the operator allows


def test_a_configured_source_is_called_wherever_it_is(configured):
    configured.expect_request("/").respond_with_data("here")
    assert ask(configured.url_for("/")).text == "here"


def test_another_port_of_a_configured_source_is_not(configured, inside):
    with pytest.raises(ForbiddenError):
        ask(inside.url_for("/"))


def test_every_address_of_a_source_in_the_settings_is_known_to_the_guard(settings):
    named = {f"{source}_URL" for source in Source.names if hasattr(settings, f"{source}_URL")}
    assert set(outbound.SOURCES) >= named >= {"TVMAZE_URL"}
    assert all(getattr(settings, name).startswith("https://") for name in outbound.SOURCES)


@pytest.mark.parametrize(
    "entry",
    [
        "127.0.0.1",
        "127.0.0.0/8",
        "pictures.example",
        "pictures.example:{port}",
        "Pictures.Example:{port}",
        "http://pictures.example:{port}/any/path",
    ],
)
def test_hosts_and_networks_can_be_allowed(inside, settings, names, entry):
    settings.OUTBOUND_ALLOWED = ["192.168.0.0/16", entry.format(port=inside.port)]
    names({"pictures.example": [["127.0.0.1"]]})
    assert ask(f"http://pictures.example:{inside.port}/").text == "secret"


@pytest.mark.parametrize(
    "entry", ["pictures.example:1", "other.example", "10.0.0.0/8", "::1", "http://pictures.example"]
)
def test_what_is_allowed_allows_nothing_else(inside, settings, names, entry):
    settings.OUTBOUND_ALLOWED = [entry]
    names({"pictures.example": [["127.0.0.1"]]})
    with pytest.raises(ForbiddenError):
        ask(f"http://pictures.example:{inside.port}/")


def test_proxies_of_the_environment_are_not_used(configured, inside, monkeypatch):
    configured.expect_request("/").respond_with_data("here")
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, inside.url_for("/"))
    monkeypatch.setenv("no_proxy", "")
    assert ask(configured.url_for("/")).text == "here"
    assert inside.log == []


# -- redirects


def redirect(server, target):
    server.expect_request("/").respond_with_data("", status=302, headers={"Location": target})


def test_a_redirect_to_a_private_address_is_not_followed(configured, inside):
    redirect(configured, inside.url_for("/"))
    with pytest.raises(ForbiddenError):
        ask(configured.url_for("/"))
    assert inside.log == []


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/"])
def test_a_redirect_leads_only_to_the_web(configured, target):
    redirect(configured, target)
    with pytest.raises((requests.RequestException, ForbiddenError)):
        ask(configured.url_for("/"))


def test_redirects_have_an_end(configured):
    redirect(configured, "/")
    with pytest.raises(requests.TooManyRedirects):
        ask(configured.url_for("/"))
    assert len(configured.log) == outbound.MOST_REDIRECTS + 1


def test_the_body_of_a_redirect_is_not_read(configured):
    sent = []

    def endless(_request):
        def body():
            for _ in range(2000):
                sent.append(1)
                yield b"x" * 1024 * 1024

        return Response(body(), status=302, headers={"Location": "/end"})

    configured.expect_request("/").respond_with_handler(endless)
    configured.expect_request("/end").respond_with_data("the end")
    with outbound.Session(accept="*/*") as session, session.get(configured.url_for("/"), timeout=5, stream=True) as end:
        assert end.text == "the end"
    assert len(sent) < 100


# -- what goes through it


def test_questions_to_sources_go_through_the_guard(inside):
    limit = RateLimit("inside", calls=100, seconds=1.0, redis=LIMIT.redis)
    with pytest.raises(ForbiddenError):
        JsonClient("Inside", inside.url_for("").rstrip("/"), limit, timeout=2).get("/")
    assert inside.log == []


def test_an_image_comes_as_it_is(configured):
    configured.expect_request("/a.jpg").respond_with_data(b"\xff\xd8 and so on")
    assert images.fetch(configured.url_for("/a.jpg")) == b"\xff\xd8 and so on"


def test_an_image_that_came_compressed_is_unpacked(configured):
    packed = gzip.compress(b"\xff\xd8 and so on" * 1000)
    configured.expect_request("/a.jpg").respond_with_data(packed, headers={"Content-Encoding": "gzip"})
    assert images.fetch(configured.url_for("/a.jpg")) == b"\xff\xd8 and so on" * 1000


@pytest.mark.parametrize("status", [404, 410])
def test_an_image_that_is_gone_is_not_found(configured, status):
    configured.expect_request("/a.jpg").respond_with_data("", status=status)
    with pytest.raises(NotFoundError):
        images.fetch(configured.url_for("/a.jpg"))


@pytest.mark.parametrize("status", [204, 206, 403, 429, 500, 503])
def test_any_other_answer_is_worth_another_try(configured, status):
    configured.expect_request("/a.jpg").respond_with_data("", status=status)
    with pytest.raises(UnavailableError):
        images.fetch(configured.url_for("/a.jpg"))


def test_an_image_is_not_read_beyond_ten_megabytes(configured):
    configured.expect_request("/a.jpg").respond_with_data(b"x" * (images.LARGEST + 1))
    with pytest.raises(MalformedError, match="more than 10 MB"):
        images.fetch(configured.url_for("/a.jpg"))


def test_an_image_that_unpacks_without_end_is_not_read_beyond_ten_megabytes(configured):
    packed = gzip.compress(b"\0" * (20 * 1024 * 1024), 1)
    configured.expect_request("/a.jpg").respond_with_data(packed, headers={"Content-Encoding": "gzip"})
    with pytest.raises(MalformedError, match="more than 10 MB"):
        images.fetch(configured.url_for("/a.jpg"))


@pytest.fixture
def cut_short(configured):
    """The address of an image of which only the beginning comes."""
    configured.expect_request("/a.jpg").respond_with_handler(
        lambda _request: Response(iter([b"half"]), headers={"Content-Length": "1000"})
    )
    return configured.url_for("/a.jpg")


def test_an_image_that_is_cut_short_is_worth_another_try(cut_short):
    with pytest.raises(UnavailableError, match="cut short"):
        images.fetch(cut_short)


def test_an_image_that_drips_is_given_up(configured, monkeypatch):
    monkeypatch.setattr(images, "LONGEST", 0.2)
    is_over = threading.Event()

    def drip(_request):
        return Response(b"x" for _ in range(400) if not is_over.wait(0.05))

    configured.expect_request("/a.jpg").respond_with_handler(drip)
    started = time.monotonic()
    try:
        with pytest.raises(UnavailableError, match="took too long"):
            images.fetch(configured.url_for("/a.jpg"))
    finally:
        is_over.set()
    assert time.monotonic() - started < 5


def test_a_server_that_does_not_answer_is_left_alone_for_a_minute(configured, cut_short):
    configured.expect_request("/b.jpg").respond_with_data(b"whole")
    for url in (cut_short, configured.url_for("/b.jpg")):
        with pytest.raises(UnavailableError):
            images.fetch(url)
    assert [request.path for request, _answer in configured.log] == ["/a.jpg"]


@pytest.mark.parametrize(
    "url", ["", "a.jpg", "file:///etc/passwd", "ftp://127.0.0.1/a.jpg", "http://", "http://[", "http://[::1/a", "//x/a"]
)
def test_what_is_no_address_of_the_web_is_forbidden(url):
    with pytest.raises(ForbiddenError):
        images.fetch(url)
