"""A process to be killed: it writes pairs of rows, each in one transaction, and says which are committed."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from sqlalchemy import insert, update

from storage.database import Database
from storage.tables import compounds, offsets

NOON = datetime(2026, 6, 16, 12, tzinfo=UTC)


def main() -> None:
    """Reads the address and the number to begin with from stdin, since an address may hold a password."""
    database = Database(sys.stdin.readline().strip())
    number = int(sys.stdin.readline())
    while True:
        with database.writing() as conn:
            row = {"code": str(number), "name": "春晖苑", "mode": "live"}
            conn.execute(insert(compounds).values(**row, listening_since=NOON, created_at=NOON))
            print("half", number, flush=True)
            conn.execute(update(offsets).values(next_offset=number))
        print("done", number, flush=True)
        number += 1


if __name__ == "__main__":
    main()
