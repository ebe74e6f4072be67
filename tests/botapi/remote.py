"""A stand-in server in a process of its own, and its town from afar."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen


class RemoteServer:
    """Starts ``python -m tests.botapi`` and ends it: ``with RemoteServer() as server: server.do("says", …)``.

    It outlives the bot's process, so a bot can be killed and started again against the same town.
    """

    def __init__(self) -> None:
        self.url = ""
        self.token = ""
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> RemoteServer:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.botapi"],
            stdout=subprocess.PIPE,
            encoding="utf-8",
            cwd=Path(__file__).parents[2],
        )
        assert self._process.stdout is not None
        where = json.loads(self._process.stdout.readline())
        self.url, self.token = where["url"], where["token"]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        with self._process as process:
            process.terminate()

    def do(self, name: str, /, **arguments: Any) -> Any:
        """Act on the town by the name of its method. ValueError with its reason where it refuses."""
        return control(self.url, name, **arguments)


def control(url: str, name: str, /, **arguments: Any) -> Any:
    """One act on the town behind a stand-in server."""
    request = Request(  # noqa: S310  # always a stand-in's own http://127.0.0.1
        f"{url}/control/{name}",
        data=json.dumps(arguments).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urlopen(request, timeout=30) as answer:  # noqa: S310
            return json.load(answer)["result"]
    except HTTPError as error:
        with error:
            raise ValueError(json.load(error)["error"]) from None
