"""What channels charge for an entry of the ledger, what they should by contract, and what merchants are charged."""

from fractions import Fraction

from sample_data.channel_ops.book import Sale
from sample_data.channel_ops.world import (
    ACQUIRER,
    ACQUIRER_FLAT,
    ALIPAY,
    BY_CODE,
    CARD_FLAT,
    CARD_RATE,
    CHANNEL_CAP,
    CHARGEBACK_FEE,
    CHEAPER_FROM,
    CREDIT,
    DEBIT,
    DEBIT_CAP,
    DISPUTE,
    TARIFF,
    WECHAT,
    WECHAT_CHEAPER,
    cents,
)


def agreed(one: Sale) -> int:
    """The channel's fee by contract; negative when it is given back."""
    if one.channel == "card":
        fees = {"SALE": cents(one.paid * ACQUIRER) + ACQUIRER_FLAT, "REFUND": 0, "CHARGEBACK": DISPUTE}
        return fees[one.kind]
    if one.channel == "wechat":
        return cents(one.paid * (WECHAT_CHEAPER if one.day >= CHEAPER_FROM else WECHAT))
    if one.channel == "alipay":
        return cents(one.paid * ALIPAY)
    fee = cents(abs(one.paid) * (DEBIT if one.card == "debit" else CREDIT))
    fee = min(fee, CHANNEL_CAP) if one.card == "debit" else fee
    return fee if one.paid > 0 else -fee


def charged(one: Sale) -> int:
    """The channel's fee as its bill says: WeChat Pay never heard of the cheaper contract."""
    if one.channel == "wechat" and one.kind == "SALE":
        return cents(one.paid * WECHAT)
    return agreed(one)


def tariff(one: Sale) -> int:
    """What the merchant is charged for an entry by its own tariff; negative when it is given back."""
    if one.kind == "CHARGEBACK":
        return CHARGEBACK_FEE
    if one.currency == "USD":
        return cents(one.paid * CARD_RATE) + (CARD_FLAT if one.kind == "SALE" else 0)
    rate: Fraction = TARIFF[BY_CODE[one.merchant].pricing][one.card]
    fee = cents(abs(one.paid) * rate)
    fee = min(fee, DEBIT_CAP) if one.card == "debit" else fee
    return fee if one.paid > 0 else -fee
