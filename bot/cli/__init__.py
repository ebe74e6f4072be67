"""The command ``linli`` and everything that is done from the terminal."""

from bot.cli.commands import main

__all__ = ["main"]
