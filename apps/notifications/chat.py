"""Messages to chats, by apprise. Nothing here reads or writes rows."""

import logging
import re
from collections.abc import Collection
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

# Seconds for the connection, and for the answer.
CONNECT, ANSWER = 5.0, 10.0
OWN_NAME = "Refund Review Console"
# Of a flow's address anybody may write any host; these are Microsoft's.
_FLOW_HOSTS = (".logic.azure.com", ".api.powerplatform.com", ".powerplatform.com")
_FEISHU = re.compile(r"^/open-apis/bot/v2/hook/([A-Za-z0-9-]+)/?$")


class AddressUnfit(Exception):
    """Not the address of a chat that may be written to."""


@dataclass(frozen=True)
class Chat:
    """A chat's address as apprise writes it, and the service it belongs to."""

    address: str
    service: str


def chat_read(text: str, *, secret: str, allowed: Collection[str]) -> Chat:
    """Read the address that a chat gives for its robot, or apprise's way to write it.

    `secret` is what DingTalk signs by, `allowed` the schemes of apprise that
    may be used. Raises AddressUnfit.
    """
    address = _native(text.strip(), secret.strip())
    robot = _robot(address)
    if robot is None:
        raise AddressUnfit
    schemes = {scheme for told in (robot.secure_protocol, robot.protocol) for scheme in _listed(told)}
    if not schemes & set(allowed):
        raise AddressUnfit
    if schemes & {"workflow", "workflows"} and not str(robot.host).endswith(_FLOW_HOSTS):
        raise AddressUnfit
    return Chat(address, str(robot.service_name)[:40])


def chat_send(address: str, *, title: str, body: str) -> bool:
    """Write a message to a chat; tells whether it was taken. Never raises for what the line or the chat does."""
    robot = _robot(address)
    if robot is None:
        return False
    # An answer that points elsewhere is none.
    robot.redirects = False
    robot.socket_connect_timeout, robot.socket_read_timeout = CONNECT, ANSWER
    return bool(robot.notify(body=body, title=title, body_format="text"))


def _native(text: str, secret: str) -> str:
    """Write the addresses that apprise does not know as it writes them."""
    try:
        parts = urlsplit(text)
    except ValueError:
        raise AddressUnfit from None
    if parts.hostname == "oapi.dingtalk.com":
        token = parse_qs(parts.query).get("access_token", [""])[0]
        return f"dingtalk://{quote(secret, safe='')}@{token}" if secret else f"dingtalk://{token}"
    feishu = _FEISHU.match(parts.path) if parts.hostname == "open.feishu.cn" else None
    return f"feishu://{feishu[1]}" if feishu else text


def _robot(address: str) -> Any:
    # Read only where something is sent: it takes a fifth of a second and some megabytes.
    apprise = import_module("apprise")
    # It would write addresses, which are secrets, into the log.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    _answers_read()
    asset = apprise.AppriseAsset(app_id=OWN_NAME, app_desc=OWN_NAME, app_url="", image_url_mask="", image_url_logo="")
    return apprise.Apprise.instantiate(address, asset=asset, suppress_exceptions=True)


def _listed(told: Any) -> Collection[str]:
    return () if not told else (told,) if isinstance(told, str) else tuple(told)


class _Strict:
    """`requests` for a robot that answers 200 to what it refuses, and says so in its answer alone.

    apprise looks into the answers of Feishu, but not of DingTalk and WeCom: a
    wrong token or a word that is missing would count as told.
    """

    def __init__(self, real: Any) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def post(self, *arguments: Any, **options: Any) -> Any:
        """Post, and count a refusal in the answer as one."""
        answer = self._real.post(*arguments, **options)
        try:
            refused = bool(answer.json().get("errcode"))
        except (ValueError, AttributeError):
            refused = False
        if refused:
            answer.status_code = 502
        return answer


def _answers_read() -> None:
    for name in ("apprise.plugins.dingtalk", "apprise.plugins.wecombot"):
        plugin: Any = import_module(name)
        if not isinstance(plugin.requests, _Strict):
            plugin.requests = _Strict(plugin.requests)
