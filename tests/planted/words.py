"""What people write when they ask their money back. Everybody draws from the same words."""

import random

_PARTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "accidental_purchase": (
        ("不小心", "手滑", "误触", "点错了", "一下没注意"),
        ("买多了一份", "选错了面额", "买成了别的区服", "重复下单", "付了款才发现买错"),
        ("，麻烦退一下", "，请退款", "", "，谢谢", "，还没有用过"),
    ),
    "not_delivered": (
        ("等了很久", "付款之后", "到现在", "已经催过客服", "刷新了好几次"),
        ("没有收到卡密", "一直没到账", "游戏里没有显示", "订单还是待发货", "兑换码没发过来"),
        ("，请退款", "，不想等了", "，帮忙处理", "", "，急用"),
    ),
    "not_as_described": (
        ("收到的", "页面上写的", "客服说的", "实际的"),
        ("面额和描述不一样", "地区限制没有写清楚", "有效期比写的短", "不能在手机上用", "颜色和图片差很多"),
        ("，要求退款", "，不符合描述", "", "，希望退掉"),
    ),
    "defective": (
        ("兑换的时候", "输入卡密", "试了三次", "昨天晚上", "换了设备"),
        ("提示已被使用", "提示无效", "一直报错", "显示卡已过期", "打不开", "开不了机"),
        ("，请退款", "，应该是坏的", "", "，有截图", "，请尽快处理"),
    ),
    "changed_mind": (
        ("不想要了", "用不上了", "找到更便宜的了", "家里人已经买过", "计划变了"),
        ("", "，没有拆开", "，没有使用", "，订单还没处理"),
        ("", "，请退款", "，谢谢"),
    ),
    "minor_purchase": (
        ("孩子", "儿子", "女儿", "家里小孩"),
        ("拿手机充的", "偷偷充值", "不懂事买的", "用我的付款码买的"),
        ("，请退回", "，家长不知情", "，能退吗", ""),
    ),
    "duplicate_charge": (("扣了两次款", "重复扣费", "同一单付了两遍"), ("", "，请退一笔"), ("", "，有账单")),
    "unauthorized": (("不是我本人操作", "账号被别人登录过", "没有买过这个"), ("", "，请查一下"), ("", "，要求退款")),
    "other": (("其他原因", "和店家说好了", "店家让我申请"), ("", "，请处理"), ("", "，谢谢")),
}


def text_for(chance: random.Random, reason: str) -> str | None:
    """Return what somebody writes; many write nothing."""
    if chance.random() < 0.3:
        return None
    return "".join(chance.choice(part) for part in _PARTS[reason])


def reworded(chance: random.Random, script: str) -> str:
    """Return what a farm's script becomes in the hands of one of its people."""
    swaps = (("请退款", "麻烦退款"), ("没有收到", "没收到"), ("一直", "总是"), ("到现在", "至今"), ("卡密", "卡号"))
    for old, new in swaps:
        if chance.random() < 0.4:
            script = script.replace(old, new)
    return script + chance.choice(("", "。", "！", "，谢谢", "，辛苦"))


def script(chance: random.Random) -> str:
    """Return a claim as farms hand it out."""
    return chance.choice(
        (
            "付款之后一直没有收到卡密，客服也联系不上，请退款",
            "收到的卡密兑换时提示已被使用，换了账号也不行，请退款",
            "到现在游戏里没有到账，订单却显示完成，请退款",
            "买错了区服，一直没有使用，店家同意，请退款",
        )
    )
