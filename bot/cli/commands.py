"""The command ``linli``: what an operator types, and the exit codes (0 done, 1 trouble, 2 wrong usage or files)."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import click

from bot import app, demo
from bot.classify.rulebook import RulebookError
from bot.cli import dry_run, errands, finding_groups, measuring, outbox, paperwork, record, rules, safekeeping
from bot.cli.words import Wording, said
from bot.files.problems import BadFiles, shown
from bot.texts import Texts, load_texts
from storage.archive import BackupTrouble
from storage.trouble import DatabaseTrouble

OK, TROUBLE, WRONG, INTERRUPTED = 0, 1, 2, 130
_WRONG_ARCHIVES = frozenset({"backup_missing", "backup_damaged", "backup_newer", "backup_not_empty"})


def main(args: Sequence[str] | None = None) -> None:
    """What ``linli`` runs. Ends the process."""
    sys.exit(execute(sys.argv[1:] if args is None else args))


def execute(args: Sequence[str]) -> int:
    """Run one command line and return its exit code; what an operator can mend is said in one line each."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal in another encoding shows "?" for a sign it lacks, and nothing breaks.
            stream.reconfigure(errors="replace")
    texts = load_texts()
    group = commands(texts)
    try:
        with group.make_context("linli", list(args)) as context:
            code = group.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as done:
        return done.exit_code
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has seen enough; Python would complain once more at its own end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except click.exceptions.NoArgsIsHelpError as asked:
        click.echo(asked.format_message(), err=True)
        return WRONG
    except click.UsageError as wrong:
        return _failed(WRONG, said(texts, wrong))
    except BadFiles as bad:
        return _failed(WRONG, *map(str, bad.problems))
    except RulebookError as bad:
        return _failed(WRONG, *bad.problems)
    except DatabaseTrouble as trouble:
        archive = isinstance(trouble, BackupTrouble) and trouble.kind in _WRONG_ARCHIVES
        return _failed(WRONG if archive else TROUBLE, str(trouble))
    except OSError as error:
        return _failed(TROUBLE, _os_error(texts, error))
    return code if isinstance(code, int) else OK


def _os_error(texts: Texts, error: OSError) -> str:
    key = f"cli.errno.{errno.errorcode.get(error.errno or 0, '')}"
    why = texts(key) if key in texts else error.strerror or type(error).__name__
    return texts("cli.os_error", file=shown(error.filename or "linli", 200), why=why)


def commands(texts: Texts) -> click.Group:
    """Every command, in the order in which they are needed."""
    make = Wording(texts)
    config = make.path("config", "config.toml")
    return make.group(
        "linli",
        make.command("demo", demo_command, make.flag("fast")),
        make.command("check", errands.check, config),
        make.command("groups", finding_groups.groups, config),
        make.command("run", run_command, config),
        make.command("classify", errands.classify, make.path("config")),
        make.command(
            "accuracy",
            measuring.accuracy,
            make.files("files"),
            make.path("config"),
            make.flag("by-source"),
            make.flag("errors"),
            make.flag("as-json"),
        ),
        make.command("explain", rules.explain, make.words("text"), make.flag("staff"), make.path("config")),
        make.group(
            "rules",
            make.command(
                "check",
                rules.check,
                make.files("files", needed=False),
                make.path("config"),
                about="rules_check",
            ),
            make.command(
                "fit",
                rules.fit_weights,
                make.files("files"),
                make.path("weights"),
                make.number("caution", 0.0),
            ),
        ),
        make.command("replay", dry_run.replay, make.file("file"), make.path("config")),
        make.command(
            "export",
            paperwork.export,
            config,
            make.path("out"),
            make.flag("with-persons"),
            make.flag("with-confidential"),
        ),
        make.command(
            "rates", record.rates, make.words("which", needed=False), config, make.path("out"), about="rates"
        ),
        make.group(
            "import",
            make.command(
                "tickets",
                paperwork.import_tickets,
                make.file("file"),
                config,
                make.flag("dry-run"),
                make.flag("apply"),
            ),
            make.command(
                "homes",
                paperwork.import_homes,
                make.file("file"),
                config,
                make.flag("dry-run"),
                make.flag("apply"),
            ),
        ),
        make.group(
            "outbox",
            make.command("retry", outbox.retry, make.ids("ids"), make.flag("all"), config),
            params=[config, make.flag("as-json")],
            alone=outbox.list_waiting,
        ),
        make.group(
            "db",
            make.command("status", safekeeping.db_status, config),
            make.command("upgrade", safekeeping.db_upgrade, config),
            make.command("backup", safekeeping.db_backup, config, make.path("into")),
            make.command("restore", safekeeping.db_restore, make.file("file"), config, make.flag("replace")),
        ),
        params=[_version(texts)],
    )


def run_command(config: Path) -> int:
    """Run the bot until it is stopped."""
    return app.run(config)


def demo_command(fast: bool) -> int:
    """Play a written day of a compound."""
    return demo.run(fast=fast)


def _version(texts: Texts) -> click.Option:
    def show(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
        if value and not ctx.resilient_parsing:
            click.echo(f"linli {version('linli')}")
            ctx.exit()

    return click.Option(
        ["--version"],
        is_flag=True,
        expose_value=False,
        is_eager=True,
        help=texts("cli.option.version"),
        callback=show,
    )


def _failed(code: int, *lines: str) -> int:
    for line in lines:
        click.secho(line, err=True, fg="red")
    return code
