"""Clocks of the stages, what the committee assents to, and days that are exceptions."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

# SQLite gives ids by itself only to a column of exactly the type INTEGER.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


# There is no way down: going back is restoring a backup.
def upgrade() -> None:
    op.create_table(
        "day_exceptions",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("compound_id", ID, nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["compound_id"], ["compounds.id"], name=op.f("fk_day_exceptions_compound_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_exceptions")),
        sa.UniqueConstraint("compound_id", "day", name=op.f("uq_day_exceptions_compound_id_day")),
    )
    op.create_table(
        "assents",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("compound_id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("settled_by", sa.String(length=200), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["compound_id"], ["compounds.id"], name=op.f("fk_assents_compound_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_assents_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assents")),
    )
    with op.batch_alter_table("assents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assents_ticket_id"), ["ticket_id"], unique=False)

    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("lap_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("mark", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("rings", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("planned_for", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("urged", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_index(
            batch_op.f("ix_tickets_compound_id_lap_at"), ["compound_id", "lap_at"], unique=False
        )
