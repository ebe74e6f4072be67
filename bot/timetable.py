"""When duties run. The only file that knows APScheduler, which is the metronome and nothing more."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.intake import Intake
from handlers.jobs.base import Job

log = logging.getLogger(__name__)


class Timetable:
    """Runs every job at its beat. What is due, and whether it was done already, the jobs read from the database."""

    def __init__(
        self,
        intake: Intake,
        jobs: tuple[Job, ...],
        on_writer: Callable[[Callable[[], None]], Awaitable[None]],
    ) -> None:
        self._intake = intake
        self._jobs = jobs
        self._on_writer = on_writer
        self._failed: asyncio.Future[None] | None = None

    async def run(self, stop: asyncio.Event, wake: asyncio.Event) -> None:
        """Tick until stopped. Raises what the database raised in a job."""
        self._failed = asyncio.get_running_loop().create_future()
        scheduler = AsyncIOScheduler(timezone="UTC")
        # It warns of every beat that finds the one before it still at work, which is as it should be.
        logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
        for job in self._jobs:
            scheduler.add_job(
                self._tick,
                IntervalTrigger(seconds=job.every_s),
                args=(job, wake),
                id=job.name,
                # A beat that was missed is not made up for: the next one sees all that is due.
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        scheduler.start()
        stopped = asyncio.ensure_future(stop.wait())
        either: set[asyncio.Future[Any]] = {stopped, self._failed}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if self._failed.done():
                self._failed.result()
        finally:
            stopped.cancel()
            scheduler.shutdown(wait=False)

    async def _tick(self, job: Job, wake: asyncio.Event) -> None:
        ran: list[bool] = []
        try:
            await self._on_writer(lambda: ran.append(self._intake.tick((job,))))
        except Exception as trouble:  # the scheduler would swallow it
            if self._failed is not None and not self._failed.done():
                self._failed.set_exception(trouble)
            return
        if any(ran):
            wake.set()
