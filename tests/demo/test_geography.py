import numpy as np
import polars as pl
import pytest

from yunchou.demo.geography import REGIONS, make_cities, read_divisions


def test_divisions_are_all_342_each_once_with_a_region():
    divisions = read_divisions()
    assert divisions.height == divisions["code"].n_unique() == 342
    assert set(divisions["region"]) == set(REGIONS)
    assert divisions["province"].n_unique() == 31
    assert divisions["code"].str.contains(r"^\d{4}$").all()


def test_a_province_lies_in_one_region():
    regions = read_divisions().group_by("province").agg(pl.col("region").n_unique())
    assert regions["region"].to_list() == [1] * 31


def test_cities_are_about_sixty_known_divisions_in_their_own_regions():
    cities, divisions = make_cities(), read_divisions()
    assert 54 <= cities.frame.height <= 66
    known = cities.frame.join(
        divisions, left_on=["division_code", "name", "province", "region"], right_on=["code", "name", "province", "region"]
    )
    assert known.height == cities.frame.height


def test_cities_share_each_region_without_gaps():
    cities = make_cities()
    for region in range(len(REGIONS)):
        mine = np.flatnonzero(cities.region == region)
        assert cities.start[mine] == pytest.approx(np.concatenate([[0.0], np.cumsum(cities.share[mine])[:-1]]), abs=1e-12)
        assert cities.share[mine].sum() == pytest.approx(1.0, abs=1e-12)
        assert (cities.opens_after[mine] == 0).any()
