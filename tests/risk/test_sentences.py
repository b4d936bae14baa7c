"""Every factor in words, in both languages."""

import pytest
from django.utils import translation

from apps.rings.kinds import Kind, Role
from apps.risk.factors import factor_document
from apps.risk.factors.rings import ring_factor
from apps.risk.facts import (
    AmountFacts,
    ClaimFacts,
    DealingFacts,
    DestinationFacts,
    InstrumentKind,
    InstrumentRole,
    RefundFacts,
    RepeatFacts,
    RhythmFacts,
    RingFacts,
    SharedContext,
    SharedInstrument,
    ShopFacts,
    Tie,
    VerificationFacts,
    VerificationKind,
    VerificationState,
)
from apps.risk.policy import Care, FactorCode, Points
from apps.risk.policy.links import RingPoints
from apps.risk.sentences import factor_sentence
from apps.risk.wording import RINGS, SENTENCES
from tests.risk.calm import CALM, calm, verified_but, weighed, windows

CHINESE = "zh-hans"
WALLET = DestinationFacts(InstrumentKind.WALLET, "A-9", is_holder_the_buyer=False, is_source=False)
NEW_WALLET = DestinationFacts(InstrumentKind.WALLET, None, is_holder_the_buyer=None, is_source=False)
UNTOLD = tuple(VerificationFacts(kind, VerificationState.MISSING, None, ()) for kind in VerificationKind)


def tied(tie: Tie) -> RefundFacts:
    return calm(dealing=DealingFacts("A-9", (tie,)))


def shared_by(kind: VerificationKind, accounts: int) -> tuple[VerificationFacts, ...]:
    return tuple(
        VerificationFacts(factor.kind, factor.state, accounts if factor.kind == kind else 0, ("A-7",))
        for factor in CALM.verification
    )


def instrument(role: InstrumentRole) -> tuple[SharedInstrument, ...]:
    return (SharedInstrument(role, InstrumentKind.WALLET, "4242", 6, ("A-2",)),)


SHARES = {"orders": 6, "baskets": 5, "bought": 100000, "refunded": 85550}
WEAK = verified_but(id_document=VerificationState.FAILED, bank_card=VerificationState.MISSING)

pytestmark = pytest.mark.usefixtures("translations")

CASES: list[tuple[FactorCode, str, RefundFacts, str, str]] = [
    (
        FactorCode.REFUND_AFTER_CONSUMPTION,
        "consumed",
        calm(goods={"consumed_percent": 62.55}),
        "62.5% of the goods, by value, was used before the request for CN¥100.00.",
        "申请退款 ¥100.00 之前，商品已使用 62.5%（按金额计）。",
    ),
    (
        FactorCode.REFUND_AFTER_CONSUMPTION,
        "viewed",
        calm(goods={"viewed_amount": 2550}),
        "Goods worth CN¥25.50 were viewed before the request; a code that was seen may have been used.",
        "申请前已查看价值 ¥25.50 的商品；卡密一经查看，就可能已被使用。",
    ),
    (
        FactorCode.REFUND_VALUE_SHARE,
        "share",
        calm(habits=SHARES),
        "85.5% of the value bought in 90 days was asked back: CN¥855.50 of CN¥1,000.00, 5 of 6 orders.",
        "近 90 天购买 ¥1,000.00，其中 85.5%（¥855.50）申请退款，涉及 6 笔订单中的 5 笔。",
    ),
    (
        FactorCode.REFUND_COUNT_SHARE,
        "share",
        calm(habits=SHARES),
        "5 of 6 orders in 90 days were asked back (83.3%).",
        "近 90 天的 6 笔订单中有 5 笔申请退款（83.3%）。",
    ),
    (
        FactorCode.REFUND_VELOCITY,
        "baskets",
        calm(habits={"windows": windows(3, 3, 3)}),
        "3 orders were asked back within 24 hours.",
        "24 小时内有 3 笔订单申请退款。",
    ),
    (
        FactorCode.FAST_REFUND,
        "minutes",
        calm(payment={"minutes_since": 8.9}),
        "Asked back 8 minutes after payment.",
        "付款后 8 分钟即申请退款。",
    ),
    (
        FactorCode.NEW_ACCOUNT,
        "days",
        calm(account={"age_days": 1}),
        "The account was 1 day old when the refund was asked for.",
        "申请退款时，账户注册时长为 1 天。",
    ),
    (
        FactorCode.WEAK_VERIFICATION,
        "states",
        calm(verification=WEAK),
        "Not fully verified: identity document failed, bank card missing.",
        "核验不完整：证件核验失败、银行卡未提供。",
    ),
    (
        FactorCode.WEAK_VERIFICATION,
        "untold",
        calm(is_verification_told=False, verification=UNTOLD),
        "The client has told nothing about phone, identity document and bank card.",
        "接入方未提供手机号、证件和银行卡的核验状态。",
    ),
    (
        FactorCode.SHARED_IDENTITY,
        "phone",
        calm(verification=shared_by(VerificationKind.PHONE, 5)),
        "The phone is also used by 5 other accounts.",
        "另有 5 个账户使用同一手机号。",
    ),
    (
        FactorCode.SHARED_IDENTITY,
        "id_document",
        calm(verification=shared_by(VerificationKind.ID_DOCUMENT, 1)),
        "The identity document is also used by 1 other account.",
        "另有 1 个账户使用同一证件。",
    ),
    (
        FactorCode.SHARED_IDENTITY,
        "bank_card",
        calm(verification=shared_by(VerificationKind.BANK_CARD, 2)),
        "The bank card is also used by 2 other accounts.",
        "另有 2 个账户使用同一银行卡核验。",
    ),
    (
        FactorCode.SHARED_INSTRUMENT,
        "paid",
        calm(shared_instruments=instrument(InstrumentRole.PAID)),
        "6 other accounts use the instrument that paid (wallet 4242).",
        "另有 6 个账户使用本次付款的支付工具（电子钱包 4242）。",
    ),
    (
        FactorCode.SHARED_INSTRUMENT,
        "destination",
        calm(shared_instruments=instrument(InstrumentRole.DESTINATION)),
        "6 other accounts use the refund's destination (wallet 4242).",
        "另有 6 个账户使用同一退款去向（电子钱包 4242）。",
    ),
    (
        FactorCode.SHARED_DEVICE,
        "accounts",
        calm(device=SharedContext(8, (), is_capped=False)),
        "8 other accounts bought or asked money back from the same device in 180 days.",
        "180 天内另有 8 个账户在同一设备上购买或申请退款。",
    ),
    (
        FactorCode.SHARED_DEVICE,
        "hub",
        calm(device=SharedContext(60, (), is_capped=True)),
        "At least 60 other accounts use the same device: it is a public one, and weighs nothing.",
        "至少另有 60 个账户使用同一设备：属于公用设备，不计分。",
    ),
    (
        FactorCode.SHARED_IP,
        "accounts",
        calm(network=SharedContext(5, (), is_capped=False)),
        "5 other accounts bought or asked money back from the same network address in 30 days.",
        "30 天内另有 5 个账户从同一网络地址购买或申请退款。",
    ),
    (
        FactorCode.SHARED_IP,
        "hub",
        calm(network=SharedContext(60, (), is_capped=True)),
        "At least 60 other accounts come from the same network address: it is a public one, and weighs nothing.",
        "至少另有 60 个账户来自同一网络地址：属于公共网络，不计分。",
    ),
    (
        FactorCode.SHOP_CONCENTRATION,
        "top",
        calm(shop=ShopFacts(30, 40, 9, 32, is_top_buyer=True, week_orders=9, usual_week=8.0)),
        "Five buyers, this one among them, placed 80% of the shop's 40 orders in 30 days.",
        "30 天内本店 40 笔订单中，80% 来自五个买家，本买家为其中之一。",
    ),
    (
        FactorCode.SHOP_CONCENTRATION,
        "surge",
        calm(shop=ShopFacts(30, 40, 9, 3, is_top_buyer=False, week_orders=45, usual_week=8.0)),
        "The shop had 45 orders within 7 days; in a usual week it is 8.0.",
        "本店 7 天内有 45 笔订单；平时每周 8.0 笔。",
    ),
    (FactorCode.SHOP_BUYER_LINK, "owner", tied(Tie.OWNER), "The buyer owns the shop.", "买家就是店主。"),
    (
        FactorCode.SHOP_BUYER_LINK,
        "id_document",
        tied(Tie.ID_DOCUMENT),
        "Buyer and owner of the shop (A-9) have one identity document.",
        "买家与店主（A-9）使用同一证件。",
    ),
    (
        FactorCode.SHOP_BUYER_LINK,
        "bank_card",
        tied(Tie.BANK_CARD),
        "Buyer and owner of the shop (A-9) are verified by one bank card.",
        "买家与店主（A-9）以同一银行卡核验。",
    ),
    (
        FactorCode.SHOP_BUYER_LINK,
        "phone",
        tied(Tie.PHONE),
        "Buyer and owner of the shop (A-9) have one phone.",
        "买家与店主（A-9）使用同一手机号。",
    ),
    (
        FactorCode.SHOP_BUYER_LINK,
        "destination",
        tied(Tie.DESTINATION),
        "The refund is to go to the owner of the shop (A-9).",
        "退款去向为店主（A-9）。",
    ),
    (
        FactorCode.SHOP_BUYER_LINK,
        "payer",
        tied(Tie.PAYER),
        "The owner of the shop (A-9) paid for the order.",
        "订单由店主（A-9）付款。",
    ),
    (
        FactorCode.SHOP_BUYER_LINK,
        "instrument",
        tied(Tie.INSTRUMENT),
        "The order was paid with an instrument that the owner of the shop (A-9) pays with too.",
        "订单的付款工具也是店主（A-9）使用的支付工具。",
    ),
    (
        FactorCode.SHOP_BUYER_LINK,
        "device",
        tied(Tie.DEVICE),
        "Buyer and owner of the shop (A-9) use one device.",
        "买家与店主（A-9）使用同一设备。",
    ),
    (
        FactorCode.BUY_REFUND_CYCLE,
        "rounds",
        calm(repeat=RepeatFacts(90, 4, 4, 3, (), 4, 4, 0, 0, ())),
        "Like goods were bought again after they had been asked back, 3 times in 90 days.",
        "90 天内同类商品退款后又重新购买 3 次。",
    ),
    (
        FactorCode.BUY_REFUND_CYCLE,
        "like",
        calm(repeat=RepeatFacts(90, 5, 6, 0, (), 5, 6, 0, 0, ())),
        "5 of 6 orders of like goods were asked back in 90 days.",
        "90 天内购买同类商品 6 笔，其中 5 笔申请退款。",
    ),
    (
        FactorCode.BUY_REFUND_CYCLE,
        "here",
        calm(repeat=RepeatFacts(90, 1, 4, 0, (), 5, 6, 1, 9, ())),
        "5 of 6 orders in this shop were asked back in 90 days, and 1 of 9 in other shops.",
        "90 天内在本店购买 6 笔，其中 5 笔申请退款；在其他店铺的 9 笔中退款 1 笔。",
    ),
    (
        FactorCode.STRUCTURING,
        "below",
        calm(amounts=AmountFacts(30, (95001, 96002, 97003, 98004), ())),
        "4 different amounts in 30 days are less than 5% below CN¥1,000.00.",
        "30 天内有 4 笔互不相同的金额比 ¥1,000.00 低不到 5%。",
    ),
    (
        FactorCode.DORMANT_THEN_ACTIVE,
        "slept",
        calm(rhythm=RhythmFacts(200, 4, 1, 0.0, 1, 9)),
        "Nothing was bought for 200 days, then 4 orders came within 7 days.",
        "200 天没有购买，随后 7 天内下单 4 笔。",
    ),
    (
        FactorCode.BURST,
        "orders",
        calm(rhythm=RhythmFacts(3, 1, 8, 0.5, 1, 9)),
        "8 orders within 24 hours; on a usual day it is 0.5.",
        "24 小时内下单 8 笔；平时每天 0.5 笔。",
    ),
    (
        FactorCode.ODD_HOURS,
        "habit",
        calm(rhythm=RhythmFacts(3, 1, 1, 0.5, 0, 30)),
        (
            "Ordered at a time of day at which the account hardly ever buys: "
            "0 of 30 earlier orders came within two hours of it."
        ),
        "下单时段与该账户的习惯不符：此前 30 笔订单中，仅 0 笔在该时刻前后两小时内。",
    ),
    (
        FactorCode.SAME_REASON_TEXT,
        "alike",
        calm(claim=ClaimFacts(90, 4, (), (), is_capped=False)),
        "4 other accounts claimed nearly the same, word for word, in 90 days.",
        "90 天内另有 4 个账户的退款理由与此几乎逐字相同。",
    ),
    (
        FactorCode.SAME_REASON_TEXT,
        "template",
        calm(claim=ClaimFacts(90, 40, (), (), is_capped=True)),
        (
            "At least 40 other accounts claimed nearly the same in 90 days. "
            "So common a text is a template, and weighs nothing."
        ),
        "90 天内至少另有 40 个账户写了几乎相同的理由：如此常见的文字属于模板，不计分。",
    ),
    (
        FactorCode.PAYER_MISMATCH,
        "elsewhere",
        calm(payment={"other_payers": ("A-5",)}, destination=WALLET),
        "Paid by account A-5, not by the buyer, and the refund is not to go back to what paid.",
        "付款方为账户 A-5，并非买家本人，且退款不退回原支付工具。",
    ),
    (
        FactorCode.PAYER_MISMATCH,
        "returned",
        calm(payment={"other_payers": ("A-5",)}),
        "Paid by account A-5, not by the buyer.",
        "付款方为账户 A-5，并非买家本人。",
    ),
    (
        FactorCode.DESTINATION_MISMATCH,
        "another",
        calm(destination=WALLET),
        "The refund is to go to another person's account A-9 (wallet), which did not pay.",
        "退款将转入他人账户 A-9（电子钱包），该支付工具未付过款。",
    ),
    (
        FactorCode.DESTINATION_MISMATCH,
        "new",
        calm(destination=NEW_WALLET),
        "The refund is to go to an instrument that did not pay for the order (wallet).",
        "退款去向（电子钱包）不是该订单的支付工具。",
    ),
    (
        FactorCode.CREDIT_TO_CASH,
        "credit",
        calm(
            payment={"by_kind": {InstrumentKind.CREDIT_LINE: 6000, InstrumentKind.POINTS: 4000}},
            destination=WALLET,
        ),
        "100% of the order (CN¥100.00) was paid with credit line, points; the refund is asked as cash (wallet).",
        "订单金额的 100%（¥100.00）以信用额度、积分支付，却要求退为现金（电子钱包）。",
    ),
    (
        FactorCode.CREDIT_TO_CASH,
        "credit_card",
        calm(payment={"by_kind": {InstrumentKind.CREDIT_CARD: 10000}}, destination=WALLET),
        "100% of the order (CN¥100.00) was paid by credit card; the refund is asked as cash (wallet).",
        "订单金额的 100%（¥100.00）以信用卡支付，却要求退为现金（电子钱包）。",
    ),
    (
        FactorCode.PAST_OUTCOMES,
        "denied",
        calm(past={"denied": 1}),
        "1 refund of this account was denied in 365 days.",
        "近 365 天该账户有 1 笔退款申请被拒绝。",
    ),
    (
        FactorCode.PAST_OUTCOMES,
        "upheld",
        calm(past={"denied": 2, "upheld": 1}),
        "2 refunds of this account were denied in 365 days; upheld on appeal: 1.",
        "近 365 天该账户有 2 笔退款申请被拒绝，其中 1 笔申诉后维持拒绝。",
    ),
    (
        FactorCode.PAST_OUTCOMES,
        "kept",
        calm(
            past={"kept_orders": 12, "kept_amount": 90000},
            habits={"orders": 13, "bought": 100000},
        ),
        "In the customer's favour: 12 earlier orders kept, no refund denied in 365 days.",
        "对客户有利：近 365 天有 12 笔订单未退款，且无退款申请被拒绝。",
    ),
    (
        FactorCode.MINOR_PURCHASE,
        "account",
        calm(is_minor_purchase=True, account={"is_minor": True}),
        "The account belongs to a minor: a person decides, and how the goods were used counts for nothing.",
        "账户属于未成年人：由审核员决定，商品的使用情况不作为依据。",
    ),
    (
        FactorCode.MINOR_PURCHASE,
        "reason",
        calm(is_minor_purchase=True),
        "Asked back as a purchase by a minor: a person decides, and how the goods were used counts for nothing.",
        "以未成年人消费为由申请退款：由审核员决定，商品的使用情况不作为依据。",
    ),
]


@pytest.mark.parametrize(
    ("code", "rule", "facts", "english", "chinese"), CASES, ids=[f"{case[0]}-{case[1]}" for case in CASES]
)
def test_says_a_factor_in_both_languages(
    *, code: FactorCode, rule: str, facts: RefundFacts, english: str, chinese: str
) -> None:
    factor = weighed(facts, code)
    assert factor["rule"] == rule
    assert factor_sentence(factor, "en") == english
    assert factor_sentence(factor, CHINESE) == chinese


def test_has_a_sentence_tried_for_every_rule() -> None:
    assert {(case[0], case[1]) for case in CASES} == {key for key in SENTENCES if not key[1].startswith("ring")}


EVERY = Points(strict=5, standard=5, lenient=5)
POINTS = RingPoints(confirmed=EVERY, suspected=EVERY, edge=EVERY)


RING_CASES = [
    (
        "ring",
        Role.COLLECTS,
        False,
        "The buyer belongs to a suspected ring: {} (score 93 of 100).",
        "买家属于一个疑似团伙：{}（评分 93，满分 100）。",
    ),
    (
        "ring_confirmed",
        Role.COLLECTS,
        True,
        "The buyer belongs to a ring that a supervisor confirmed: {}.",
        "买家属于一个已由主管确认的团伙：{}。",
    ),
    (
        "ring_edge",
        Role.PAYS,
        False,
        "The buyer or the shop touches a suspected ring: {} (score 93 of 100).",
        "买家或店铺与一个疑似团伙有往来：{}（评分 93，满分 100）。",
    ),
    (
        "ring_edge_confirmed",
        Role.PAYS,
        True,
        "The buyer or the shop touches a ring that a supervisor confirmed: {}.",
        "买家或店铺与一个已由主管确认的团伙有往来：{}。",
    ),
]


@pytest.mark.parametrize(("rule", "role", "is_confirmed", "english", "chinese"), RING_CASES)
@pytest.mark.parametrize("kind", list(Kind))
def test_says_a_ring_of_every_kind_in_both_languages(
    *, kind: Kind, rule: str, role: Role, is_confirmed: bool, english: str, chinese: str
) -> None:
    ring = RingFacts("rng_1", kind, role, is_confirmed=is_confirmed, score=93, is_through_shop=False)
    factor = ring_factor(calm(rings=(ring,)), kind, POINTS, Care.STRICT)
    assert factor is not None
    document = factor_document(factor)
    assert (document["code"], document["rule"]) in SENTENCES
    assert document["rule"] == rule
    with translation.override("en"):
        assert factor_sentence(document, "en") == english.format(RINGS[kind])
    with translation.override(CHINESE):
        assert factor_sentence(document, CHINESE) == chinese.format(RINGS[kind])
