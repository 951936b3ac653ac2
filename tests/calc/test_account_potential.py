import numpy as np
import pytest

from yunchou.calc.account_potential import expected_sales, potential_of


def test_sales_that_last_are_expected_as_they_were():
    level = np.exp(np.random.default_rng(0).normal(5, 1, 60))
    found = expected_sales(np.repeat(level[:, None], 36, axis=1))
    assert found.own == pytest.approx(1)
    assert found.yearly == pytest.approx(level * 12)


def test_sales_that_are_chance_are_expected_alike():
    chance = np.random.default_rng(1).exponential(100, (400, 3)).repeat(12, axis=1) / 12
    found = expected_sales(chance)
    assert found.own < 0.2
    assert found.yearly.std() / found.yearly.mean() < 0.2
    assert found.yearly.sum() == pytest.approx(chance[:, -12:].sum())


def test_half_chance_lies_between():
    random = np.random.default_rng(2)
    level = np.exp(random.normal(0, 0.5, 500))
    found = expected_sales((level[:, None] * random.gamma(4, 0.25, (500, 36))).repeat(1, axis=1))
    assert 0.5 < found.own <= 1
    error = np.abs(found.yearly / 12 - level).mean()
    assert error < np.abs(found.yearly.mean() / 12 - level).mean()


@pytest.mark.parametrize("months", [1, 2, 5, 11, 23, 24, 60])
def test_any_length_of_history_has_an_answer_whose_sum_is_the_last_year(months):
    sales = np.random.default_rng(3).exponential(1, (20, months))
    found = expected_sales(sales)
    year = sales[:, -12:].sum() * (12 / min(months, 12))
    assert found.yearly.sum() == pytest.approx(year)
    assert (found.yearly >= 0).all()


def test_accounts_that_only_return_and_files_of_zeros_are_borne():
    assert expected_sales(np.zeros((3, 24))).yearly.tolist() == [0, 0, 0]
    found = expected_sales(np.array([[-1.0] * 24, [2.0] * 24]))
    assert found.yearly[0] >= 0
    with pytest.raises(ValueError, match="no account or no month"):
        expected_sales(np.zeros((0, 3)))


def test_the_order_of_accounts_changes_nothing():
    sales = np.random.default_rng(4).exponential(1, (30, 30))
    order = np.random.default_rng(5).permutation(30)
    assert expected_sales(sales[order]).yearly == pytest.approx(expected_sales(sales).yearly[order])


def test_basis_says_how_much_an_accounts_own_sales_count():
    assert expected_sales(np.tile([[1.0], [3.0], [9.0]], 36)).basis.zh.startswith("各客户自己的历史计 100%")


def test_potential_is_what_a_comparable_account_gives_of_its_wallet():
    expected, wallets = np.array([10.0, 20.0, 30.0, 40.0, 5.0, 0.0]), np.array([100.0, 100.0, 100.0, 100.0, np.nan, 200.0])
    found = potential_of(expected, wallets, list("甲乙丙丁戊己"))
    reachable = np.quantile([0.1, 0.2, 0.3, 0.4, 0.0], 0.75)
    assert found.reachable[0] == pytest.approx(reachable)
    assert found.yearly.tolist() == pytest.approx([30, 30, 30, 40, 5, 60])
    assert found.headroom.tolist() == pytest.approx([20, 10, 0, 0, 0, 60])
    assert np.isnan(found.reachable[4])


def test_comparable_are_those_of_the_same_kind_where_there_are_enough():
    expected, wallets = np.r_[np.full(8, 50.0), np.full(3, 10.0)], np.full(11, 100.0)
    found = potential_of(expected, wallets, [str(n) for n in range(11)], ["大"] * 8 + ["小"] * 3)
    assert found.reachable[:8].tolist() == pytest.approx([0.5] * 8)
    assert found.reachable[8] == pytest.approx(0.5)  # too few: all together


def test_sales_above_the_wallet_are_named_and_count():
    found = potential_of(np.array([30.0, 5.0]), np.array([10.0, 50.0]), ["甲", "乙"])
    assert found.yearly[0] == 30
    assert found.warnings[0].zh.startswith("有 1 个的预计销售超过给出的规模（如 甲）")


def test_a_wallet_of_nothing_is_not_known():
    found = potential_of(np.array([3.0]), np.array([0.0]), ["甲"])
    assert (found.yearly.tolist(), found.warnings) == ([3.0], ())


def test_whitespace_of_places_is_what_a_quarter_of_them_reach_of_their_market():
    places, markets = np.array([60.0, 20.0, 0.0, 30.0]), np.array([100.0, 100.0, 50.0, np.nan])
    found = potential_of(places, markets, ["上海", "苏州", "昆山", "嘉兴"])
    assert found.reachable[:3] == pytest.approx(np.full(3, 0.4))  # of 60 %, 20 % and 0 %
    assert found.headroom == pytest.approx([0, 20, 20, 0])
