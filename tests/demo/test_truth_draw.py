import pytest

from yunchou.demo.simulate import simulate
from yunchou.demo.truth import truth_from
from yunchou.demo.truth_draw import draw_truth

from .integrity import broken_rules


def test_draw_truth_gives_the_same_truth_again_and_another_for_another_seed():
    assert draw_truth(4) == draw_truth(4)
    assert draw_truth(4) != draw_truth(5)


@pytest.mark.parametrize("seed", range(40))
def test_drawn_truths_are_allowed_and_survive_writing(seed):
    truth = draw_truth(seed)
    assert truth_from(truth.document()) == truth


@pytest.mark.parametrize("seed", range(3))
def test_drawn_truths_make_companies_that_hold_together(seed):
    company = simulate("xs", seed, draw_truth(seed))
    assert broken_rules(company) == []
    assert 1_200 < company.order_lines.height < 2_800
