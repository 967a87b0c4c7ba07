"""``python -m tests.faults.doomed_worker worker``: a worker that meets the end ``doom`` says."""

import os
from urllib.parse import urlsplit

from tests.faults.kill_points import Doom, meet_before_connecting, wrap
from webapp.commands import main
from webapp.outbox.queue import DeliveryQueue

if __name__ == "__main__":
    wrap(DeliveryQueue, "claim", None, Doom.AFTER_CLAIM)
    wrap(DeliveryQueue, "record", Doom.BEFORE_RECORDING, Doom.AFTER_RECORDING)
    meet_before_connecting(urlsplit(os.environ["PLATFORM_URL"]).port or 0)
    main()
