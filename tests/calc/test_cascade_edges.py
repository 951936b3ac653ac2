"""Edges of the cascade, each with the test that holds it.

================================================  =============================================================================
zero weights under a positive total               test_contradiction: test_a_positive_total_over_cells_of_weight_zero_…
one cell; one group                               here: test_one_cell_…, test_one_group_…
10⁷ cells; too many cells                         here: test_ten_million_cells_… (slow), test_more_cells_than_fit_…; make bench
totals above 9 × 10¹⁵; negative targets           test_cascade: test_a_caller_that_passes_nonsense_…; cli: test_a_fault_in_the_spec_…
locks that sum to less, or to more, than a total  test_contradiction: test_locks_that_leave_…, test_locks_that_exceed_…
a lock on a group that the dimensions lack        here: test_a_lock_on_what_is_not_there_…; cli: test_a_fault_in_the_spec_…
duplicate locks, equal and unequal                test_contradiction: test_a_lock_repeated_…, test_two_values_for_one_lock_…
bounds with min > max                             test_contradiction: test_a_bound_above_its_own_most_…; cli: test_a_wish_that_fails_alone_…
groups missing from a margin                      cli: test_a_fault_in_the_spec_…, test_a_fault_in_a_table_…; here: shape of a margin
names with quotes, emoji, |, full-width           here: test_names_of_any_kind_…
NaN weights                                       test_cascade: test_a_caller_…; cli: test_a_fault_in_a_table_…; here: Parquet
2 × 2 × 2 that only halves can meet               test_cascade: test_sums_that_only_halves_can_meet_…
================================================  =============================================================================
"""

import itertools
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yunchou.calc.cascade import Bound, Lock, Margin, cascade
from yunchou.calc.errors import BadInput, Contradiction, NoAnswer
from yunchou.cli.cascade import cascade as cascade_file

NAMES = ['「引号」"双"', "it's", "🙂", "a|b", "ＡＢＣ（全角）", "a, b", "#: x", "- y", "100%", "~"]


def test_one_cell_takes_the_total_whatever_its_weight() -> None:
    assert cascade({"a": ["x"]}, np.array([1e-12]), total_minor=7).amounts_minor.tolist() == [7]
    assert cascade({"a": ["x"]}, np.array([0]), total_minor=7, locks=[Lock({"a": "x"}, 7)]).amounts_minor.tolist() == [7]


def test_one_group_that_is_everything_is_the_total_said_twice() -> None:
    margins = [Margin(("a",), np.array([100]))]
    answer = cascade({"a": ["x"], "b": ["u", "v", "w"]}, np.ones((1, 3)), total_minor=100, margins=margins)
    assert answer.amounts_minor.tolist() == [[34, 33, 33]]
    with pytest.raises(Contradiction):
        cascade({"a": ["x"], "b": ["u", "v", "w"]}, np.ones((1, 3)), total_minor=101, margins=margins)


@pytest.mark.slow
def test_ten_million_cells_of_one_family_are_exact() -> None:
    rng = np.random.default_rng(0)
    sums = rng.integers(0, 10**6, (100, 1000))
    dimensions = {name: [f"{name}{number}" for number in range(size)] for name, size in {"a": 100, "b": 1000, "c": 100}.items()}
    answer = cascade(dimensions, rng.random((100, 1000, 100)), margins=[Margin(("a",), sums.sum(axis=1)), Margin(("a", "b"), sums)])
    assert np.array_equal(answer.amounts_minor.sum(axis=2), sums)
    # tolerance: floating point of amounts up to 1e6
    assert answer.largest_rounding <= 1 + 1e-6


def test_more_cells_than_fit_are_refused_with_their_number(tmp_path: Path) -> None:
    members = ", ".join(f"m{number}" for number in range(4000))
    (tmp_path / "spec.yaml").write_text(
        f"total: 5\ndimensions: {{a: [{members}], b: [{members}], c: [x, y, z, w]}}\nweights: even\n", encoding="utf-8"
    )
    with pytest.raises(BadInput, match="64000000 combinations"):
        cascade_file(tmp_path / "spec.yaml", out=tmp_path / "out")


@pytest.mark.parametrize("at", [{"month": "1"}, {"a": "z"}])
def test_a_lock_on_what_is_not_there_is_no_lock(at: dict[str, str]) -> None:
    with pytest.raises(KeyError):
        cascade({"a": ["x", "y"]}, np.ones(2), total_minor=5, locks=[Lock(at, 1)])


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_names_of_any_kind_pass_through_files_answers_and_conflicts(tmp_path: Path, ending: str) -> None:
    weights = pl.DataFrame({"名称｜": NAMES, "weight": [float(number) for number in range(1, len(NAMES) + 1)]})
    if ending == "csv":
        weights.write_csv(tmp_path / "w.csv")
    else:
        weights.write_parquet(tmp_path / "w.parquet")
    spec = {
        "dimensions": {"名称｜": NAMES},
        "weights": f"w.{ending}",
        "total": "5500",
        "locks": [{"at": {"名称｜": NAMES[0]}, "value": "100"}],
    }
    path = tmp_path / "spec.yaml"
    path.write_text(json.dumps(spec, ensure_ascii=False), encoding="utf-8")  # JSON is YAML too
    cascade_file(path, out=tmp_path / "out")
    targets = pl.read_parquet(tmp_path / "out" / "targets.parquet")
    assert targets["名称｜"].to_list() == NAMES
    assert targets["amount_minor"].to_list() == [100 * number for number in range(1, len(NAMES) + 1)]
    spec["locks"] = [{"at": {"名称｜": name}, "value": "600"} for name in NAMES]
    path.write_text(json.dumps(spec, ensure_ascii=False), encoding="utf-8")
    with pytest.raises(Contradiction):
        cascade_file(path, out=tmp_path / "no")
    told = json.loads((tmp_path / "no" / "conflict.json").read_text(encoding="utf-8"))["conflict"]
    assert [item["kind"] for item in told] == ["total"] + ["lock"] * len(NAMES)
    assert NAMES[3] in told[4]["detail"]


@pytest.mark.parametrize(
    ("column", "says"),
    [
        ([1.0, float("nan")], "row 2: the weight"),
        ([1.0, float("inf")], "row 2: the weight"),
        ([1.0, None], "row 2: the weight"),
        ([1.0, -1.0], "row 2: the weight -1.0 must not be negative"),
    ],
)
def test_bad_weights_in_parquet_are_named_with_their_row(tmp_path: Path, column: list[float | None], says: str) -> None:
    pl.DataFrame({"a": ["x", "y"], "weight": column}, schema={"a": pl.String, "weight": pl.Float64}).write_parquet(tmp_path / "w.parquet")
    (tmp_path / "spec.yaml").write_text("total: 5\ndimensions: {a: [x, y]}\nweights: w.parquet\n", encoding="utf-8")
    with pytest.raises(BadInput) as refusal:
        cascade_file(tmp_path / "spec.yaml", out=tmp_path / "out")
    assert says in refusal.value.told("en")


def test_a_parquet_that_names_a_stranger_or_stands_twice_is_refused_as_any_table(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text("total: 5\ndimensions: {a: [x, y]}\nweights: w.parquet\n", encoding="utf-8")
    for names, says in ((["x", "z"], "row 2: a has no member 'z'"), (["x", "x"], "row 2: x stands twice")):
        pl.DataFrame({"a": names, "weight": [1.0, 2.0]}).write_parquet(tmp_path / "w.parquet")
        with pytest.raises(BadInput) as refusal:
            cascade_file(tmp_path / "spec.yaml", out=tmp_path / "out")
        assert says in refusal.value.told("en")


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10**6), st.integers(1, 500))
def test_a_group_that_is_given_more_gives_every_cell_at_least_as_much(seed: int, more: int) -> None:
    """In one nested family a larger sum raises all real amounts inside it and none outside, whole ones within their unit."""
    rng = np.random.default_rng(seed)
    weights = rng.uniform(0, 3, (3, 4, 2)) * (rng.random((3, 4, 2)) < 0.8) + (np.arange(2) == 0) * 0.1
    sums = rng.integers(0, 1000, (3, 4))
    dimensions = {"a": ["0", "1", "2"], "b": ["0", "1", "2", "3"], "c": ["0", "1"]}
    raised = sums.copy()
    raised[1, 2] += more
    before, after = (cascade(dimensions, weights, margins=[Margin(("a", "b"), some)]) for some in (sums, raised))
    # tolerance: sums are met to 1e-8 units
    assert (after.real_minor[1, 2] >= before.real_minor[1, 2] - 1e-6).all()
    assert (after.amounts_minor[1, 2] >= before.amounts_minor[1, 2] - 1).all()
    outside = np.ones((3, 4), dtype=bool)
    outside[1, 2] = False
    assert np.array_equal(after.amounts_minor[outside], before.amounts_minor[outside])


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**6), st.sampled_from([1.0, 0.7]))
def test_a_bound_that_is_loosened_never_takes_the_answer_further_from_the_weights(seed: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    weights, total = rng.uniform(0.1, 3, 5), 1000
    names = [str(number) for number in range(5)]

    def divergence(most: int) -> float:
        real = cascade({"a": names}, weights, total_minor=total, bounds=[Bound({"a": "2"}, 0, most)]).real_minor
        some = real > 0
        return float((real[some] * np.log(real[some] / weights[some])).sum() - real.sum() + weights.sum())

    tight = int(share * total * weights[2] / weights.sum() * 0.9)
    assert divergence(tight + 50) <= divergence(tight) + 1e-6


@pytest.mark.slow
def test_every_support_of_two_by_two_by_two_is_answered_exactly_where_counting_finds_an_answer() -> None:
    dimensions = {name: ["0", "1"] for name in "abc"}
    tables = [np.reshape(cells, (2, 2, 2)) for cells in itertools.product(range(3), repeat=8) if sum(cells) == 2]
    for support in range(1, 256):
        weights = np.reshape([support >> place & 1 for place in range(8)], (2, 2, 2)).astype(float)
        fitting = [table for table in tables if not table[weights == 0].any()]
        for sums in ([1, 1], [1, 1], [1, 1]), ([2, 0], [1, 1], [0, 2]), ([1, 1], [2, 0], [1, 1]):
            exists = any(
                all(
                    table.sum(axis=tuple(other for other in range(3) if other != axis)).tolist() == wanted
                    for axis, wanted in enumerate(sums)
                )
                for table in fitting
            )
            margins = [Margin((name,), np.array(wanted)) for name, wanted in zip("abc", sums, strict=True)]
            try:
                cascade(dimensions, weights, margins=margins)
                found = True
            except (Contradiction, NoAnswer):
                found = False
            assert found == exists, (weights.tolist(), sums)
