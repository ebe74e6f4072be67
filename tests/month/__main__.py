"""A month of 350 homes and 2,000 reports; exit code 1 if a deadline is left that nothing explains."""

from __future__ import annotations

import argparse
import sys
import time

from handlers.clocks import laps_of
from handlers.rate_pages import page
from handlers.record import record
from tests.month.ledger import ledger, table
from tests.month.life import BEGIN, Month


def main() -> int:
    """Live the month, print the account and the three rates."""
    parser = argparse.ArgumentParser(prog="make month", description=__doc__)
    parser.add_argument("--seed", default="linli")
    parser.add_argument("--homes", type=int, default=350)
    parser.add_argument(
        "--tickets", type=int, default=2000, help="reports; those that join another make no ticket"
    )
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--diaries", action="store_true", help="of what is unexplained")
    chosen = parser.parse_args()
    began = time.monotonic()
    month = Month(chosen.seed, homes=chosen.homes, wanted=chosen.tickets, days=chosen.days)
    print(f"{chosen.days} days, {chosen.homes} homes, --seed {chosen.seed}", flush=True)

    def told(day: int, filed: int) -> None:
        minutes, seconds = divmod(int(time.monotonic() - began), 60)
        print(f"{minutes:>3}:{seconds:02}  day {day}, {filed} tickets", flush=True)

    month.live(told)
    with month.town.store() as store:
        context = month.town.context(store)
        entries = ledger(context, month.down)
        read = time.monotonic()
        known = record(context, BEGIN, context.now)
        print(page(context, known.cases, f"{chosen.days} 天"))
        print(f"\nthe record was read in {time.monotonic() - read:.1f} s\n")
    print("\n".join(table(entries)))
    if chosen.diaries:
        for number in sorted({entry.number for entry in entries if entry.wrong})[:5]:
            _diary(month, number)
    buried = month.town.buried()
    print(f"{len(buried):>6}  dead letters")
    return 1 if buried or any(entry.wrong for entry in entries) else 0


def _diary(month: Month, number: int) -> None:
    ticket = month.town.ticket(number)
    with month.town.store() as store:
        print(f"\n#{number} {ticket}")
        for event in store.tickets.diary(ticket):
            print(f"  {event.at:%d %H:%M:%S} {event.verb} {event.actor} {event.data}")
        for lap in laps_of(month.town.context(store), ticket):
            print(f"  {lap}")


if __name__ == "__main__":
    sys.exit(main())
