"""The demo's own words for the documents: the whole day in ``docs/transcript.md``, an excerpt in the README."""

from __future__ import annotations

import sys
from io import StringIO
from pathlib import Path

import click

from bot.demo import PLAIN_WIDTH, console_for, play_day
from bot.demo.day import Day, load_day
from bot.texts import load_texts

BEGIN = "<!-- transcript: made by `python -m bot.demo.transcript --write`; do not edit -->"
END = "<!-- /transcript -->"
_FENCE = "```text"
_CUT = "   ⋮"

_WHOLE = """\
# A day with Linli

What `make demo` prints, whole; the compound and its people are invented. Made by
`python -m bot.demo.transcript --write`, and a test compares it with what the demo prints now.

"""


def printed(day: Day | None = None) -> str:
    """What the demo prints where no terminal is watching."""
    out = StringIO()
    console, _ = console_for(out)
    with play_day(console, PLAIN_WIDTH, load_texts(), day=day):
        return out.getvalue()


def excerpt(text: str, day: Day) -> str:
    """The scenes that the README shows, with the day's table; what is left out is marked."""
    chosen = {scene.title for scene in day.scenes if scene.readme}
    parts = text.split("\n── ")
    kept: list[str] = []
    for part in parts[1:]:
        title = part.splitlines()[0].rstrip("─").strip()
        last = part is parts[-1]
        if title in chosen or last:
            kept.append("── " + part.strip("\n"))
        elif not kept or kept[-1] != _CUT:
            kept.append(_CUT)
    return "\n\n".join([parts[0].strip("\n"), *kept])


def block(text: str) -> str:
    """A transcript between its marks, as it stands in a document."""
    return f"{BEGIN}\n{_FENCE}\n{text}\n```\n{END}"


def with_block(document: str, text: str) -> str:
    """A document with its marked block made new. Raises ValueError where it has no marks."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the document needs the lines {BEGIN} and {END}")
    return f"{before}{block(text)}{after}"


def whole(text: str) -> str:
    """``docs/transcript.md``."""
    return f"{_WHOLE}{_FENCE}\n{text.strip(chr(10))}\n```\n"


@click.command()
@click.option("--write", is_flag=True, help="Write docs/transcript.md and the marked block of every README.")
@click.argument("root", type=click.Path(path_type=Path, exists=True, file_okay=False), default=".")
def main(write: bool, root: Path) -> None:
    """Print the README's excerpt, or write it where it belongs, under ROOT."""
    day = load_day()
    text = printed(day)
    if not write:
        click.echo(excerpt(text, day))
        return
    (root / "docs").mkdir(exist_ok=True)
    (root / "docs" / "transcript.md").write_text(whole(text), encoding="utf-8")
    for readme in sorted(root.glob("README*.md")):
        document = readme.read_text(encoding="utf-8")
        if BEGIN in document:
            readme.write_text(with_block(document, excerpt(text, day)), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
