"""The command ``linli`` and everything that is done from the terminal. The only package that knows click and rich's tables."""

from bot.cli.commands import main

__all__ = ["main"]
