"""How gunicorn serves leadform, for ``leadform web`` and for a bare ``gunicorn webapp.wsgi:app``."""

import sys
from pathlib import Path

from webapp.faults import ConfigurationError
from webapp.gunicorn_master import MASTER, stop_when_left_alone
from webapp.logs import logging_config

try:
    settings = MASTER.read_configuration().settings
except ConfigurationError as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(2)

bind = f"0.0.0.0:{settings.port}"
# Waits for slow clients without a thread: docs/decisions/0016.
worker_class = "webapp.server.buffering_worker.BufferingWorker"
workers = settings.web_concurrency
threads = 8
# Per process; beyond that, the connections that have been idle longest are closed.
worker_connections = 4000
# Longer than the database's busy time-out, so that a slow write is not cut off.
timeout = 30
graceful_timeout = 30
keepalive = 5
# The longest that gunicorn allows: a link with every click id is long, and must not be refused.
limit_request_line = 8190
limit_request_fields = 64
# Only PROXY_HOPS says whose X-Forwarded-* headers to believe.
forwarded_allow_ips = ""
forwarder_headers = ""
control_socket_disable = True
# A receipt's address is a secret, and query strings can be personal: keep both out of the log.
accesslog = None
# A worker's heartbeat must not wait for a disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 (no file of ours is left there)
post_fork = stop_when_left_alone
logconfig_dict = logging_config(settings.log_format, settings.log_level)
