"""The one table of periodic duties."""

from __future__ import annotations

from handlers.groups import knock
from handlers.jobs.base import Job
from handlers.jobs.calendar import announcements, festivals, listening
from handlers.jobs.deadlines import deadlines, unwound
from handlers.jobs.duty import duty_gaps, leave_begins_and_ends
from handlers.jobs.morning import morning, unmuted
from handlers.jobs.notices import notices
from handlers.jobs.referrals import referrals
from handlers.jobs.silence import silence
from handlers.jobs.supervision import supervision
from handlers.jobs.upkeep import dead_letters, forget, stars, sweep, terms

JOBS: tuple[Job, ...] = (
    # The night's lists come before the deadlines that begin with them.
    Job("morning", morning, 15),
    Job("deadlines", deadlines, 2),
    Job("unwound", unwound, 600),
    Job("supervision", supervision, 60),
    Job("announcements", announcements, 5),
    Job("referrals", referrals, 60),
    Job("unmuted", unmuted, 15),
    Job("notices", notices, 60),
    Job("festivals", festivals, 30),
    Job("listening", listening, 60),
    Job("leave", leave_begins_and_ends, 60),
    Job("duty_gaps", duty_gaps, 600),
    Job("terms", terms, 300),
    Job("knock", knock, 300),
    Job("silence", silence, 3600),
    Job("dead_letters", dead_letters, 300),
    Job("forget", forget, 60),
    Job("stars", stars, 600),
    Job("sweep", sweep, 3600),
)
"""Each with the seconds after which it looks again whether something is due."""
