"""What the tables of ``config.toml`` are made of: kinds of entries, and the base of every table."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
)

from bot.files import entries


def _folder(info: ValidationInfo) -> Path:
    folder = (info.context or {}).get("folder")
    return folder if isinstance(folder, Path) else Path.cwd()


def _path(value: object, info: ValidationInfo) -> Path:
    return entries.path_from(_folder(info), value)


def database(value: str, info: ValidationInfo) -> str:
    """A database's address, a relative file seen from the configuration's folder."""
    return entries.database(_folder(info), value)


def default(value: object) -> Any:
    """A default as the file would write it, checked and completed like everything else."""
    return Field(default_factory=lambda: value, validate_default=True)


Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$"),
]
ClockTime = Annotated[time, BeforeValidator(entries.clock_time)]
FilePath = Annotated[Path, BeforeValidator(_path)]
ExistingFile = Annotated[Path, AfterValidator(entries.existing), BeforeValidator(_path)]
Buildings = Annotated[tuple[str, ...], BeforeValidator(entries.buildings)]
Count = Annotated[int, Field(strict=True, ge=1, le=1000)]
Minutes = Annotated[int, Field(strict=True, ge=1, le=24 * 60)]
Days = Annotated[int, Field(strict=True, ge=1, le=3650)]


class Section(BaseModel):
    """A table of the file: nothing unknown, nothing changed once read, no secret in an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
