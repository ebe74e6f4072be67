"""What is unsure and what was pushed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


# There is no way down: going back is restoring a backup.
def upgrade() -> None:
    op.create_table(
        "taken_updates",
        sa.Column("bot", sa.String(length=80), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bot", "number", name=op.f("pk_taken_updates")),
    )
    with op.batch_alter_table("taken_updates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_taken_updates_at"), ["at"], unique=False)
    with op.batch_alter_table("cards", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sending", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("unsure", sa.Integer(), server_default="0", nullable=False))
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unsure", sa.Integer(), server_default="0", nullable=False))
