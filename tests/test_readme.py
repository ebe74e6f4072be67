"""What the documents tell people to type exists, and what is made from the code is up to date."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.commands import commands as linli_commands
from bot.cli.commands import execute
from bot.files.settings import load_settings
from bot.texts import load_texts
from handlers.commands.table import COMMANDS, find
from tests.documents import BLOCKS, DOCUMENTS, ENGLISH, ROOT, blocks, filled

TYPED = (*DOCUMENTS, "CONTRIBUTING.md", "docs/deploy.md")
WRITTEN = (*TYPED, "CHANGELOG.md", "docs/architecture.md", "docs/glossary.md")
SERVER = frozenset({"sudo", "systemctl", "journalctl", "df", "linli()", "cd"})
"""Commands of the operating system, in the guide for servers only."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A line of a document that somebody is to type into a shell."""

    document: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.document}: {' '.join(self.words)}"


def read(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def fences(document: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", read(document), re.DOTALL | re.MULTILINE)


def typed() -> Iterator[Typed]:
    for document in TYPED:
        for fence in fences(document, "sh"):
            for line in fence.splitlines():
                words = tuple(shlex.split(line, comments=True))
                if words:
                    yield Typed(document, words)


LINES = tuple(typed())


def test_there_are_commands_to_check() -> None:
    assert len(LINES) > 30
    assert {line.document for line in LINES} == set(TYPED)


@pytest.mark.parametrize("line", LINES, ids=str)
def test_every_line_to_type_exists(line: Typed) -> None:
    program, *rest = line.words
    match program:
        case "make":
            assert rest and set(rest) <= targets()
        case "linli" | ".venv/bin/linli":
            assert_linli(rest)
        case ".venv/bin/python":
            assert rest[0] == "-m"
            module = ROOT / rest[1].replace(".", "/")
            assert module.with_suffix(".py").is_file() or (module / "__main__.py").is_file()
        case "cp":
            assert (ROOT / rest[0]).is_file()
        case "chmod":
            assert rest == ["600", "config.toml"]
        case _:
            assert program in SERVER
            assert line.document == "docs/deploy.md"


def assert_linli(arguments: list[str]) -> None:
    """The sub-command exists and has these options; its help can be asked for."""
    path = [word for word in arguments if not word.startswith("-")]
    command = linli_commands(load_texts())
    names: list[str] = []
    for word in path:
        known = getattr(command, "commands", None)
        if not known:
            break
        assert word in known, f"linli {' '.join([*names, word])}"
        command = known[word]
        names.append(word)
    assert not getattr(command, "commands", None), "a group of commands does nothing by itself"
    options = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in arguments if word.startswith("--")} <= options
    shown = CliRunner().invoke(command, ["--help"])
    assert shown.exit_code == 0
    assert shown.output


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):(?!=)", read("Makefile"), re.MULTILINE))


def test_every_command_of_linli_is_named_in_the_readme_and_its_help_answers(
    capsys: pytest.CaptureFixture[str],
) -> None:
    readme = read("README.md")
    found = list(leaves())
    assert len(found) > 8
    for path in found:
        assert f"`linli {' '.join(path)}`" in readme
        assert execute([*path, "--help"]) == 0
        assert path[-1] in capsys.readouterr().out


def leaves() -> Iterator[tuple[str, ...]]:
    for name, command in linli_commands(load_texts()).commands.items():
        inside = getattr(command, "commands", None)
        yield from ((name, other) for other in inside) if inside else [(name,)]


def test_every_make_target_says_what_it_does() -> None:
    described = set(re.findall(r"^([a-z]+):.*## .+", read("Makefile"), re.MULTILINE))
    assert described == targets()
    assert {"demo", "run", "test", "lint", "bench", "soak"} <= described


def test_the_two_copies_make_a_configuration(tmp_path: Path) -> None:
    copies = [line.words[1:] for line in LINES if line.document == "README.md" and line.words[0] == "cp"]
    assert len(copies) == 2
    for source, target in copies:
        (tmp_path / target).write_bytes((ROOT / source).read_bytes())
    assert load_settings(tmp_path / "config.toml").roster.duties


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_is_made_from_the_code_is_up_to_date(document: str) -> None:
    text = read(document)
    assert set(blocks(text)) == set(BLOCKS)
    assert filled(text, chinese="zh" in document) == text, "run: .venv/bin/python -m tests.documents"


def test_every_command_has_its_english() -> None:
    assert set(ENGLISH) == {command.name for command in COMMANDS}
    assert all(ENGLISH.values())


def test_every_section_and_setting_of_the_configuration_is_in_the_table() -> None:
    example = tomllib.loads(read("config.example.toml"))
    table = BLOCKS["settings"](False)
    for name, value in example.items():
        assert (f"`[{name}]`" if isinstance(value, dict) else f"`{name} = ") in table
        for setting in value if isinstance(value, dict) else ():
            assert f"`{setting}" in table


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_slash_command_in_the_text_is_one(document: str) -> None:
    father = {"newbot", "setprivacy", "setjoingroups"}
    prose = re.sub(r"<!-- made.*?<!-- /", "", read(document), flags=re.DOTALL)
    said = set(re.findall(r"(?:`|^)/([a-z]+|[\u4e00-\u9fff]+)(?=[ `\n])", prose, re.MULTILINE))
    assert len(said - father) >= 6
    assert [word for word in said - father if find(word) is None] == []


@pytest.mark.parametrize("document", WRITTEN)
def test_no_link_leads_nowhere(document: str) -> None:
    text = read(document)
    anchors = {anchor(head) for head in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if target.startswith("#"):
            assert target[1:] in anchors
        elif not target.startswith("https://"):
            assert ((ROOT / document).parent / target.partition("#")[0]).exists(), target


def anchor(heading: str) -> str:
    """As GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def test_both_readmes_have_the_same_steps() -> None:
    english, chinese = (fences(document, "sh") for document in DOCUMENTS)
    assert [line for fence in english for line in fence.splitlines() if line in "".join(chinese)]
    assert set(chinese) - set(english) == {".venv/bin/linli db backup\n"}


def test_documents_name_no_place_of_ours() -> None:
    for document in WRITTEN:
        assert not re.search(r"/(?:work|tmp/bash|root)/", read(document)), document
