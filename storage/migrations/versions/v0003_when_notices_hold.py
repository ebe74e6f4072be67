"""When notices hold."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# SQLite gives ids by itself only to a column of exactly the type INTEGER.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


# There is no way down: going back is restoring a backup.
def upgrade() -> None:
    op.create_table(
        "notice_times",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("compound_id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("timed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["compound_id"], ["compounds.id"], name=op.f("fk_notice_times_compound_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_notice_times_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_times")),
        sa.UniqueConstraint("ticket_id", "starts_at", name=op.f("uq_notice_times_ticket_id_starts_at")),
    )
    with op.batch_alter_table("notice_times", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_notice_times_compound_id_over_at"), ["compound_id", "over_at"], unique=False
        )
