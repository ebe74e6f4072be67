"""For programmers, after a change of storage/tables.py: python -m storage.migrations "what changed"."""

from __future__ import annotations

import sys

from alembic import command

from storage.database import Database
from storage.migrations import configured, revisions, upgrade


def main(what: str) -> None:
    """Writes the next revision: what tables.py has and the last revision has not. Read it, then commit."""
    database = Database("sqlite://")
    if revisions():
        upgrade(database)
    with database.writing() as conn:
        config = configured()
        config.attributes["connection"] = conn
        command.revision(config, what, autogenerate=True, rev_id=f"{len(revisions()) + 1:04d}")
    database.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
