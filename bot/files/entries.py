"""Single entries of ``config.toml`` as people write them: times, addresses, databases, building lists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain import numbering
from bot.files.problems import shown


class Wrong(ValueError):
    """An entry that cannot be used: ``kind`` is a key of the catalogue's [config] table."""

    def __init__(self, kind: str, **values: object) -> None:
        super().__init__(kind)
        self.kind = kind
        self.values = values


def clock_time(value: object) -> time:
    """TOML's own times and the usual "22:00", also with a full-width colon."""
    if isinstance(value, time) and value.tzinfo is None:
        return value
    found = re.fullmatch(r"(\d{1,2})[:：](\d{2})", value.strip()) if isinstance(value, str) else None
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise Wrong("bad_time", value=shown(value))
    return time(int(found[1]), int(found[2]))


def path_from(folder: Path, value: object) -> Path:
    """A path, a relative one seen from ``folder``."""
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise Wrong("not_text")
    return folder / Path(value.strip()).expanduser()


def existing(path: Path) -> Path:
    """The path of a file that is there."""
    if not path.is_file():
        raise Wrong("no_file", value=shown(path, 200))
    return path


def identifier(value: object) -> object:
    """A chat's id as text: people write Telegram's numbers with or without quotes."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def time_zone(name: str) -> str:
    """The name of a time zone that exists."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Wrong("bad_zone", value=shown(name)) from None
    return name


def server(url: str) -> str:
    """A Bot API server's address without a slash at the end.

    The token travels in it, so only an encrypted way or this very machine will do.
    """
    parts = _split(url)
    if not parts.hostname or "@" in parts.netloc or parts.query or parts.fragment:
        raise Wrong("bad_url")
    if parts.scheme != "https" and not (parts.scheme == "http" and _loopback(parts.hostname)):
        raise Wrong("open_url")
    return url.rstrip("/")


def webhook(url: str) -> str:
    """A public address that Telegram posts to, without a slash at the end: https, on one of the ports it knows."""
    parts = _split(url)
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or parts.query or parts.fragment:
        raise Wrong("bad_webhook")
    if parts.port not in (None, 443, 80, 88, 8443):
        raise Wrong("webhook_port")
    return url.rstrip("/")


def listen(address: str) -> str:
    """``host:port``, where the host is an IP address of this machine or localhost."""
    found = re.fullmatch(r"(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+)|(localhost)):(\d{1,5})", address.strip())
    if found is None or not 1 <= int(found[4]) <= 65535:
        raise Wrong("bad_listen")
    if not found[3]:
        try:
            ip_address(found[1] or found[2])
        except ValueError:
            raise Wrong("bad_listen") from None
    return address.strip()


def proxy(url: str) -> str:
    """A proxy's address."""
    parts = _split(url)
    if parts.scheme not in ("http", "https", "socks5", "socks5h") or not parts.hostname:
        raise Wrong("bad_proxy")
    return url


def database(folder: Path, url: str) -> str:
    """A database's address as SQLAlchemy wants it; a relative SQLite file is seen from ``folder``."""
    if url in ("sqlite://", "sqlite:///:memory:"):
        return "sqlite://"
    path = url.removeprefix("sqlite:///")
    if path and path != url:
        return f"sqlite:///{folder / Path(path).expanduser()}"
    if re.fullmatch(r"postgres(ql)?(\+psycopg)?://.+", url):
        return f"postgresql+psycopg://{url.partition('://')[2]}"
    raise Wrong("bad_database")


def buildings(value: object) -> tuple[str, ...]:
    """Every building by its own name, ranges written out, in the order given."""
    if not isinstance(value, list | tuple) or any(
        isinstance(item, bool) or not isinstance(item, str | int) for item in value
    ):
        raise Wrong("not_buildings")
    names: list[str] = []
    for item in value:
        for part in re.split(r"[、,，;；]", str(item)):
            try:
                names += numbering.buildings(part)
            except numbering.BadSpan as bad:
                raise Wrong(f"span_{bad.kind}", value=shown(bad.text)) from None
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise Wrong("building_twice", value=shown(numbering.fold(twice)))
    return tuple(names)


def some_buildings(value: object) -> tuple[str, ...]:
    """Buildings as a list or in one line: "1-5", ["1-5", "7"]."""
    return buildings([value] if isinstance(value, str) else value)


def phases(value: object) -> dict[str, object]:
    """The table of phases with its keys made plain ("二期" → "2")."""
    if not isinstance(value, Mapping):
        raise Wrong("not_phases")
    found: dict[str, object] = {}
    for name, names in value.items():
        phase = numbering.phase(str(name))
        if phase is None or phase in found:
            raise Wrong("bad_phase", value=shown(name))
        found[phase] = names
    return found


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises where the port is no number
    except ValueError:
        return SplitResult("", "", "", "", "")
    return parts


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
