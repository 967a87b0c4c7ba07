"""The sandbox: a local stand-in for the platform, for demonstrations and tests.

It is a second, independent reading of the user's document and of the platform contract.
It shares no code with the client that calls it, so the two check each other.
It keeps everything in memory, and nothing leaves the machine.

``server.py`` listens, and ``app.py`` takes a request. ``fault_injection.py`` may make it fail, and
``authentication.py`` checks its signature. ``calls.py`` knows the calls:

- An opportunity is checked by ``opportunity_shape.py`` (the types of ``property_types.py``), then by
  ``opportunity_rules.py`` and ``assignment_rules.py``. ``opportunity_update.py`` says what an update leaves.
  ``store.py`` keeps it, and ``directory.py`` its contacts and companies.
- A list is filtered and cut into pages by ``collection.py``; ``account.py`` has the account's own lists.

``response_options.py`` shapes the answer, or ``refusal.py`` says no. ``pages.py`` shows people what arrived.
"""

from webapp.sandbox.app import Sandbox, create_sandbox
from webapp.sandbox.fault_injection import FaultInjector
from webapp.sandbox.server import SandboxServer, serve_forever

__all__ = ["FaultInjector", "Sandbox", "SandboxServer", "create_sandbox", "serve_forever"]
