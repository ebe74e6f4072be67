"""A strict stand-in for the Bot API server: refuses whatever the published documents do not allow."""

from tests.botapi.remote import RemoteServer, control
from tests.botapi.server import Server
from tests.botapi.town import TOKEN, Town

__all__ = ["TOKEN", "RemoteServer", "Server", "Town", "control"]
