import dataclasses
import hashlib
import os
import subprocess
import sys
from datetime import date, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from yunchou.demo import simulate as simulation
from yunchou.demo.simulate import FRAMES, simulate
from yunchou.demo.sizes import SIZES
from yunchou.demo.streams import Streams
from yunchou.demo.truth import default_truth, truth_from
from yunchou.demo.workdays import TODAY

from .integrity import broken_rules

EARLIER = date(2025, 2, 14)


def assert_same(left, right):
    for name in FRAMES:
        assert_frame_equal(getattr(left, name), getattr(right, name))


def near(size, company):
    stated, counts = SIZES[size], (company.people.height, company.accounts.height, company.order_lines.height)
    return counts == pytest.approx((stated.people, stated.accounts, stated.lines), rel=0.10)


def test_simulate_gives_the_same_files_in_two_processes(tmp_path):
    def run(name, threads, hash_seed):
        environment = os.environ | {"POLARS_MAX_THREADS": threads, "OMP_NUM_THREADS": threads, "PYTHONHASHSEED": hash_seed}
        command = (
            "import sys; from yunchou.demo.sizes import SIZES; from yunchou.demo.simulate import simulate;"
            "from yunchou.demo.truth import default_truth; from yunchou.demo.write import write_company; from pathlib import Path;"
            "write_company(simulate('xs', 11, default_truth()), Path(sys.argv[1]))"
        )
        subprocess.run([sys.executable, "-c", command, str(tmp_path / name)], env=environment, check=True, timeout=120)
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted((tmp_path / name).iterdir())}

    first = run("one", "1", "1")
    assert first == run("two", "2", "2")
    assert set(first) == {f"{name}.parquet" for name in FRAMES} | {"lines.csv", "truth.yaml"}


def test_simulate_differs_by_seed(tiny):
    other = simulate("xs", 4, default_truth())
    assert other.order_lines.height > 0
    assert not other.order_lines.equals(tiny.order_lines)


class CuriousStreams(Streams):
    """Streams from which somebody else draws as well, in between and of a topic of his own."""

    def uniform(self, topic, *keys):
        super().uniform("a topic added later", *keys)
        return super().uniform(topic, *keys)


def test_a_topic_added_later_changes_nothing(tiny, monkeypatch):
    monkeypatch.setattr(simulation, "Streams", CuriousStreams)
    extended = simulate("xs", 3, default_truth())
    assert_same(extended, tiny)
    assert extended.truth == tiny.truth


def test_an_earlier_today_is_the_same_company_known_up_to_that_day(tiny):
    past = simulate("xs", 3, default_truth(), EARLIER)

    def known(column):
        return pl.when(pl.col(column) <= EARLIER).then(pl.col(column)).alias(column)

    assert_frame_equal(past.order_lines, tiny.order_lines.filter(pl.col("on") <= EARLIER))
    assert_frame_equal(past.people, tiny.people.filter(pl.col("hired_on") <= EARLIER).with_columns(known("left_on")))
    assert_frame_equal(past.products, tiny.products.filter(pl.col("launched_on") <= EARLIER).with_columns(known("retired_on")))
    for name in ("units", "memberships"):
        later = getattr(tiny, name).filter(pl.col("starts_on") <= EARLIER).with_columns(known("ends_before"))
        assert_frame_equal(getattr(past, name), later)
    owners = tiny.account_owners.filter(pl.col("starts_on") <= EARLIER)
    assert_frame_equal(past.account_owners, owners)
    then = owners.group_by("account_code", maintain_order=True).agg(owner_code=pl.col("person_code").last())
    accounts = tiny.accounts.filter(pl.col("created_on") <= EARLIER).with_columns(known("lost_on")).drop("owner_code")
    accounts = accounts.join(then, on="account_code", how="left", maintain_order="left").select(tiny.accounts.columns)
    assert_frame_equal(past.accounts, accounts)
    deals = tiny.deals.filter(pl.col("opened_on") <= EARLIER)
    deals = deals.with_columns(known("served_on"), known("closed_on"), outcome=pl.when(pl.col("closed_on") <= EARLIER).then("outcome"))
    # Who works on a deal may change while it is open.
    assert_frame_equal(past.deals.drop("person_code"), deals.drop("person_code"))


def test_a_later_today_goes_on_from_there(tiny):
    future = simulate("xs", 3, default_truth(), date(2026, 12, 31))
    assert_frame_equal(future.order_lines.filter(pl.col("on") <= TODAY), tiny.order_lines)
    assert future.order_lines["on"].max() > TODAY


def test_simulate_refuses_a_day_outside_the_calendar():
    for day in (date(2022, 12, 31), date(2027, 1, 1)):
        with pytest.raises(ValueError, match="today must lie between 2023-01-01 and 2026-12-31"):
            simulate("xs", 0, default_truth(), day)


@pytest.mark.parametrize("seed", [1])
def test_size_s_has_about_the_stated_people_accounts_and_lines(seed):
    assert near("s", simulate("s", seed, default_truth()))


def test_sizes_are_kept_by_the_shared_companies(tiny, small, medium):
    assert near("s", small)
    assert near("m", medium)
    assert 1_600 <= tiny.order_lines.height <= 2_400


def test_company_holds_together(tiny, small, medium):
    assert [broken_rules(company) for company in (tiny, small, medium)] == [[], [], []]


@pytest.mark.slow
def test_size_l_has_about_the_stated_people_accounts_and_lines():
    assert near("l", simulate("l", 0, default_truth()))


def test_a_re_organisation_moves_regions_and_rewrites_no_past(small):
    earlier = simulate("s", 0, default_truth(), date(2025, 6, 30))
    later = small.units.filter(pl.col("unit_code") == "R1").sort("starts_on")
    assert later.select("parent_code", "ends_before").rows() == [("D1", date(2025, 7, 1)), ("D5", None)]
    assert earlier.units.filter(pl.col("unit_code") == "R1").select("parent_code", "ends_before").rows() == [("D1", None)]
    assert_frame_equal(earlier.order_lines, small.order_lines.filter(pl.col("on") < date(2025, 7, 1)))
    key_accounts = small.order_lines.filter(pl.col("unit_code").str.starts_with("D4"))
    assert key_accounts["on"].min() >= date(2025, 7, 1)
    assert (
        0.15 < key_accounts["amount_minor"].sum() / small.order_lines.filter(pl.col("on") >= date(2025, 7, 1))["amount_minor"].sum() < 0.5
    )


def test_company_is_of_a_believable_size(small):
    years = small.order_lines.group_by(pl.col("on").dt.year()).agg(pl.col("amount_minor").sum()).sort("on")
    assert all(1.3e8 < amount / 100 < 2.4e8 for amount in years["amount_minor"][:3])
    orders = small.order_lines.filter(pl.col("quantity") > 0).group_by("order_code").agg(pl.col("amount_minor").sum())
    assert orders["amount_minor"].quantile(0.05) < 2_500_00
    assert orders["amount_minor"].max() > 1_000_000_00
    sums = small.order_lines.sum()
    assert 0.40 < 1 - sums["cost_minor"][0] / sums["amount_minor"][0] < 0.65


FAULTS = {
    "a line is a person's who was employed that day": ("people", pl.lit(date(2026, 8, 1)).alias("hired_on")),
    "a line's unit is the person's on that day": ("order_lines", pl.lit("R1").alias("unit_code")),
    "a line's product was on sale that day": ("products", pl.lit(date(2024, 1, 2)).alias("launched_on")),
    "a line's account existed that day": ("accounts", pl.lit(date(2026, 8, 1)).alias("created_on")),
    "a lost account buys no more": ("accounts", pl.lit(date(2024, 1, 2)).alias("lost_on")),
    "only online orders fall on days off": ("order_lines", (pl.col("on") + timedelta(days=1)).alias("on")),
    "a line's number is used once in its order": ("order_lines", pl.lit(1).alias("line_no")),
    "quantity and amount and cost have one sign": ("order_lines", -pl.col("amount_minor")),
    "what comes back is hardware": ("products", pl.lit("软件").alias("line")),
    "a deal is with someone employed to its end": ("people", pl.lit(date(2023, 2, 1)).alias("left_on")),
    "memberships cover the employment": ("memberships", pl.lit(date(2024, 1, 2)).alias("ends_before")),
    "a manager is employed all the while": ("people", pl.lit(date(2024, 1, 2)).alias("left_on")),
    "an account's owner is employed today": ("people", pl.lit(date(2026, 8, 1)).alias("left_on")),
    "accounts bear names of their own": ("accounts", pl.lit("某公司").alias("name")),
    "a unit stands below one that stands": ("units", pl.lit("D9").alias("parent_code")),
}


@pytest.mark.parametrize("rule", FAULTS)
def test_broken_rules_names_a_planted_fault(tiny, rule):
    table, change = FAULTS[rule]
    assert rule in broken_rules(dataclasses.replace(tiny, **{table: getattr(tiny, table).with_columns(change)}))


def test_a_company_without_weak_spots_or_new_regions_runs():
    mature = {"tier": "mature", "opens_on": None, "growth": 0.0}
    company = simulate("xs", 0, truth_from({"weak_spots": [], "regions": {"西北": mature}}))
    assert broken_rules(company) == []
    assert "西北" in company.order_lines["region"].unique()
