"""Addresses of chats, and what is sent there: each service's own form, over a line of our own."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from apps.notifications.chat import AddressUnfit, chat_read, chat_send

ALLOWED = ["dingtalk", "feishu", "lark", "wecombot", "slack", "msteams", "workflows"]
TOKEN = "a" * 64
HOOK = "abcdefab-1234-5678-9abc-abcdefabcdef"
FLOW = "https://prod-01.westus.logic.azure.com:443/workflows/643e69f83c8944/triggers/manual/paths/invoke"


@pytest.mark.parametrize(
    ("text", "secret", "service", "address"),
    [
        (f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}", "", "DingTalk", f"dingtalk://{TOKEN}"),
        (f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}", "SEC1", "DingTalk", f"dingtalk://SEC1@{TOKEN}"),
        (f" https://open.feishu.cn/open-apis/bot/v2/hook/{HOOK} ", "", "Feishu", f"feishu://{HOOK}"),
        (f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={HOOK}", "", "WeCom Bot", None),
        ("https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", "", "Slack", None),
        (f"{FLOW}?api-version=2016-06-01&sp=%2Ftriggers&sv=1.0&sig=iXNU43", "", "Power Automate", None),
    ],
)
def test_reads_the_addresses_that_chats_give(text: str, secret: str, service: str, address: str | None) -> None:
    chat = chat_read(text, secret=secret, allowed=ALLOWED)
    assert service in chat.service
    assert chat.address == (address or text.strip())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "https://example.com/hook",
        "http://[",
        # Reaches whatever host one names.
        "json://127.0.0.1:8000/",
        "mailto://user:pass@gmail.com",
        "workflows://127.0.0.1:443/643e69f83c8944/iXNU43-signature",
        "workflows://evil.example/643e69f83c8944/iXNU43-signature",
        "https://oapi.dingtalk.com/robot/send",
    ],
)
def test_refuses_what_is_no_chat_of_those_allowed(text: str, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(AddressUnfit):
        chat_read(text, secret="", allowed=ALLOWED)
    # What somebody pasted may be a secret.
    assert caplog.text == ""


def test_refuses_a_service_that_the_operator_left_out() -> None:
    with pytest.raises(AddressUnfit):
        chat_read(f"dingtalk://{TOKEN}", secret="", allowed=["slack"])


@dataclass
class Receiver:
    """A chat on this machine: what it was sent, and how it answers."""

    address: str
    bodies: list[bytes] = field(default_factory=list)
    status: int = 200
    answer: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(told.status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(told.answer)))
            self.end_headers()
            self.wfile.write(told.answer)

        def log_message(self, *_arguments: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    told = Receiver(f"http://127.0.0.1:{server.server_port}/")
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield told
    server.shutdown()
    server.server_close()
    thread.join()


# Where each service's form is found in what it was sent.
FORMS: dict[str, tuple[str, Callable[[Any], str]]] = {
    f"dingtalk://{TOKEN}": ("apprise.plugins.dingtalk.NotifyDingTalk.notify_url", lambda body: body["text"]["content"]),
    f"feishu://{HOOK}": ("apprise.plugins.feishu.NotifyFeishu.notify_url", lambda body: body["content"]["text"]),
    f"wecombot://{HOOK}": ("apprise.plugins.wecombot.NotifyWeComBot.notify_url", lambda body: body["text"]["content"]),
    "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ": (
        "apprise.plugins.slack.NotifySlack.webhook_url",
        lambda body: f"{body['attachments'][0]['title']} {body['attachments'][0]['text']}",
    ),
}


@pytest.mark.parametrize("address", FORMS)
@pytest.mark.loopback
def test_sends_in_the_form_of_each_service(address: str, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    where, words = FORMS[address]
    monkeypatch.setattr(where, receiver.address)
    receiver.answer = b"ok" if address.startswith("slack") else b'{"errcode": 0, "code": 0}'
    assert chat_send(address, title="退款增多", body="340 & more") is True
    (body,) = receiver.bodies
    told = words(json.loads(body))
    assert "退款增多" in told
    # Slack wants its three signs written like this.
    assert ("340 &amp; more" if address.startswith("slack") else "340 & more") in told
    assert b"pprise" not in body


@pytest.mark.parametrize("address", [each for each in FORMS if not each.startswith("slack")])
@pytest.mark.loopback
def test_takes_no_refusal_for_told(address: str, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FORMS[address][0], receiver.address)
    # These answer 200 to what they refuse.
    receiver.answer = b'{"errcode": 310000, "code": 310000, "errmsg": "token is not exist"}'
    assert chat_send(address, title="A", body="B") is False
    assert len(receiver.bodies) == 1
    receiver.status, receiver.answer = 500, b""
    assert chat_send(address, title="A", body="B") is False


@pytest.mark.loopback
def test_follows_no_answer_that_points_elsewhere(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"dingtalk://{TOKEN}"
    monkeypatch.setattr(FORMS[address][0], receiver.address)
    receiver.status, receiver.headers = 307, {"Location": receiver.address}
    assert chat_send(address, title="A", body="B") is False
    assert len(receiver.bodies) == 1


@pytest.mark.loopback
def test_nobody_there_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"dingtalk://{TOKEN}"
    monkeypatch.setattr(FORMS[address][0], "http://127.0.0.1:9/")
    assert chat_send(address, title="A", body="B") is False
    assert chat_send("nonsense", title="A", body="B") is False
