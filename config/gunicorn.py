"""How the pages are served: two processes of four threads each, or as WEB_CONCURRENCY and WEB_THREADS say."""

import os
from pathlib import Path

wsgi_app = "config.wsgi"
chdir = str(Path(__file__).resolve().parents[1])
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
preload_app = True
timeout = 60
graceful_timeout = 10
keepalive = 30
control_socket_disable = True  # it would be shared by every site of this account
loglevel = "warning"
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 -- its heartbeat must not wait for a disk
