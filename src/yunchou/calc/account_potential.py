"""What an account, or a place, can bring in a year: from its own sales as far as they tell, and from its wallet where known."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from yunchou.calc.sales_months import FloatArray
from yunchou.calc.text import Text
from yunchou.calc.wording import percent

_YEAR = 12
# reachable is what one in four of comparable accounts gives us
_REACHED_BY = 0.75
# fewer comparable accounts with a known wallet than this: all are taken together
_FEW = 8


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What each account is expected to bring in a year, and on what that rests.

    ``yearly``: shape ``(accounts,)``, in the unit of the sales. ``own``: how much each account's own sales count; the rest is the
    mean of all. ``months``: in a block of the history.
    """

    yearly: FloatArray
    own: float
    months: int

    @property
    def basis(self) -> Text:
        """Return one sentence."""
        share = percent(self.own, 0)
        return Text(
            f"各客户自己的历史计 {share}，其余按平均：由文件里前后 {self.months} 个月的关系得出",
            f"an account's own sales count {share}, the rest is the mean of all: learnt from how {self.months} months of this file followed"
            " those before",
        )


def expected_sales(sales: FloatArray) -> Expected:
    """Return what accounts are expected to bring in a year.

    The history is cut into blocks of a year, or of half of it where it is shorter than two years. How much the block before last,
    and the mean of earlier ones, said of the last is learnt over all accounts by least squares with weights for their size; what
    is not explained is the mean. Where sales are chance, all accounts come out alike; where they last, as they were.

    Args:
        sales: Shape ``(accounts, months)``, oldest first, in any unit; returns are below zero.

    Raises:
        ValueError: There is no account or no month.

    Source:
        Own; credibility as in H. Bühlmann and E. Straub (1970), with weights learnt as in a regression on the past.
    """
    if not sales.size:
        raise ValueError("no account or no month")
    months = min(_YEAR, max(sales.shape[1] // 2, 1))
    count = min(sales.shape[1] // months, 4)
    used = np.maximum(sales[:, sales.shape[1] - count * months :].reshape(len(sales), count, months).sum(axis=2), 0)
    blocks = used[:, ::-1].T  # newest first
    yearly = max(float(np.maximum(sales[:, -_YEAR:].sum(axis=1), 0).sum()), 0.0) * (_YEAR / min(sales.shape[1], _YEAR))
    weights = _learn(blocks)
    even = np.full(len(sales), blocks[0].mean())
    expected = weights @ np.stack([even, blocks[0], blocks[1:].mean(axis=0) if count > 1 else np.zeros(len(sales))])
    whole = float(expected.sum())
    share = expected / whole if whole > 0 else np.full(len(sales), 1 / len(sales))
    summed = float(weights.sum())
    return Expected(yearly=share * yearly, own=float(weights[1:].sum() / summed) if summed > 0 else 0.0, months=months)


def _learn(blocks: FloatArray) -> FloatArray:
    """Return the weights of the mean, of the last block, and of the mean of earlier ones."""
    from scipy.optimize import nnls  # noqa: PLC0415 - heavy, loaded only where used

    if len(blocks) == 1:
        return np.array([0.0, 1.0, 0.0])
    sides, targets = [], []
    for at in range(1, min(len(blocks), 3)):
        target, last, earlier = blocks[at - 1], blocks[at], blocks[at + 1 :]
        seen = blocks[at:].sum(axis=0) > 0
        if not seen.any() or last.sum() <= 0 or target.sum() <= 0:
            continue
        growth, mean = target[seen].sum() / last[seen].sum(), target[seen].mean()
        before = earlier.mean(axis=0)[seen] if len(earlier) else np.zeros(int(seen.sum()))
        weight = 1 / np.sqrt((last[seen] + before) / 2 * growth + mean)
        sides.append(np.stack([np.full(len(weight), mean), last[seen] * growth, before * growth], axis=1) * weight[:, None])
        targets.append(target[seen] * weight)
    if not sides:
        return np.array([1.0, 0.0, 0.0])
    found: FloatArray = nnls(np.concatenate(sides), np.concatenate(targets))[0]
    return found


@dataclass(frozen=True, kw_only=True)
class Potential:
    """What accounts or places can bring in a year.

    ``yearly``: the larger of what is expected and what a comparable one gives of its wallet; ``reachable``: the share of its wallet
    that is held reachable, NaN where the wallet is not known. Shapes ``(accounts,)``.
    """

    yearly: FloatArray
    expected: FloatArray
    reachable: FloatArray
    warnings: tuple[Text, ...]

    @property
    def headroom(self) -> FloatArray:
        """Return what lies between the expected and the potential: of a place, its whitespace."""
        return self.yearly - self.expected


def potential_of(expected: FloatArray, wallets: FloatArray, names: Sequence[str], kinds: Sequence[str] = ()) -> Potential:
    """Return potentials from expected sales and wallets: what an account spends, or a place's market, in a year.

    Reachable is the share of wallet that a quarter of comparable ones reach (of the same kind, where at least eight have a known
    wallet); without a wallet the potential is what is expected. Places with their markets are told by the same function.

    Args:
        expected: Shape ``(accounts,)``.
        wallets: Shape ``(accounts,)``, in the same unit; NaN where not known.
        names: One each, for warnings.
        kinds: One each: the segment or tier; empty for one kind.

    Source:
        Own; docs/methods/territories.md.
    """
    known = np.isfinite(wallets) & (wallets > 0)
    shares = np.minimum(np.divide(expected, wallets, out=np.zeros_like(expected), where=known), 1.0)
    reachable = np.full(len(expected), np.nan)
    kind_of = np.array(list(kinds) or [""] * len(expected))
    overall = float(np.quantile(shares[known], _REACHED_BY)) if known.any() else np.nan
    for kind in sorted(set(kind_of.tolist())):
        here = known & (kind_of == kind)
        reachable[here] = np.quantile(shares[here], _REACHED_BY) if here.sum() >= _FEW else overall
    yearly = np.where(known, np.maximum(expected, np.where(known, wallets, 0) * np.where(known, reachable, 0)), expected)
    above = [names[at] for at in np.flatnonzero(known & (expected > wallets)).tolist()]
    told = []
    if above:
        told.append(
            Text(
                f"有 {len(above)} 个的预计销售超过给出的规模（如 {above[0]}），按预计计；请核对规模",
                f"{len(above)} are expected to bring more than the wallet given (such as {above[0]}): the expected counts;"
                " check the wallet",
            )
        )
    return Potential(yearly=yearly, expected=expected, reachable=reachable, warnings=tuple(told))
