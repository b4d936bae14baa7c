"""Who claims nearly the same: other accounts of the client, within the window, before the request."""

import json
from datetime import timedelta

import pytest

from apps.common.inserting import insert
from apps.marketplace.models import Account
from apps.refunds.models import Refund
from apps.risk.facts import ClaimFacts, facts_read, facts_written
from apps.risk.models import ClaimBand
from apps.risk.selectors import claims, refunds_facts
from apps.risk.services.claims import claim_bands, claim_bands_forget
from tests.risk.calm import NOON
from tests.risk.platform import DAY, Platform, make_platform
from tests.risk.stored import draft_of, refund_facts

pytestmark = pytest.mark.django_db

TEXT = "孩子用我的手机误充了648元，我不知情，请退款"
COPY = "孩子用我的手机误充了30元，我不知情，请退款！"


@pytest.fixture
def platform() -> Platform:
    return make_platform()


def claims_of(platform: Platform, text: str, *, ago: timedelta = DAY, account: Account | None = None) -> Refund:
    """Take in a refund with this claim, as intake keeps it."""
    refund = platform.refund(platform.order(account or platform.account(), ago=ago + DAY), ago=ago, text=text)
    insert(claim_bands([draft_of(refund)]))
    return refund


def claim_facts(platform: Platform, text: str = TEXT, account: Account | None = None) -> ClaimFacts | None:
    return refund_facts(platform.refund(platform.order(account or platform.account()), text=text)).claim


def test_says_nothing_of_a_claim_too_short_to_compare(platform: Platform) -> None:
    claims_of(platform, "不想要了")
    assert claim_facts(platform, "不想要了") is None
    assert ClaimBand.objects.count() == 0


def test_finds_the_same_claim_of_other_accounts(platform: Platform) -> None:
    first, second = claims_of(platform, COPY), claims_of(platform, TEXT, ago=2 * DAY)
    again = claims_of(platform, TEXT, ago=3 * DAY, account=first.account)
    found = claim_facts(platform)
    assert found is not None
    assert (found.days, found.accounts, found.is_capped) == (90, 2, False)
    assert set(found.refund_ids) == {first.pk, second.pk, again.pk}
    assert found.account_ids == tuple(sorted([first.account.external_id, second.account.external_id]))


def test_counts_no_copies_of_its_own_account(platform: Platform) -> None:
    account = platform.account()
    claims_of(platform, TEXT, account=account)
    found = claim_facts(platform, account=account)
    assert found is not None
    assert found.accounts == 0


@pytest.mark.parametrize(
    ("text", "ago"),
    [
        ("买错了账号，充到别人的号里去了，希望可以退款", DAY),
        (TEXT, 90 * DAY),
        (TEXT, timedelta(seconds=-1)),
    ],
)
def test_counts_nothing_else_nothing_old_and_nothing_that_came_later(
    platform: Platform, text: str, ago: timedelta
) -> None:
    claims_of(platform, text, ago=ago)
    found = claim_facts(platform)
    assert found is not None
    assert found.accounts == 0


def test_knows_no_claims_of_other_clients(platform: Platform) -> None:
    claims_of(make_platform(), TEXT)
    found = claim_facts(platform)
    assert found is not None
    assert found.accounts == 0


def test_looks_at_the_newest_of_very_many(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "PER_BAND", 3)
    for days in range(1, 6):
        claims_of(platform, TEXT, ago=days * DAY)
    found = claim_facts(platform)
    assert found is not None
    assert (found.accounts, found.is_capped) == (3, True)


def test_refunds_that_come_in_together_know_of_one_another(platform: Platform) -> None:
    refunds = [platform.refund(platform.order(platform.account()), text=text) for text in (TEXT, COPY, "太贵了，" * 9)]
    facts = refunds_facts([draft_of(refund) for refund in refunds])
    assert [one.claim.accounts for one in facts if one.claim is not None] == [1, 1, 0]


def test_documents_without_the_fact_can_still_be_read(platform: Platform) -> None:
    facts = refund_facts(platform.refund(platform.order(platform.account()), text=TEXT))
    document = json.loads(bytes(facts_written(facts)))
    del document["claim"]
    document["version"] = 1
    read = facts_read(json.dumps(document))
    assert (read.claim, read.version) == (None, 1)


def test_forgets_what_is_too_old_to_compare(platform: Platform) -> None:
    claims_of(platform, TEXT, ago=91 * DAY)
    claims_of(platform, COPY)
    assert claim_bands_forget(now=NOON) == 10
    assert ClaimBand.objects.count() == 10
    assert claim_bands_forget(now=NOON) == 0
