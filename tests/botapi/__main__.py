"""The stand-in as a process: ``python -m tests.botapi --port 0`` prints where it listens, as JSON."""

from __future__ import annotations

import argparse
import json
import signal
import threading

from tests.botapi.server import Server
from tests.botapi.town import TOKEN, Town


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(description="A strict stand-in for the Bot API server, on loopback.")
    parser.add_argument("--port", type=int, default=0, help="0 chooses a free one")
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--privacy", action="store_true", help="the bot hears only what is meant for it")
    chosen = parser.parse_args()
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    with Server(Town(chosen.token, privacy=chosen.privacy), chosen.port) as server:
        print(json.dumps({"url": server.url, "token": chosen.token}), flush=True)
        over.wait()


if __name__ == "__main__":
    main()
