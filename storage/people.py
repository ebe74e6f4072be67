"""Which account is whose, who can be reached, who does not want to be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from bot.domain.messages import Account, Address
from bot.domain.places import NOWHERE, Place
from storage import prepared
from storage.tables import accounts, bindings, invites


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept about an account."""

    account: Account
    started_at: datetime | None
    blocked_at: datetime | None
    opted_out_at: datetime | None
    ignored_until: datetime | None
    home: Place

    @property
    def reachable(self) -> bool:
        """Whether a private message may arrive: it has pressed Start and has not blocked the bot since."""
        return self.started_at is not None and self.blocked_at is None


@dataclass(frozen=True, slots=True)
class Binding:
    """A person's account."""

    person: str
    account: Account
    bound_at: datetime


@dataclass(frozen=True, slots=True)
class Invite:
    """An invitation, used or not."""

    id: int
    person: str
    created_by: str
    expires_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class People:
    """The people of one compound, inside one transaction."""

    conn: Connection
    compound: int

    # -- accounts -----------------------------------------------------------------------------------

    def known(self, account: Account) -> Known | None:
        """What is kept about an account, or None."""
        row = self.conn.execute(prepared.account(), self._values(account)).one_or_none()
        return _known(row) if row else None

    def remember(self, account: Account, **values: Any) -> None:
        """Keep facts about an account (``started_at``, ``blocked_at``, ``home``, …) and its present name."""
        if "home" in values and isinstance(values["home"], Place):
            values["home"] = values["home"].to_json()
        named = {"name": account.name} if account.name else {}
        # Somebody's name may be empty, and there may be nothing else to keep either.
        facts = {**named, **values} or {"platform": account.platform}
        if not self.conn.execute(update(accounts).where(self._account(account)).values(**facts)).rowcount:
            self.conn.execute(
                insert(accounts).values(
                    compound_id=self.compound,
                    platform=account.platform,
                    account=account.id,
                    name=account.name,
                    **values,
                )
            )

    def opted_out(self, account: Account) -> bool:
        """Whether this account does not want to be read."""
        known = self.known(account)
        return known is not None and known.opted_out_at is not None

    def home(self, account: Account | None) -> Place:
        """The home an account is tied to, or nowhere."""
        known = self.known(account) if account else None
        return known.home if known else NOWHERE

    def forget(self, account: Account) -> None:
        """Remove what is kept about an account, except that it does not want to be read."""
        known = self.known(account)
        if known and known.opted_out_at:
            self.remember(
                Account(account.platform, account.id), name="", home=None, started_at=None, blocked_at=None
            )
        else:
            self.conn.execute(delete(accounts).where(self._account(account)))

    # -- bindings -----------------------------------------------------------------------------------

    def person_of(self, account: Account) -> str | None:
        """Whose account this is."""
        return self.conn.execute(prepared.person(), self._values(account)).scalar()

    def accounts_of(self, person: str) -> tuple[Account, ...]:
        """A person's accounts, the newest binding first."""
        of = {"compound": self.compound, "person": person}
        rows = self.conn.execute(prepared.accounts_of(), of)
        return tuple(Account(r.platform, r.account, r.name or "") for r in rows)

    def reach(self, person: str) -> Address | None:
        """The private chat where a person can be reached now, or None."""
        for account in self.accounts_of(person):
            known = self.known(account)
            if known and known.reachable:
                return Address(account.platform, account.id)
        return None

    def bindings(self) -> tuple[Binding, ...]:
        """All bindings that hold."""
        rows = self.conn.execute(
            select(bindings)
            .where(bindings.c.compound_id == self.compound, bindings.c.revoked_at.is_(None))
            .order_by(bindings.c.id)
        )
        return tuple(Binding(r.person, Account(r.platform, r.account), r.bound_at) for r in rows)

    def bound(self) -> set[str]:
        """Who has an account that is theirs."""
        return set(self.conn.execute(prepared.bound(), {"compound": self.compound}).scalars())

    def bind(self, person: str, account: Account, by: str, now: datetime) -> tuple[Account, ...]:
        """Make an account a person's on its platform. Returns the person's accounts there that lose their rights."""
        old = tuple(a for a in self.accounts_of(person) if a.platform == account.platform and a != account)
        self.revoke(account, now)
        for other in old:
            self.revoke(other, now)
        self.conn.execute(
            insert(bindings).values(
                compound_id=self.compound,
                person=person,
                platform=account.platform,
                account=account.id,
                bound_at=now,
                bound_by=by,
            )
        )
        self.remember(account)
        return old

    def revoke(self, account: Account, now: datetime) -> bool:
        """Take an account's rights; False where it had none."""
        return bool(
            self.conn.execute(
                update(bindings)
                .where(
                    bindings.c.compound_id == self.compound,
                    bindings.c.platform == account.platform,
                    bindings.c.account == account.id,
                    bindings.c.revoked_at.is_(None),
                )
                .values(revoked_at=now)
            ).rowcount
        )

    # -- invitations --------------------------------------------------------------------------------

    def invite(self, person: str, code_hash: str, by: str, now: datetime, lasts: timedelta) -> None:
        """Keep an invitation; earlier unused ones for the same person lapse."""
        self.conn.execute(
            update(invites)
            .where(
                invites.c.compound_id == self.compound,
                invites.c.person == person,
                invites.c.used_at.is_(None),
                invites.c.expires_at > now,
            )
            .values(expires_at=now)
        )
        self.conn.execute(
            insert(invites).values(
                compound_id=self.compound,
                person=person,
                code_hash=code_hash,
                created_at=now,
                expires_at=now + lasts,
                created_by=by,
            )
        )

    def invitation(self, code_hash: str) -> Invite | None:
        """The invitation a code belongs to, whatever its state."""
        row = self.conn.execute(
            select(invites).where(invites.c.compound_id == self.compound, invites.c.code_hash == code_hash)
        ).one_or_none()
        return Invite(row.id, row.person, row.created_by, row.expires_at, row.used_at) if row else None

    def use_invitation(self, invite: Invite, account: Account, now: datetime) -> bool:
        """Use an invitation up; False where somebody was faster or it has lapsed."""
        return bool(
            self.conn.execute(
                update(invites)
                .where(invites.c.id == invite.id, invites.c.used_at.is_(None), invites.c.expires_at > now)
                .values(used_at=now, used_platform=account.platform, used_account=account.id)
            ).rowcount
        )

    def _values(self, account: Account) -> dict[str, object]:
        return {"compound": self.compound, "platform": account.platform, "account": account.id}

    def _account(self, account: Account) -> ColumnElement[bool]:
        return (
            (accounts.c.compound_id == self.compound)
            & (accounts.c.platform == account.platform)
            & (accounts.c.account == account.id)
        )


def _known(row: Row[Any]) -> Known:
    return Known(
        account=Account(row.platform, row.account, row.name),
        started_at=row.started_at,
        blocked_at=row.blocked_at,
        opted_out_at=row.opted_out_at,
        ignored_until=row.ignored_until,
        home=Place.from_json(row.home or {}),
    )
