"""A real Valkey that listens on nothing but a Unix socket, with its append-only file on."""

import socket
from pathlib import Path
from signal import Signals
from urllib.parse import quote

from config.embedded.home import private_folder, replace_file
from config.embedded.server import Server

CONFIGURATION = """\
# Written by Marquee at each start.
port 0
unixsocket {socket}
unixsocketperm 700
dir {data}
pidfile {pid_file}
daemonize no
save ""
appendonly {durable}
appendfsync everysec
loglevel notice
"""


class Valkey(Server):
    title = "Valkey"
    program = "valkey-server"
    variable = "REDIS_URL"
    stopping = ((Signals.SIGTERM, 20.0),)  # it writes what is left to its file and ends

    @property
    def data(self) -> Path:
        return self.home.state / "valkey"

    @property
    def log(self) -> Path:
        return self.home.logs / "valkey.log"

    @property
    def socket(self) -> Path:
        return self.home.sockets / "valkey.sock"

    @property
    def pid_file(self) -> Path:
        return self.data / "valkey.pid"

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}?db=0"

    def command(self) -> list[str]:
        return [str(self.programs.valkey), str(self.data / "valkey.conf")]

    def answers(self) -> bool:
        """PONG, and not -LOADING while it reads its file."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(5)
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False

    def clear_leftovers(self) -> None:
        self.pid_file.unlink(missing_ok=True)
        self.socket.unlink(missing_ok=True)

    def prepare(self) -> None:
        private_folder(self.data, self.home.account)
        text = CONFIGURATION.format(
            socket=_quoted(self.socket),
            data=_quoted(self.data),
            pid_file=_quoted(self.pid_file),
            durable="yes" if self.durable else "no",
        )
        replace_file(self.data / "valkey.conf", text, self.home.account)


def _quoted(path: Path) -> str:
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'
