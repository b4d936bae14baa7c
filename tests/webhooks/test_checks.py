from pytest_django.fixtures import Settings

from apps.webhooks.checks import check_allowed_networks


def test_reports_a_network_that_cannot_be_read(settings: Settings) -> None:
    settings.REVIEWCONSOLE_WEBHOOK_ALLOW = ["10.0.0.0/8", "10.0.0.0/33"]
    (error,) = check_allowed_networks()
    assert error.id == "webhooks.E001"
    assert "10.0.0.0/33" in error.msg


def test_is_content_with_networks_and_with_none(settings: Settings) -> None:
    settings.REVIEWCONSOLE_WEBHOOK_ALLOW = ["10.0.0.0/8", "fd00::/8", "192.168.1.5"]
    assert check_allowed_networks() == []
    settings.REVIEWCONSOLE_WEBHOOK_ALLOW = []
    assert check_allowed_networks() == []
