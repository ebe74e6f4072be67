"""Fetching a photo from its messenger and keeping it, bare and under the hash of what is kept."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.domain.messages import Fetch, Fetched
from bot.media import NotAPhoto, store_photo
from bot.platforms.base import Misused, Platform, TryLater, Undeliverable


@dataclass(frozen=True, slots=True)
class MediaLimits:
    """What a photo may cost."""

    folder: Path
    bytes: int
    pixels: int


async def fetch_photo(platform: Platform, what: Fetch, media: MediaLimits) -> Fetched:
    """The photo, stored, or why it cannot be had. Raises TryLater for passing trouble, a full disk among it."""
    media.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    raw = media.folder / f".{secrets.token_hex(8)}.part"
    try:
        await platform.fetch(what.file, raw, media.bytes)
        name = await asyncio.to_thread(store_photo, media.folder, raw, media.bytes, media.pixels)
    except (Misused, Undeliverable) as trouble:
        return Fetched(what.photo, None, str(trouble))
    except NotAPhoto as trouble:
        return Fetched(what.photo, None, trouble.reason)
    except OSError as trouble:
        raise TryLater(f"photo not stored: {type(trouble).__name__}", timedelta(minutes=1)) from None
    finally:
        await asyncio.to_thread(raw.unlink, True)
    return Fetched(what.photo, name)
