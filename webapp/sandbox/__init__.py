"""The sandbox: a local stand-in for the platform, for demonstrations and tests.

It is a second, independent reading of the user's document and of the platform contract.
It shares no code with the client it is called by, so the two check each other.
Everything is kept in memory and nothing leaves the machine.

A request passes through the modules in this order::

    server ─▶ app ─▶ faults ─▶ authentication ─▶ calls ─┬▶ opportunity_shape ─▶ opportunity_rules ─▶ store
                                                        └▶ collection ◀─ account, store
    answering: how answers are put         pages: what a person sees of the store
"""

from webapp.sandbox.app import Sandbox, create_sandbox
from webapp.sandbox.faults import Faults
from webapp.sandbox.server import SandboxServer, serve_forever

__all__ = ["Faults", "Sandbox", "SandboxServer", "create_sandbox", "serve_forever"]
