"""Text as the server sees it: entities within it, HTML that holds together, keyboards that can be shown."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from tests.botapi.table import bad, units

Json = dict[str, Any]

_TAGS = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
}
_MOST_BUTTONS = 100
_PAIRS = {"text": "entities", "caption": "caption_entities"}


class _Html(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.plain = ""
        self.found: list[Json] = []
        self._open: list[tuple[str, int, Json]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            raise bad(f'can\'t parse entities: Unsupported start tag "{tag}"')
        extra = {"url": str(dict(attrs).get("href"))} if tag == "a" else {}
        self._open.append((tag, units(self.plain), extra))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1][0] != tag:
            raise bad(f'can\'t parse entities: Unmatched end tag "{tag}"')
        _, start, extra = self._open.pop()
        self.found.append({"type": _TAGS[tag], "offset": start, "length": units(self.plain) - start, **extra})

    def handle_data(self, data: str) -> None:
        if "<" in data:
            raise bad("can't parse entities: Unclosed start tag")
        self.plain += data

    def finished(self) -> tuple[str, list[Json]]:
        self.close()
        if self._open:
            raise bad(
                f"can't parse entities: Can't find end tag corresponding to start tag \"{self._open[-1][0]}\""
            )
        return self.plain, self.found


def unmarked(sent: dict[str, object]) -> dict[str, object]:
    """The parameters with marked-up text made plain, since all limits count what remains after that."""
    mode = sent.get("parse_mode")
    if mode in (None, ""):
        return sent
    if str(mode).lower() != "html":
        raise bad("this stand-in knows no parse_mode but HTML")
    sent = {key: value for key, value in sent.items() if key != "parse_mode"}
    for text, marks in _PAIRS.items():
        if isinstance(raw := sent.get(text), str):
            reader = _Html()
            reader.feed(raw)
            plain, found = reader.finished()
            sent |= {text: plain, marks: found}
    return sent


def check_entities(text: str, entities: list[Json]) -> None:
    """Refused where an entity lies outside of its text or lacks what its type needs."""
    end = units(text)
    for entity in entities:
        start, length = entity["offset"], entity["length"]
        if start < 0 or length < 0 or start + length > end:
            raise bad(
                f"entity beginning at UTF-16 offset {start} ends after the end of the text at "
                f"UTF-16 offset {end}"
            )
        needs = {"text_mention": "user", "text_link": "url", "custom_emoji": "custom_emoji_id"}.get(
            entity["type"]
        )
        if needs and needs not in entity:
            raise bad(f"can't parse MessageEntity: field {needs} is missing")


def check_keyboard(markup: Json) -> None:
    """Refused where an inline keyboard could not be shown or its buttons do nothing."""
    rows = markup.get("inline_keyboard")
    if rows is None:
        return
    if sum(len(row) for row in rows) > _MOST_BUTTONS:
        raise bad("REPLY_MARKUP_TOO_LONG")
    for button in (button for row in rows for button in row):
        if not button["text"].strip():
            raise bad("can't parse inline keyboard button: text must be non-empty")
        actions = button.keys() - {"text", "icon_custom_emoji_id", "style"}
        if len(actions) != 1:
            raise bad("can't parse inline keyboard button: exactly one action is needed")
        if "url" in button:
            parts = urlsplit(button["url"])
            if parts.scheme not in ("http", "https", "tg") or not parts.netloc:
                raise bad("inline keyboard button URL is invalid: Wrong HTTP URL")
