"""Outgoing messages and faces as JSON, for the rows they wait in."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import TypeAdapter

from bot.domain import messages
from bot.domain.messages import Account, Face, Outgoing


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(getattr(messages, name))


_KINDS = frozenset({"Say", "SendFile", "Answer", "React", "Fetch", "Leave", "PublishMenu", "Befriend"})


def outgoing_to_json(what: Outgoing) -> dict[str, Any]:
    """With the name of its class beside its fields."""
    name = type(what).__name__
    return {"what": name, **_adapter(name).dump_python(what, mode="json")}


def outgoing_from_json(values: dict[str, Any]) -> Outgoing:
    """The inverse of ``outgoing_to_json``. Raises ValueError for what is no outgoing message."""
    name = values.get("what")
    if name not in _KINDS:
        raise ValueError(f"not an outgoing message: {name!r}")
    what: Outgoing = _adapter(name).validate_python({k: v for k, v in values.items() if k != "what"})
    return what


def face_to_json(face: Face) -> dict[str, Any]:
    """A face as JSON."""
    values: dict[str, Any] = _adapter("Face").dump_python(face, mode="json")
    return values


def face_from_json(values: dict[str, Any]) -> Face:
    """The inverse of ``face_to_json``."""
    face: Face = _adapter("Face").validate_python(values)
    return face


def accounts_to_json(accounts: tuple[Account, ...]) -> list[dict[str, str]]:
    """Accounts as JSON."""
    return [{"platform": a.platform, "id": a.id, "name": a.name} for a in accounts]


def accounts_from_json(values: list[dict[str, str]]) -> tuple[Account, ...]:
    """The inverse of ``accounts_to_json``."""
    return tuple(Account(v["platform"], v["id"], v.get("name", "")) for v in values)
