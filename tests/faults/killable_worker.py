"""``python -m tests.faults.killable_worker worker``: a worker killed at a point of ``kill_points``."""

import os
from urllib.parse import urlsplit

from tests.faults.kill_points import KillPoint, watch_connections, wrap_method
from webapp.commands import main
from webapp.outbox.queue import DeliveryQueue

if __name__ == "__main__":
    wrap_method(DeliveryQueue, "claim", None, KillPoint.AFTER_CLAIM)
    wrap_method(DeliveryQueue, "record", KillPoint.BEFORE_RECORDING, KillPoint.AFTER_RECORDING)
    watch_connections(urlsplit(os.environ["PLATFORM_URL"]).port or 0)
    main()
