"""The WeChat account in the running bot. Imported only where WeChat is configured: it needs wechaty's packages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.accounts import Ear
from bot.clock import Clock
from bot.files.gateway import WeChatConfig
from bot.platforms.base import Platform
from bot.platforms.wechat.account import Manner, WeChat, is_room
from bot.platforms.wechat.puppet import gateway_of
from bot.qr import as_png, as_terminal
from bot.streaming import Pauses, Streaming
from bot.texts import Texts


@dataclass(frozen=True, slots=True)
class OnWeChat:
    """One WeChat account behind a gateway."""

    wechat: WeChat
    account: WeChatConfig
    token: str
    picture: Path
    """Where the code that logs the account in is put as a picture, for an operator without a terminal."""
    clock: Clock
    texts: Texts
    zone: ZoneInfo
    tell: Callable[[str], None]
    """Says a line to the operator."""
    pauses: Pauses

    @property
    def key(self) -> str:
        """See Account."""
        return f"{WeChat.name}:{self.account.endpoint}"

    @property
    def platform(self) -> Platform:
        """See Account."""
        return self.wechat

    def is_group(self, chat: str) -> bool:
        """See Account."""
        return is_room(chat)

    async def close(self) -> None:
        """The line is closed by whoever listens."""

    async def listen(self, ear: Ear) -> None:
        """See Account. The groups are looked at whenever the account has logged in."""
        await ear.greet()
        streaming = Streaming(
            gateway_of(self.account),
            self.token,
            self.wechat,
            ear.intake,
            ear.on_writer,
            self.clock,
            self.texts,
            self.zone,
            self.tell,
            self._show,
            self.pauses,
            lost_at=ear.left_off,
        )
        await streaming.run(ear.stop, ear.wake)

    def _show(self, code: str) -> None:
        """Show the operator the code: in the terminal, and as a picture for this user's eyes only."""
        self.tell(as_terminal(code))
        self.picture.parent.mkdir(parents=True, exist_ok=True)
        as_png(code, self.picture)
        self.tell(self.texts("wechat.picture", path=self.picture))


def on_wechat(
    account: WeChatConfig,
    token: str,
    picture: Path,
    clock: Clock,
    texts: Texts,
    zone: ZoneInfo,
    tell: Callable[[str], None],
    pauses: Pauses | None = None,
    media: Path | None = None,
) -> OnWeChat:
    """The account of a configuration."""
    manner = Manner(account.chat_gap_seconds, account.overall_gap_seconds)
    wechat = WeChat(manner=manner, media=media)
    return OnWeChat(wechat, account, token, picture, clock, texts, zone, tell, pauses or Pauses())
