"""Where `manage.py up` is reached. The port is taken first of all, so that a clash shows before anything starts."""

import argparse
import os
import socket
import sys
from dataclasses import dataclass

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True)
class Address:
    listener: socket.socket
    port: int
    url: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000, help="the port of the site (default 8000)")
    parser.add_argument(
        "--bind", default="127.0.0.1", metavar="ADDRESS", help="the address to listen on; 0.0.0.0 for every network"
    )


def claim(arguments: list[str]) -> Address:
    """Listen, and tell the settings the names of the site. Exits with one line when the port is taken."""
    parser = argparse.ArgumentParser(prog="manage.py up")
    add_arguments(parser)
    options, _ = parser.parse_known_args(arguments)
    try:
        listener = _listen(options.bind, options.port)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        sys.exit(f"Marquee cannot use port {options.port} of {options.bind}: {reason}. Choose another with --port.")
    port = listener.getsockname()[1]
    url = os.environ.setdefault("PUBLIC_URL", f"http://localhost:{port}")
    if options.bind not in LOOPBACK:
        os.environ.setdefault("ALLOWED_HOSTS", ",".join(_names(options.bind, url)))
    return Address(listener, port, url)


def _listen(host: str, port: int) -> socket.socket:
    family, kind, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    listener = socket.socket(family, kind)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(place)
    listener.listen(512)
    return listener


def _names(bind: str, url: str) -> list[str]:
    """What other machines of the network may call us."""
    machine = socket.gethostname()
    names = ["localhost", "127.0.0.1", "[::1]", machine, f"{machine}.local", url.split("://")[-1].split(":")[0]]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as route:
        try:
            route.connect(("192.0.2.1", 9))  # sends nothing; tells which of our addresses looks outward
            names.append(route.getsockname()[0])
        except OSError:
            pass
    if bind not in ("0.0.0.0", "::"):  # noqa: S104 -- compared, not bound
        names.append(f"[{bind}]" if ":" in bind else bind)
    return list(dict.fromkeys(names))
