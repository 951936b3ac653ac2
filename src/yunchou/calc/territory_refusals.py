"""Why accounts cannot be assigned as asked, and what would help."""

from collections import Counter
from collections.abc import Sequence
from typing import NoReturn

import numpy as np

from yunchou.calc.errors import BadInput, Contradiction, NoAnswer
from yunchou.calc.reading import nearest
from yunchou.calc.sharing import TOLERANCE, Meter, Shared, Sharing
from yunchou.calc.territory_nouns import Account, Seller
from yunchou.calc.territory_rules import BoolArray, lacks
from yunchou.calc.text import Text
from yunchou.calc.wording import percent

_NAMED = 5
LACKS = {"region": Text("负责范围", "region"), "language": Text("语言", "language"), "product": Text("产品", "product")}
METERS = {
    "potential": Text("潜力", "potential"),
    "workload": Text("工作量", "workload"),
    "accounts": Text("客户数上限", "cap on accounts"),
    "most_workload": Text("工作量上限", "cap on workload"),
}


def check_names(accounts: Sequence[Account], people: Sequence[Seller]) -> None:
    """Refuse an empty list, a name that stands twice, and a lock to nobody.

    Source:
        Own.
    """
    for kind, some in ((Text("客户", "account"), accounts), (Text("人员", "person"), people)):
        if not some:
            raise BadInput(Text(f"没有{kind.zh}", f"there is no {kind.en}"))
        twice = sorted(name for name, count in Counter(one.name for one in some).items() if count > 1)
        if twice:
            raise BadInput(Text(f"{kind.zh}“{twice[0]}”出现了不止一次", f"{kind.en} “{twice[0]}” stands there more than once"))
    known = {person.name for person in people}
    for account in accounts:
        if account.person is not None and account.person not in known:
            near = nearest(account.person, sorted(known))
            raise BadInput(
                Text(
                    f"客户“{account.name}”锁定给“{account.person}”，名单里没有此人，最接近的是 {near}",
                    f"account “{account.name}” is locked to “{account.person}”, who is not on the list; the nearest is {near}",
                )
            )


def refuse_unserved(accounts: Sequence[Account], people: Sequence[Seller], allowed: BoolArray) -> None:
    """Refuse accounts that nobody may serve, and say who would be needed and who comes nearest to it.

    Source:
        Own.
    """
    alone = np.flatnonzero(~allowed.any(axis=1))
    if not len(alone):
        return
    account = accounts[alone[0]]
    zh, en = _needed(account)
    near = min(people, key=lambda person: (len(lacks(account, person)), person.name))
    missing = lacks(account, near)
    more = len(alone) - 1
    raise BadInput(
        Text(
            f"没有人可以服务客户“{account.name}”：需要一位{zh}的人；最接近的是 {near.name}"
            f"（{'、'.join(LACKS[one].zh for one in missing)}不符）" + (f"；另有 {more} 个客户也无人可服务" if more else ""),
            f"nobody may serve account “{account.name}”: somebody {en} is needed; {near.name} comes nearest"
            f" (but for {', '.join(LACKS[one].en for one in missing)})" + (f"; {more} more accounts have nobody either" if more else ""),
        )
    )


def _needed(account: Account) -> tuple[str, str]:
    zh, en = [], []
    place = " ".join(dict.fromkeys(part for part in account.place if part))
    if place:
        zh.append(f"可负责 {place}")
        en.append(f"for {place}")
    if account.languages:
        zh.append(f"会{'、'.join(account.languages)}")
        en.append(f"who speaks {', '.join(account.languages)}")
    if account.products:
        zh.append(f"可卖{'、'.join(account.products)}")
        en.append(f"who may sell {', '.join(account.products)}")
    return "、".join(zh), " ".join(en)


def refuse_too_large(accounts: Sequence[Account], people: Sequence[Seller], meter: Meter, fits: BoolArray) -> None:
    """Refuse an account that alone is more than anybody's band holds.

    Source:
        Own.
    """
    alone = np.flatnonzero(~fits.any(axis=1))
    if not len(alone):
        return
    worst = alone[np.argmax(meter.weights[alone])]
    best = int(np.argmax(meter.full))
    name, share = METERS[meter.name], percent(float(meter.weights[worst] / meter.full[best]), 0)
    raise Contradiction(
        Text(
            f"客户“{accounts[worst].name}”一家的{name.zh}就是 {people[best].name} 应得的 {share}，放不进 {percent(meter.most, 0)} 以内；"
            "请放宽幅度、不作硬性要求，或把它拆给几个人",
            f"account “{accounts[worst].name}” alone is {share} of {people[best].name}'s full {name.en}, more than the"
            f" {percent(meter.most, 0)} allowed: widen the band, let it be no hard limit, or split the account",
        )
    )


def refuse_broken(people: Sequence[Seller], sharing: Sharing, shared: Shared) -> NoReturn:
    """Refuse what breaks hard limits: as a contradiction where no answer can hold them, else as not found.

    Source:
        Own.
    """
    told_zh, told_en = [], []
    for meter in sharing.meters:
        if meter.price is not None:
            continue
        shares = meter.shares(shared.given)
        for at in np.argsort(-meter.beyond(shares), kind="stable")[:_NAMED]:
            if meter.beyond(shares)[at] > TOLERANCE:
                name = METERS[meter.name]
                told_zh.append(f"{people[at].name} 的{name.zh} {percent(float(shares[at]), 0)}")
                told_en.append(f"{people[at].name}'s {name.en} {percent(float(shares[at]), 0)}")
    zh, en = "、".join(told_zh[:_NAMED]), ", ".join(told_en[:_NAMED])
    if shared.is_excluded:
        raise Contradiction(
            Text(
                f"上限、锁定和幅度不能同时满足：最接近的分法里 {zh}；请放宽幅度、提高上限，或放开区域、语言、产品的限制",
                f"caps, locks and band cannot be met together; in the nearest assignment: {en}; widen the band, raise caps, or relax"
                " rules of region, language or product",
            )
        )
    raise NoAnswer(
        Text(
            f"没有找到完全满足的分法（也没有证明不存在）：最接近的是 {zh}；请放宽幅度或上限",
            f"no assignment that meets everything was found, though none is excluded; the nearest: {en}; widen the band or the caps",
        )
    )
