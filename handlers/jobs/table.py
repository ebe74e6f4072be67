"""The one table of periodic duties."""

from __future__ import annotations

from handlers.groups import all_open, knock
from handlers.jobs.base import Job, morning_of_today, this_hour
from handlers.jobs.calendar import (
    announcements,
    festivals,
    listening,
    no_festival,
    none_planned,
    not_listening,
)
from handlers.jobs.deadlines import all_wound, deadlines, nothing_due, unwound
from handlers.jobs.duty import duty_gaps, leave_begins_and_ends, no_gaps, nobody_away
from handlers.jobs.morning import morning, still_muted, unmuted
from handlers.jobs.notices import none_posted, notices
from handlers.jobs.referrals import referrals
from handlers.jobs.silence import all_speak, silence
from handlers.jobs.supervision import nobody_supervises, supervision
from handlers.jobs.upkeep import (
    dead_letters,
    forget,
    no_stars_lapse,
    nobody_leaves,
    none_buried,
    nothing_to_forget,
    stars,
    sweep,
    terms,
)

JOBS: tuple[Job, ...] = (
    # The night's lists come before the deadlines that begin with them.
    Job("morning", morning, 15, morning_of_today),
    # What is due is claimed within two seconds, also where a beat finds the writer at work.
    Job("deadlines", deadlines, 1, idle=nothing_due),
    Job("unwound", unwound, 600, idle=all_wound),
    Job("supervision", supervision, 60, morning_of_today, nobody_supervises),
    Job("announcements", announcements, 5, idle=none_planned),
    Job("referrals", referrals, 60, morning_of_today),
    Job("unmuted", unmuted, 15, idle=still_muted),
    Job("notices", notices, 60, idle=none_posted),
    Job("festivals", festivals, 30, idle=no_festival),
    Job("listening", listening, 60, morning_of_today, not_listening),
    Job("leave", leave_begins_and_ends, 60, idle=nobody_away),
    Job("duty_gaps", duty_gaps, 600, idle=no_gaps),
    Job("terms", terms, 300, idle=nobody_leaves),
    Job("knock", knock, 300, this_hour, all_open),
    Job("silence", silence, 3600, idle=all_speak),
    Job("dead_letters", dead_letters, 300, this_hour, none_buried),
    Job("forget", forget, 60, idle=nothing_to_forget),
    Job("stars", stars, 600, idle=no_stars_lapse),
    Job("sweep", sweep, 3600),
)
"""Each with the seconds after which it looks again whether something is due, and how one tells that nothing is."""
