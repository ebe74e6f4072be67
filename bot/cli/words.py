"""click in Chinese: help and wrong usage in the catalogue's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from bot.files.problems import nearest, shown
from bot.texts import Texts

_EXTRA = re.compile(r"Got unexpected extra arguments? \((.*)\)")
"""click has no class of its own for this."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Makes commands whose help is in the catalogue's ``[cli]`` table under their own name."""

    texts: Texts

    def command(
        self, name: str, run: Callable[..., int], *params: click.Parameter, about: str = ""
    ) -> click.Command:
        """A command that calls ``run``, which returns its exit code. ``about``: where its help is, if not by its name."""
        return _Command(name, self.texts, about=about or name, callback=run, params=[*params])

    def group(
        self,
        name: str,
        *commands: click.Command,
        params: Sequence[click.Parameter] = (),
        alone: Callable[..., int] | None = None,
    ) -> click.Group:
        """A command with commands of its own, in this order. ``alone`` is what it does without any of them."""
        made = _Group(name, self.texts, params=[*params], commands={c.name or "": c for c in commands})
        if alone is not None:
            made.alone(alone)
        return made

    def flag(self, name: str) -> click.Option:
        """A switch."""
        return click.Option([f"--{name}"], is_flag=True, help=self.texts(f"cli.option.{name}"))

    def path(self, name: str, default: str | None = None) -> click.Option:
        """An option that takes a path."""
        return click.Option(
            [f"--{name}"],
            type=click.Path(path_type=Path),
            default=default,
            metavar=self.texts(f"cli.metavar.{name}"),
            help=self.texts(f"cli.option.{name}"),
        )

    def files(self, name: str, *, needed: bool = True) -> click.Argument:
        """One file or several; ``needed``: at least one has to be named."""
        kind = click.Path(path_type=Path)
        return click.Argument(
            [name], type=kind, nargs=-1, required=needed, metavar=self.texts("cli.metavar.files")
        )

    def file(self, name: str) -> click.Argument:
        """A file that has to be named."""
        return click.Argument([name], type=click.Path(path_type=Path), metavar=self.texts("cli.metavar.file"))

    def ids(self, name: str) -> click.Argument:
        """Numbers of things, any or none."""
        return click.Argument([name], nargs=-1, metavar=self.texts("cli.metavar.ids"))

    def words(self, name: str, *, needed: bool = True) -> click.Argument:
        """A text, in one word or several; ``needed``: at least one has to be given."""
        key = "text" if needed else name
        return click.Argument([name], nargs=-1, required=needed, metavar=self.texts(f"cli.metavar.{key}"))

    def number(self, name: str, default: float) -> click.Option:
        """An option that takes a number."""
        return click.Option(
            [f"--{name}"],
            type=click.FLOAT,
            default=default,
            metavar=self.texts(f"cli.metavar.{name}"),
            help=self.texts(f"cli.option.{name}"),
        )


class _Command(click.Command):
    def __init__(self, name: str, texts: Texts, about: str, **more: Any) -> None:
        super().__init__(name, add_help_option=False, **_helped(about, texts, more))
        self.texts = texts

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _usage(self, self.texts, ctx, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _options(self, self.texts, ctx, formatter)


class _Group(click.Group):
    def __init__(self, name: str, texts: Texts, **more: Any) -> None:
        super().__init__(
            name,
            add_help_option=False,
            no_args_is_help=True,
            subcommand_metavar=texts("cli.metavar.command"),
            options_metavar=texts("cli.metavar.options"),
            **_helped(name, texts, more, options=False),
        )
        self.texts = texts

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _usage(self, self.texts, ctx, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        _options(self, self.texts, ctx, formatter)
        with formatter.section(self.texts("cli.commands")):
            formatter.write_dl([(name, self.commands[name].short_help or "") for name in self.commands])

    def alone(self, run: Callable[..., int]) -> None:
        """Do something where no command is named."""
        self.no_args_is_help, self.invoke_without_command = False, True

        def unless_named(**given: object) -> int | None:
            return run(**given) if click.get_current_context().invoked_subcommand is None else None

        self.callback = unless_named

    def list_commands(self, _ctx: click.Context) -> list[str]:
        # In the order of the table: the first steps first.
        return list(self.commands)


def _helped(name: str, texts: Texts, more: dict[str, Any], *, options: bool = True) -> dict[str, Any]:
    key = f"cli.{name}"
    asking = click.Option(
        ["--help", "-h"],
        is_flag=True,
        expose_value=False,
        is_eager=True,
        help=texts("cli.option.help"),
        callback=_show_help,
    )
    more["params"] = [*more["params"], asking]
    if options:
        more["options_metavar"] = texts("cli.metavar.options")
    return {
        **more,
        "help": texts(f"{key}.help" if f"{key}.help" in texts else f"{key}.short"),
        "short_help": texts(f"{key}.short"),
    }


def _show_help(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(ctx.get_help())
        ctx.exit()


def _usage(command: click.Command, texts: Texts, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    pieces = command.collect_usage_pieces(ctx)
    formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=texts("cli.usage"))


def _options(
    command: click.Command, texts: Texts, ctx: click.Context, formatter: click.HelpFormatter
) -> None:
    records = [
        param.get_help_record(ctx) for param in command.get_params(ctx) if isinstance(param, click.Option)
    ]
    with formatter.section(texts("cli.options")):
        formatter.write_dl([record for record in records if record])


def wrong_usage(message: str) -> click.UsageError:
    """A fault of the command line that is being carried out."""
    return click.UsageError(message, click.get_current_context(silent=True))


def said(texts: Texts, error: click.UsageError) -> str:
    """What is wrong with a command line, and what to type instead."""
    ctx = error.ctx
    match error:
        case click.NoSuchOption():
            known = [opt for param in ctx.command.get_params(ctx) for opt in param.opts] if ctx else []
            what = _unknown(texts, "option", error.option_name, known)
        case click.exceptions.NoSuchCommand():
            known = ctx.command.list_commands(ctx) if ctx and isinstance(ctx.command, click.Group) else []
            what = _unknown(texts, "command", error.command_name, known)
        case click.MissingParameter() if error.param is not None:
            what = texts(
                "cli.missing", name=error.param.make_metavar(ctx or click.Context(click.Command("")))
            )
        case click.BadOptionUsage():
            what = texts("cli.no_value", name=error.option_name)
        case _:
            extra = _EXTRA.fullmatch(error.format_message())
            why = shown(extra[1] if extra else error.format_message(), 200)
            what = texts("cli.extra" if extra else "cli.wrong_usage", why=why)
    path = ctx.command_path if ctx else "linli"
    return what + texts("cli.see_help", command=path)


def _unknown(texts: Texts, what: str, name: str, known: Sequence[str]) -> str:
    near = nearest(name, known)
    if near:
        return texts(f"cli.unknown_{what}_near", name=shown(name), near=near)
    return texts(f"cli.unknown_{what}", name=shown(name))
