"""The gateway as a process that a test steers."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.gateway.install import NoNode, install, node

KEY = "insecure_stand-in-key-of-no-real-gateway"
ME = "wxid_linli"


class RealGateway:
    """A gateway of its own on free loopback ports. ``with`` starts and stops it."""

    def __init__(self, certificate: tuple[Path, Path] | None = None) -> None:
        """``certificate``: files of a certificate and its key; the gateway then speaks TLS."""
        self.port, self.control = _free_port(), _free_port()
        self._certificate = certificate
        self._process: subprocess.Popen[str] | None = None
        self._folder: Path = install()

    def __enter__(self) -> RealGateway:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self) -> None:
        """Start it and wait until it listens; people and rooms have to be made anew."""
        self._process = subprocess.Popen(  # our own command line
            [
                node(),
                "gateway.mjs",
                str(self.port),
                str(self.control),
                *(["tls"] if self._certificate else []),
            ],
            cwd=self._folder,
            env={**os.environ, "GATEWAY_KEY": KEY, **self._cert_files()},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.strip() == "ready":
                return
        raise AssertionError("the gateway did not start")

    def _cert_files(self) -> dict[str, str]:
        if self._certificate is None:
            return {}
        return {"GATEWAY_CERT": str(self._certificate[0]), "GATEWAY_CERT_KEY": str(self._certificate[1])}

    def kill(self) -> None:
        """kill -9."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None

    def freeze(self) -> None:
        """It stops answering, and its connections stay open."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def do(self, doing: str, **facts: Any) -> Any:
        """Do one thing (see gateway.mjs) and return what came of it."""
        request = Request(  # loopback
            f"http://127.0.0.1:{self.control}/{doing}", json.dumps(facts).encode(), method="POST"
        )
        with urlopen(request, timeout=30) as response:  # noqa: S310  # loopback
            return json.loads(response.read())

    def sent(self, to: str | None = None) -> list[dict[str, Any]]:
        """What the account has sent, to one conversation or to all."""
        return [one for one in self.do("sent") if to is None or one.get("to") == to]


def started(certificate: tuple[Path, Path] | None = None) -> RealGateway:
    """A gateway for a test; the test is skipped where there is none, but never in CI."""
    try:
        return RealGateway(certificate)
    except NoNode as reason:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"skipped: {reason}")


def until(true: Any, what: str, seconds: float = 30) -> Any:
    """Wait until something holds and return it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = true()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds:.0f} s: {what}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
