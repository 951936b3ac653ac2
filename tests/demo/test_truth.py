from datetime import date

import pytest
import yaml

from yunchou.calc.errors import BadInput
from yunchou.demo.geography import REGIONS
from yunchou.demo.products import NAMES
from yunchou.demo.truth import RANGES, default_truth, read_truth, truth_from


def refusal(given):
    with pytest.raises(BadInput) as caught:
        truth_from(given)
    return caught.value.text


def test_default_truth_names_every_region_and_product():
    truth = default_truth()
    assert (tuple(truth.regions), tuple(truth.products)) == (REGIONS, NAMES)


def test_default_shares_of_what_was_sold_in_2023_sum_to_one():
    truth = default_truth()
    assert sum(item.share for item in truth.products.values() if item.launched_on < date(2023, 1, 1)) == pytest.approx(1.0, abs=1e-9)
    assert sum(item.share for item in truth.regions.values() if item.opens_on is None) == pytest.approx(1.0, abs=1e-9)


def test_what_a_file_leaves_out_stays_as_shipped(tmp_path):
    path = tmp_path / "truth.yaml"
    path.write_text("regions:\n  西南: {growth: 0.5}\n", encoding="utf-8")
    document, shipped = read_truth(path).document(), default_truth().document()
    assert document["regions"]["西南"].pop("growth") == 0.5  # tolerance 0: read as written
    assert shipped["regions"]["西南"].pop("growth") == 0.11  # tolerance 0: read as written
    assert document == shipped


def test_an_empty_file_is_the_shipped_truth(tmp_path):
    path = tmp_path / "truth.yaml"
    path.write_text("# nothing\n", encoding="utf-8")
    assert read_truth(path) == default_truth()


def test_a_written_truth_reads_back(tmp_path):
    path = tmp_path / "truth.yaml"
    told = {"size": "s", "seed": 0, "planted": default_truth().document(), "realised": {"order_lines": 1}}
    path.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    assert read_truth(path) == default_truth()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"season": {}}, "truth: season is an unknown key; did you mean seasonality?"),
        ({"regions": {"华东": {"grow": 0.1}}}, "truth: regions.华东.grow is an unknown key; did you mean growth?"),
        ({"regions": {"东北": {}}}, "truth: regions.东北 is an unknown key; did you mean 西北?"),
        ({"customers": {"churn": {"D": 0.1}}}, "truth: customers.churn.D is an unknown key; did you mean C?"),
        ({"regions": {"华东": {"growth": 15}}}, "truth: regions.华东.growth is 15; it must lie between -0.6 and 1.5"),
        ({"regions": {"华东": {"growth": float("nan")}}}, "truth: regions.华东.growth is nan; it must lie between -0.6 and 1.5"),
        ({"regions": {"华东": {"growth": True}}}, "truth: regions.华东.growth must be a number, not True"),
        ({"regions": {"华东": {"growth": None}}}, "truth: regions.华东.growth must be a number, not None"),
        ({"customers": {"return_rate": "5%"}}, "truth: customers.return_rate must be a number, not '5%'"),
        ({"regions": {"华东": {"tier": "old"}}}, "truth: regions.华东.tier is 'old'; it must be one of mature, emerging, whitespace"),
        ({"regions": 3}, "truth: regions must be a mapping"),
        ({"people": {"ramp": []}}, "truth: people.ramp must be a list of 1 to 24 numbers"),
        ({"people": {"ramp": [0.5, 2]}}, "truth: people.ramp is 2; it must lie between 0 and 1"),
        ({"weak_spots": {"region": "西南"}}, "truth: weak_spots must be a list of mappings"),
        ({"weak_spots": [{"region": "西南"}]}, "truth: weak_spots[0] lacks line"),
        ({"weak_spots": [{"where": "西南"}]}, "truth: weak_spots[0].where is an unknown key; did you mean region?"),
        ({"reorganisation_on": "soon"}, "truth: reorganisation_on must be a date such as 2025-07-01, not 'soon'"),
        ({"reorganisation_on": date(2020, 1, 1)}, "truth: reorganisation_on is 2020-01-01; it must lie between 2023-07-01 and 2026-07-01"),
        ({"regions": {"西北": {"opens_on": None}}}, "truth: regions.西北.opens_on belongs to whitespace regions, and they need it"),
        (
            {"regions": {"华东": {"opens_on": date(2024, 1, 1)}}},
            "truth: regions.华东.opens_on belongs to whitespace regions, and they need it",
        ),
        (
            {"products": {"协同平台标准版": {"launched_on": date(2025, 1, 1), "retired_on": date(2024, 1, 1)}}},
            "truth: products.协同平台标准版.retired_on must come after launched_on",
        ),
        (["x"], "truth: the file must be a mapping"),
    ],
)
def test_truth_refuses_in_one_sentence(given, sentence):
    text = refusal(given)
    assert text.en == sentence
    assert text.zh.startswith("truth 的 ")


def test_truth_refuses_a_company_without_a_mature_region():
    given = {"regions": {name: {"tier": "emerging"} for name in ("华东", "华南")}}
    assert refusal(given).en == "truth: regions needs a mature region at least"


def test_truth_refuses_a_company_with_nothing_to_sell_at_first():
    given = {"products": {name: {"launched_on": date(2023, 6, 1)} for name in NAMES}}
    assert refusal(given).en == "truth: products needs a product that is on sale all along"


@pytest.mark.parametrize("edge", [0, 1])
@pytest.mark.parametrize("key", ["spring_festival_dip", "second_half_uplift", "december_uplift", "quarter_end_rush"])
def test_truth_takes_the_ends_of_a_range_and_nothing_beyond(key, edge):
    value = RANGES[key][edge]
    assert getattr(truth_from({"seasonality": {key: value}}).seasonality, key) == value
    beyond = value + (0.001 if edge else -0.001)
    assert refusal({"seasonality": {key: beyond}}).en.startswith(f"truth: seasonality.{key} is ")


def test_read_truth_refuses_what_is_not_yaml(tmp_path):
    path = tmp_path / "truth.yaml"
    path.write_text("a: [", encoding="utf-8")
    with pytest.raises(BadInput, match="is not valid YAML"):
        read_truth(path)


def test_read_truth_refuses_a_missing_file_and_a_folder(tmp_path):
    for path in (tmp_path / "absent.yaml", tmp_path):
        with pytest.raises(BadInput, match="cannot read"):
            read_truth(path)
