"""The table [wechat]: where the gateway listens, its token, and how fast the account writes."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Annotated, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator

from bot.files.entries import Wrong
from bot.files.fields import ExistingFile, FilePath, Line, Section

_ENDPOINT = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]{1,253}):(\d{1,5})")


def _endpoint(value: str) -> str:
    found = _ENDPOINT.fullmatch(value.strip())
    if found is None or not 1 <= int(found[2]) <= 65535:
        raise Wrong("bad_endpoint")
    return value.strip()


class WeChatConfig(Section):
    """The WeChat account behind a wechaty gateway; ``bot.files.settings.wechat_token`` finds its token."""

    endpoint: Annotated[str, AfterValidator(_endpoint)]
    """``host:port`` of the gateway."""
    token: SecretStr | None = None
    token_file: FilePath | None = None
    token_env: Line | None = None
    tls: bool = False
    """Whether the gateway speaks TLS; without it, it must stand on this machine."""
    ca_file: ExistingFile | None = None
    """Certificates to trust instead of the system's."""
    server_name: Line | None = None
    """The name in the gateway's certificate, where it is not the host's."""
    chat_gap_seconds: Annotated[float, Field(ge=0, le=600)] = 3.0
    """Between two messages in one chat; each wait grows by up to half of itself at random."""
    overall_gap_seconds: Annotated[float, Field(ge=0, le=600)] = 1.0

    @model_validator(mode="after")
    def _private(self) -> Self:
        if not self.tls and not _loopback(self.host):
            raise Wrong("open_gateway")
        return self

    @property
    def host(self) -> str:
        """The gateway's host, an IPv6 address without its brackets."""
        return self.endpoint.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """The gateway's port."""
        return int(self.endpoint.rpartition(":")[2])


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
