"""Every table. Each row belongs to a compound; a column added here needs an Alembic revision (a test compares)."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC. SQLite drops time zones, so they are put back; naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a time zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002  # the base class's signature
    ) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite gives ids by itself only to a column of exactly the type INTEGER.
_Id = BigInteger().with_variant(Integer, "sqlite")


def _id() -> Column[int]:
    return Column("id", _Id, primary_key=True, autoincrement=True)


def _compound() -> Column[int]:
    return Column("compound_id", _Id, ForeignKey("compounds.id"), nullable=False)


def _ticket(*, nullable: bool = False) -> Column[int]:
    return Column("ticket_id", _Id, ForeignKey("tickets.id"), nullable=nullable)


compounds = Table(
    "compounds",
    metadata,
    _id(),
    Column("code", String(64), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("next_ticket", Integer, nullable=False, default=1),
    Column("mode", String(16), nullable=False),
    Column("listening_since", UtcDateTime, nullable=False),
    Column("muted_until", UtcDateTime),
    Column("first_code_hash", String(64)),
    Column("created_at", UtcDateTime, nullable=False),
)
"""A residential compound (小区), its ticket counter and its mode."""

groups = Table(
    "groups",
    metadata,
    _id(),
    _compound(),
    Column("platform", String(16), nullable=False),
    Column("chat", String(64), nullable=False),
    Column("title", String(255), nullable=False, default=""),
    Column("standing", String(16), nullable=False),
    Column("introduced_at", UtcDateTime),
    Column("heard_at", UtcDateTime),
    UniqueConstraint("platform", "chat"),
)
"""What became of the configured groups (群): which purpose each has is in the configuration."""

chat_moves = Table(
    "chat_moves",
    metadata,
    _id(),
    _compound(),
    Column("platform", String(16), nullable=False),
    Column("old_chat", String(64), nullable=False),
    Column("new_chat", String(64), nullable=False),
    UniqueConstraint("platform", "old_chat"),
)
"""A group that was given a new id: the configuration may still hold the old one."""

accounts = Table(
    "accounts",
    metadata,
    _id(),
    _compound(),
    Column("platform", String(16), nullable=False),
    Column("account", String(64), nullable=False),
    Column("name", String(255), nullable=False, default=""),
    Column("started_at", UtcDateTime),
    Column("blocked_at", UtcDateTime),
    Column("opted_out_at", UtcDateTime),
    Column("ignored_until", UtcDateTime),
    Column("home", JSON),
    UniqueConstraint("compound_id", "platform", "account"),
)
"""Accounts that matter: staff, reporters, people who opted out. Nobody is kept for mere talking."""

bindings = Table(
    "bindings",
    metadata,
    _id(),
    _compound(),
    Column("person", String(200), nullable=False),
    Column("platform", String(16), nullable=False),
    Column("account", String(64), nullable=False),
    Column("bound_at", UtcDateTime, nullable=False),
    Column("bound_by", String(200), nullable=False),
    Column("revoked_at", UtcDateTime),
    Index(None, "compound_id", "platform", "account"),
    Index(None, "compound_id", "person"),
)
"""Which account is whose (绑定). Rights come from here and from the roster's current rows, never from names."""

invites = Table(
    "invites",
    metadata,
    _id(),
    _compound(),
    Column("person", String(200), nullable=False),
    Column("code_hash", String(64), nullable=False, unique=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("created_by", String(200), nullable=False),
    Column("used_at", UtcDateTime),
    Column("used_platform", String(16)),
    Column("used_account", String(64)),
)
"""One-time invitations; only the hash of the code is kept."""

tickets = Table(
    "tickets",
    metadata,
    _id(),
    _compound(),
    Column("number", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("topic", String(32), nullable=False),
    Column("severity", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("place", JSON, nullable=False),
    Column("filed_at", UtcDateTime, nullable=False),
    Column("reporter_platform", String(16)),
    Column("reporter_account", String(64)),
    Column("reporter_name", String(255), nullable=False, default=""),
    Column("contact", String(64), nullable=False, default=""),
    Column("origin_platform", String(16)),
    Column("origin_chat", String(64)),
    Column("origin_thread", String(64)),
    Column("message", String(64)),
    Column("grid", String(64)),
    Column("role", String(16), nullable=False),
    Column("assignee", String(200)),
    Column("rung", Integer, nullable=False, default=0),
    Column("episode", Integer, nullable=False, default=1),
    Column("voices", Integer, nullable=False, default=0),
    Column("due_at", UtcDateTime),
    Column("outcome", String(16)),
    Column("paused_until", UtcDateTime),
    Column("paused_reason", Text, nullable=False, default=""),
    Column("merged_into", Integer),
    Column("danger", String(16)),
    Column("awaits_place", Boolean, nullable=False, default=False),
    Column("because", JSON, nullable=False),
    Column("score", Float, nullable=False, default=0.0),
    Column("on_behalf", Boolean, nullable=False, default=False),
    Column("listened", Boolean, nullable=False, default=False),
    Column("pinged_at", UtcDateTime),
    Column("told_group_at", UtcDateTime),
    Column("lap_at", UtcDateTime),
    Column("deadline_at", UtcDateTime),
    Column("mark", Integer, nullable=False, default=0, server_default="0"),
    Column("rings", Integer, nullable=False, default=0, server_default="0"),
    Column("planned_for", UtcDateTime),
    Column("urged", Integer, nullable=False, default=0, server_default="0"),
    Column("confidential", Boolean, nullable=False, default=False, server_default=false()),
    UniqueConstraint("compound_id", "number"),
    Index(None, "compound_id", "state"),
    Index(None, "compound_id", "due_at"),
    Index(None, "compound_id", "lap_at"),
    Index(None, "compound_id", "reporter_platform", "reporter_account", "filed_at"),
)
"""Complaints, wishes and notices (工单)."""

events = Table(
    "events",
    metadata,
    _id(),
    _compound(),
    _ticket(),
    Column("at", UtcDateTime, nullable=False),
    Column("verb", String(32), nullable=False),
    Column("actor", String(16), nullable=False),
    Column("actor_platform", String(16)),
    Column("actor_account", String(64)),
    Column("actor_name", String(255), nullable=False, default=""),
    Column("data", JSON, nullable=False),
    Index(None, "ticket_id", "id"),
    Index(None, "compound_id", "at"),
)
"""Every step of every ticket, for its diary. Removing a person empties the actor, never the event."""

ticket_messages = Table(
    "ticket_messages",
    metadata,
    _id(),
    _compound(),
    _ticket(),
    Column("platform", String(16), nullable=False),
    Column("chat", String(64), nullable=False),
    Column("message", String(64), nullable=False),
    Column("account", String(64)),
    Column("name", String(255), nullable=False, default=""),
    Column("purpose", String(16), nullable=False),
    Column("text", Text, nullable=False, default=""),
    Column("album", String(64)),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("compound_id", "platform", "chat", "message"),
    Index(None, "ticket_id"),
)
"""The messages that belong to a ticket: where it began, details, other voices, proof."""

photos = Table(
    "photos",
    metadata,
    _id(),
    _compound(),
    _ticket(),
    Column("platform", String(16), nullable=False),
    Column("file", Text, nullable=False),
    Column("unique_id", String(128), nullable=False),
    Column("purpose", String(16), nullable=False),
    Column("media", String(80)),
    Column("failed", Text, nullable=False, default=""),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("ticket_id", "unique_id", "purpose"),
)
"""Photos of a matter or as proof; ``media`` names the stored file once it has been fetched."""

cards = Table(
    "cards",
    metadata,
    _id(),
    _compound(),
    _ticket(),
    Column("audience", String(16), nullable=False),
    Column("platform", String(16), nullable=False),
    Column("chat", String(64), nullable=False),
    Column("thread", String(64)),
    Column("message", String(64)),
    Column("reply_to", String(64)),
    Column("person", String(200)),
    Column("mentions", JSON, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("wanted", JSON, nullable=False),
    Column("wanted_version", Integer, nullable=False, default=1),
    Column("shown_version", Integer, nullable=False, default=0),
    Column("lost", Boolean, nullable=False, default=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("next_at", UtcDateTime, nullable=False),
    Column("error", Text, nullable=False, default=""),
    Column("sending", Boolean, nullable=False, default=False, server_default=false()),
    Column("unsure", Integer, nullable=False, default=0, server_default="0"),
    UniqueConstraint("ticket_id", "audience", "platform", "chat"),
    # Who sends looks for these twice a second, and they are few among years of cards.
    Index(
        "ix_cards_stale",
        "compound_id",
        "next_at",
        sqlite_where=text("shown_version < wanted_version"),
        postgresql_where=text("shown_version < wanted_version"),
    ),
    Index(None, "platform", "chat", "message"),
)
"""A card is state, not a message: what it should show, and which version of that it shows."""

outbox = Table(
    "outbox",
    metadata,
    _id(),
    _compound(),
    Column("key", String(200), nullable=False),
    Column("platform", String(16), nullable=False),
    Column("chat", String(64), nullable=False),
    Column("payload", JSON, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("next_at", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("error", Text, nullable=False, default=""),
    Column("message", String(64)),
    Column("done_at", UtcDateTime),
    Column("unsure", Integer, nullable=False, default=0, server_default="0"),
    UniqueConstraint("compound_id", "key"),
    Index(None, "state", "next_at"),
)
"""What is to be said, once each. States: due, sending, sent, given_up, unknown. ``unsure`` counts the times when nobody
could tell whether it had arrived, so that it was sent again."""

offsets = Table(
    "offsets",
    metadata,
    Column("bot", String(80), primary_key=True),
    Column("next_offset", BigInteger, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)
"""Up to where each bot account's updates have been taken, stored with what came of them."""

taken_updates = Table(
    "taken_updates",
    metadata,
    Column("bot", String(80), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "at"),
)
"""Updates that were pushed to us: they come in any order, so that no offset can tell which have been taken."""

gaps = Table(
    "gaps",
    metadata,
    _id(),
    _compound(),
    Column("platform", String(16), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Index(None, "compound_id", "until"),
)
"""Times in which a messenger could not be heard and what was said is lost (断线)."""

leases = Table(
    "leases",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("owner", String(80), nullable=False),
    Column("until", UtcDateTime, nullable=False),
)
"""Which process runs a bot account; a second one waits."""

dead_letters = Table(
    "dead_letters",
    metadata,
    _id(),
    _compound(),
    Column("platform", String(16), nullable=False),
    Column("update_id", String(64), nullable=False),
    Column("chat", String(64), nullable=False, default=""),
    Column("cause", String(32), nullable=False),
    Column("error", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
"""What could not be handled, with its error and without its text."""

occurrences = Table(
    "occurrences",
    metadata,
    _id(),
    _compound(),
    Column("job", String(120), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("compound_id", "job", "at"),
)
"""Periodic duties that have been done, each once."""

expectations = Table(
    "expectations",
    metadata,
    _id(),
    _compound(),
    Column("platform", String(16), nullable=False),
    Column("chat", String(64), nullable=False),
    Column("account", String(64), nullable=False),
    Column("what", String(32), nullable=False),
    _ticket(nullable=True),
    Column("data", JSON, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    UniqueConstraint("compound_id", "platform", "chat", "account", "what"),
)
"""What the bot waits for from somebody in a chat: a place, a proof, a reason, a yes."""

recents = Table(
    "recents",
    metadata,
    _id(),
    _compound(),
    Column("platform", String(16), nullable=False),
    Column("chat", String(64), nullable=False),
    Column("account", String(64), nullable=False),
    Column("message", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("photos", JSON, nullable=False),
    Column("album", String(64)),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "compound_id", "platform", "chat", "account"),
    Index(None, "at"),
)
"""A few minutes of talk, so that messages in a row and a photo sent first can be understood. Never in a backup."""

announcements = Table(
    "announcements",
    metadata,
    _id(),
    _compound(),
    Column("text", Text, nullable=False),
    Column("by", String(200), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)
"""Announcements (公告) with their hour. States: planned, sent, cancelled, missed."""

corrections = Table(
    "corrections",
    metadata,
    _id(),
    _compound(),
    _ticket(),
    Column("at", UtcDateTime, nullable=False),
    Column("by", String(200), nullable=False),
    Column("verb", String(16), nullable=False),
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
    Column("rules", JSON, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("words", JSON, nullable=False),
    Column("staff", Boolean, nullable=False),
    Index(None, "ticket_id"),
)
"""What staff set right (纠正): the decision before and after and what the rules had seen, never the text."""

notice_times = Table(
    "notice_times",
    metadata,
    _id(),
    _compound(),
    _ticket(),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime),
    Column("over_at", UtcDateTime, nullable=False),
    Column("timed", Boolean, nullable=False),
    UniqueConstraint("ticket_id", "starts_at"),
    Index(None, "compound_id", "over_at"),
)
"""When a notice of staff holds (起止时间); ``over_at`` is when it is taken to be over where no end was said."""

own_rules = Table(
    "own_rules",
    metadata,
    _id(),
    _compound(),
    Column("version", Integer, nullable=False),
    Column("what", String(16), nullable=False),
    Column("body", JSON, nullable=False),
    Column("by", String(200), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("state", String(16), nullable=False),
    Column("settled_by", String(200)),
    Column("settled_at", UtcDateTime),
    UniqueConstraint("compound_id", "version"),
)
"""A compound's own additions to the rules, one a version. States: proposed, active, dropped, undone."""

stars = Table(
    "stars",
    metadata,
    _id(),
    _compound(),
    _ticket(),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("in_group", Boolean, nullable=False),
    Column("stars", Integer),
    Column("given_at", UtcDateTime),
    UniqueConstraint("ticket_id"),
)
"""What reporters were asked after a closing, and the stars they gave (评价): nobody's name stands here."""

duty_changes = Table(
    "duty_changes",
    metadata,
    _id(),
    _compound(),
    Column("kind", String(16), nullable=False),
    Column("person", String(200), nullable=False),
    Column("stand_in", String(200)),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("state", String(16), nullable=False),
    Column("pair", Integer),
    Column("made_by", String(200), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    Index(None, "compound_id", "state", "ends_at"),
)
"""Leave and swapped shifts (请假、换班): who does not do their duty for a while, and who does it instead."""

handovers = Table(
    "handovers",
    metadata,
    _id(),
    _compound(),
    Column("offer", String(16), nullable=False),
    _ticket(),
    Column("giver", String(200), nullable=False),
    Column("taker", String(200), nullable=False),
    Column("state", String(16), nullable=False),
    Column("offered_by", String(200), nullable=False),
    Column("offered_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    Index(None, "compound_id", "offer"),
    Index(None, "compound_id", "giver"),
)
"""Tickets that one person hands over to another (转交). States: offered, taken, refused, void."""

assents = Table(
    "assents",
    metadata,
    _id(),
    _compound(),
    _ticket(),
    Column("what", String(16), nullable=False),
    Column("data", JSON, nullable=False),
    Column("by", String(200), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("state", String(16), nullable=False),
    Column("settled_by", String(200)),
    Column("settled_at", UtcDateTime),
    Index(None, "ticket_id"),
)
"""What a worker wishes that would move a deadline (请业委会同意). States: asked, agreed, refused, void."""

day_exceptions = Table(
    "day_exceptions",
    metadata,
    _id(),
    _compound(),
    Column("day", String(10), nullable=False),
    Column("works", Boolean, nullable=False),
    Column("by", String(200), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("compound_id", "day"),
)
"""Days that the committee declared working days or days off (2026-12-31), whatever the calendar says."""
