"""How many times as much as capacity alone says a person brings, learnt from what people sold."""

import numpy as np

from yunchou.calc.sales_months import FloatArray

# A sale of three months ago counts half as much as one of today: chosen on adventureworks' first four quarters, see evidence.
HALF_LIFE_MONTHS = 3.0
_MOST_WORTH_MONTHS = 24.0
_UNKNOWN_WORTH_MONTHS = 6.0
_BLOCK, _LEAST_BLOCKS = 3, 2
_LEAST_FACTOR, _MOST_FACTOR = 0.01, 100.0


def credible_factors(sold: FloatArray, even: FloatArray) -> FloatArray:
    """Return each person's factor: sales over what capacity says of them, later months first, shrunk to 1 in proportion.

    The shrinkage is the file's own: what capacity says counts as many months as make the noise within people equal to what
    differs between them, at most 24, and 6 where the file is too short to tell. Where people lie far apart for long, hardly
    anything is shrunk; where they only vary from one quarter to the next, nearly everything is. Who has no month of capacity
    keeps 1.

    Args:
        sold: Shape ``(people, months)``, the last month last; a person's months without capacity are left out.
        even: Shape ``(people, months)``, what capacity alone makes of the same sales, in the same unit.

    Returns:
        Shape ``(people,)``, unitless, from 0.01 to 100.

    Source: H. Bühlmann and E. Straub, "Glaubwürdigkeit für Schadensätze", Mitteilungen der Vereinigung schweizerischer
        Versicherungsmathematiker 70, 1970; the weights by age are ours.
    """
    here = even > 0
    months = sold.shape[1]
    weights = here * 0.5 ** (np.arange(months - 1, -1, -1) / HALF_LIFE_MONTHS)
    expected, own = (weights * even).sum(axis=1), (weights * np.maximum(sold, 0)).sum(axis=1)
    known = expected > 0
    if not known.any() or own[known].sum() <= 0:
        return np.ones(len(sold))
    scale = expected[known].sum() / own[known].sum()
    means = np.divide(own * scale, expected, out=np.ones(len(sold)), where=known)
    seen = weights.sum(axis=1)
    trust = np.divide(seen, seen + _worth(sold, even), out=np.zeros(len(sold)), where=known)
    factors: FloatArray = np.clip(np.maximum(means, _LEAST_FACTOR) ** trust, _LEAST_FACTOR, _MOST_FACTOR)
    return factors


def _worth(sold: FloatArray, even: FloatArray) -> float:
    """Return how many months of a person's sales what capacity says is worth: variance within ÷ variance between people.

    Both are of the logs of sums over three months, counted from the last, for single months are often empty.
    """
    blocks = sold.shape[1] // _BLOCK
    if blocks < _LEAST_BLOCKS:
        return _UNKNOWN_WORTH_MONTHS
    first = sold.shape[1] - blocks * _BLOCK
    own, expected = (values[:, first:].reshape(len(values), blocks, _BLOCK).sum(axis=2) for values in (sold, even))
    here = (own > 0) & (expected > 0)
    logs = np.log(np.divide(own, expected, out=np.ones(here.shape), where=here))
    counts = here.sum(axis=1)
    full = counts >= _LEAST_BLOCKS
    if full.sum() < _LEAST_BLOCKS:
        return _UNKNOWN_WORTH_MONTHS
    means = np.divide((logs * here).sum(axis=1), counts, out=np.zeros(len(counts)), where=counts > 0)
    squares = (((logs - means[:, None]) * here) ** 2).sum(axis=1)
    within = float(squares[full].sum() / (counts[full] - 1).sum())
    between = float(means[full].var(ddof=1)) - within * float((1 / counts[full]).mean())
    return min(_BLOCK * within / between, _MOST_WORTH_MONTHS) if between > 0 else _MOST_WORTH_MONTHS
