from decimal import Decimal

import pytest

from tests.calc.sample_territories import account, seller
from yunchou.calc.errors import BadInput
from yunchou.calc.territory_nouns import Account, Wishes


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Account(name="甲", potential_minor=-1), "“甲”的 potential 是 -1"),
        (lambda: Account(name="甲", potential_minor=9_000_000_000_000_001), "“甲”的 potential 是 9000000000000001"),
        (lambda: account("甲", workload=0), "“甲”的 workload 是 0"),
        (lambda: account("甲", workload=float("nan")), "“甲”的 workload 是 nan"),
        (lambda: account("甲", tie=1.5), "“甲”的 tie 是 1.5"),
        (lambda: seller("王", capacity=0), "“王”的 capacity 是 0"),
        (lambda: seller("王", most_accounts=0), "“王”的 most_accounts 是 0"),
        (lambda: seller("王", most_workload=float("inf")), "“王”的 most_workload 是 inf"),
        (lambda: Wishes(band=-0.1), "band 是 -0.1"),
        (lambda: Wishes(band=1.5), "band 是 1.5"),
        (lambda: Wishes(continuity=Decimal(-1)), "continuity 是 -1"),
        (lambda: Wishes(distance=(0, 2, 1, 4, 8)), "distance 是 (0, 2, 1, 4, 8)"),
    ],
)
def test_figures_that_cannot_be_are_refused(make, said):
    with pytest.raises(BadInput) as refusal:
        make()
    assert refusal.value.text.zh.startswith(said)
