"""Run by Alembic: how revisions meet a database. The connection comes from the caller, in its transaction."""

from __future__ import annotations

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from storage.tables import UtcDateTime, metadata


def _render(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    # A revision stays as it was written: it must not change with the application's own types.
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


connection = context.config.attributes["connection"]
if not isinstance(connection, Connection):
    raise TypeError("the caller passes a connection: see storage/migrations/__init__.py")
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_item=_render,
    # SQLite changes a table by building a new one.
    render_as_batch=True,
    transactional_ddl=True,
    compare_server_default=True,
)
context.run_migrations()
