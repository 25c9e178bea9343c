"""How gunicorn serves the portal, in `make run` and in the image; the environment says where."""

import os
from pathlib import Path

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
# Pages wait for PostgreSQL more than they compute. Processes come from WEB_CONCURRENCY.
threads = int(os.environ.get("WEB_THREADS", "8"))
# A process that takes over is a copy of the one that has read the code: it serves at once.
preload_app = True
timeout = 60
graceful_timeout = 20
# Against what would leak over days; not often: while a process is replaced, the others serve alone.
max_requests = 200_000
max_requests_jitter = 40_000
# The heartbeat file must not wait for a disk, and a read-only file system has no other place.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
control_socket_disable = True
