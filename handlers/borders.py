"""Whether what is shown in a chat crosses a border: personal data goes to another messenger only where that is allowed."""

from __future__ import annotations

from bot.domain.messages import Address
from bot.domain.tickets import Ticket
from handlers.context import Context


def crosses(context: Context, ticket: Ticket, chat: Address) -> bool:
    """Whether a ticket's persons and words must stay behind: it was told on another messenger than the chat's.

    What was dictated by the committee (``/new``) was said on no messenger: it counts as said where the owners are.
    """
    if context.config.privacy.cross_border:
        return False
    told_on = ticket.origin or ticket.reporter
    if told_on is not None:
        return told_on.platform != chat.platform
    return chat.platform not in {group.platform for group in context.config.groups.owners}


def reach(context: Context, ticket: Ticket, person: str) -> Address | None:
    """Where somebody is told of a ticket: where it was said, if they are there, else wherever they can be reached.

    Whoever is only elsewhere is told all the same, without persons and words: passed over, the matter would wait for
    somebody who knows less of it.
    """
    people = context.store.people
    chats = [
        Address(account.platform, account.id)
        for account in people.accounts_of(person)
        if (known := people.known(account)) is not None and known.reachable
    ]
    at_home = (chat for chat in chats if not crosses(context, ticket, chat))
    return next(at_home, chats[0] if chats else None)
