"""The one way out: whatever the server asks of another server goes through a session made here.

It connects only to addresses that anybody in the world may reach, so that no URL which a source hands us can make us
ask our own machine or network. A name is looked up once and the connection made to the very address that was judged: a
name server that changes its mind in between gains nothing. Each redirect is judged anew. Proxies named in the
environment are not used, because nobody here could see where they lead.
"""

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
)

from .errors import ForbiddenError

USER_AGENT = "Marquee (self-hosted catalogue)"
MOST_REDIRECTS = 3
CHUNK = 64 * 1024
MOST_ADDRESSES = 4
"""Of one name that are tried one after the other."""

WEB_PORTS = {"http": 80, "https": 443}
FIRST_FREE_PORT = 1024
"""Below it, mail servers and their like wait on every port but those of the web."""

# What is_global leaves out: 6to4 relays, all protocol assignments, the host of a virtual machine at Azure.
NOT_PUBLIC_4 = tuple(map(ipaddress.IPv4Network, ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32")))
UNICAST_6 = ipaddress.IPv6Network("2000::/3")
# Tunnels lead to any IPv4 address; the others route nowhere.
NOT_PUBLIC_6 = tuple(map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

SOURCES = ("TVMAZE_URL", "TVDB_URL", "TMDB_URL", "TMDB_IMAGE_URL")
"""The settings that name servers which the operator chose, wherever they are."""

Endpoint = tuple[str, int | None]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Session(requests.Session):
    """Time-outs are the caller's to give. Raises ForbiddenError, which requests hands through as it is."""

    def __init__(self, *, accept: str) -> None:
        super().__init__()
        self.trust_env = False
        self.max_redirects = MOST_REDIRECTS
        self.headers.update({"User-Agent": USER_AGENT, "Accept": accept})
        for scheme in WEB_PORTS:
            self.mount(f"{scheme}://", _Adapter())

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        target = super().get_redirect_target(resp)
        if target is not None:
            resp.close()  # else requests would read the body of the redirect, however long it is
        return target


def chunks(response: requests.Response) -> Iterator[bytes]:
    """The body as it comes in. Unlike iter_content this never waits until a chunk is full, so that whoever watches the
    clock in between sees it also when a server lets one byte drip after the other."""
    try:
        while chunk := response.raw.read1(CHUNK, decode_content=True):
            yield chunk
    except ReadTimeoutError as error:
        raise requests.Timeout(error) from error
    except DecodeError as error:
        raise requests.exceptions.ContentDecodingError(error) from error
    except HTTPError as error:
        raise requests.exceptions.ChunkedEncodingError(error) from error


def is_public(address: str) -> bool:
    """Whether this is an address of the internet at large; of IPv4 in the clothes of IPv6, the IPv4 address counts."""
    ip = _unwrapped(ipaddress.ip_address(address))
    if isinstance(ip, IPv6Address):
        return ip in UNICAST_6 and not any(ip in network for network in NOT_PUBLIC_6)
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in NOT_PUBLIC_4)


def _unwrapped(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(ip, IPv6Address) and ip in NAT64:
        return IPv4Address(int(ip) & 0xFFFF_FFFF)
    return (ip.ipv4_mapped or ip) if isinstance(ip, IPv6Address) else ip


def _judged(name: str, port: int) -> list[str]:
    """The addresses behind a name. Raises ForbiddenError unless all of them may be called, gaierror for no name."""
    found = socket.getaddrinfo(name.strip("[]"), port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    endpoints, networks = _allowed(*settings.OUTBOUND_ALLOWED, *(getattr(settings, source) for source in SOURCES))
    host = name.rstrip(".").lower()
    if not endpoints.isdisjoint({(host, port), (host, None)}):
        return addresses
    for address in addresses:
        if any(ipaddress.ip_address(address) in network for network in networks):
            continue
        if port < FIRST_FREE_PORT and port not in WEB_PORTS.values():
            raise ForbiddenError(f"{name}:{port} is not called: port {port} is not one of the web.")
        if not is_public(address):
            raise ForbiddenError(f"{name}:{port} is not called: {address} is not a public address.")
    return addresses


@lru_cache(maxsize=16)
def _allowed(*entries: str) -> tuple[frozenset[Endpoint], tuple[Network, ...]]:
    """URLs, hosts with or without a port, addresses, networks: what each allows."""
    endpoints, networks = set[Endpoint](), list[Network]()
    for entry in entries:
        try:
            networks.append(ipaddress.ip_network(entry, strict=False))
        except ValueError:
            url = urlsplit(entry if "//" in entry else f"//{entry}")
            endpoints.add(((url.hostname or "").rstrip("."), url.port or WEB_PORTS.get(url.scheme)))
    return frozenset(endpoints), tuple(networks)


class _Connection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        name = self._dns_host
        try:
            *others, last = _judged(name, self.port)[:MOST_ADDRESSES]
        except UnicodeError as error:
            raise NameResolutionError(name, self, socket.gaierror(str(error))) from error
        except socket.gaierror as error:
            raise NameResolutionError(name, self, error) from error
        try:
            for address in others:
                with suppress(ConnectTimeoutError, NewConnectionError):
                    return self._connected(address)
            return self._connected(last)
        finally:
            self._dns_host = name  # which TLS verifies

    def _connected(self, address: str) -> socket.socket:
        self._dns_host = address
        return super()._new_conn()


class _SecureConnection(_Connection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
