"""How gunicorn serves the portal, in `make run` and in the image; the environment says where."""

import os
from pathlib import Path

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
# Pages wait for PostgreSQL more than they compute. Processes come from WEB_CONCURRENCY.
threads = int(os.environ.get("WEB_THREADS", "8"))
timeout = 60
graceful_timeout = 20
max_requests = 20_000
max_requests_jitter = 2_000
# The heartbeat file must not wait for a disk, and a read-only file system has no other place.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
control_socket_disable = True
