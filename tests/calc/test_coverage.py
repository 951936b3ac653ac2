import polars as pl
import pytest

from yunchou.calc.coverage import cover_cities
from yunchou.demo.geography import read_divisions

DIVISIONS = read_divisions()


def places(*rows):
    return pl.DataFrame(rows, schema={"region": pl.String, "province": pl.String, "city": pl.String}, orient="row")


def test_cities_are_matched_as_people_write_them():
    covered = cover_cities(
        places(
            ("华中", "湖北", "襄樊"),
            ("华中", "湖北省", " 武汉市"),
            ("华中", "湖北", "恩施"),
            ("华中", "湖北", "宜 昌"),
            ("华中", "湖北", "蒲圻"),
        ),
        DIVISIONS,
    )["华中"]
    assert covered.sold == ("武汉市", "宜昌市", "襄阳市", "恩施土家族苗族自治州")
    assert covered.unmatched == ("蒲圻",)
    assert covered.cities == 13
    assert set(covered.whitespace) == {
        "黄石市", "十堰市", "鄂州市", "荆门市", "孝感市", "荆州市", "黄冈市", "咸宁市", "随州市",
    }  # fmt: skip
    assert covered.share == pytest.approx(4 / 13, abs=1e-12)
    assert covered.said.zh == (
        "覆盖 13 个地级市中的 4 个（31%），空白城市：黄石市、十堰市、鄂州市、荆门市、孝感市、荆州市 等；1 个城市名未对上"
    )


def test_city_in_the_wrong_province_is_listed_not_counted():
    covered = cover_cities(places(("西南", "云南", "海口"), ("西南", "云南", "昆明")), DIVISIONS)["西南"]
    assert covered.sold == ("昆明市",)
    assert covered.unmatched == ("海口",)


def test_without_a_province_a_city_finds_its_own():
    covered = cover_cities(places(("南", None, "海口"), ("北", None, "哈尔滨市")).drop("province"), DIVISIONS)
    assert covered["南"].sold == ("海口市",)
    assert covered["南"].cities == 4
    assert covered["北"].cities == 13


def test_province_belongs_to_the_region_that_mostly_sells_in_it():
    rows = [("华东", "浙江", "杭州")] * 3 + [("华北", "浙江", "宁波"), ("华北", "河北", "保定")]
    covered = cover_cities(places(*rows), DIVISIONS)
    assert covered["华东"].sold == ("杭州市", "宁波市")
    assert covered["华北"].sold == ("保定市",)


def test_names_that_only_the_company_knows_are_matched_by_its_own_table():
    found = cover_cities(places(("华东", "浙江", "温岭")), DIVISIONS, also={"温岭": "台州市"})["华东"]
    assert (found.sold, found.unmatched) == (("台州市",), ())


def test_region_without_a_known_city_says_so():
    found = cover_cities(places(("海外", None, "Paris"), ("海外", None, None)), DIVISIONS)["海外"]
    assert (found.cities, found.unmatched) == (0, ("Paris",))
    assert found.share == pytest.approx(0.0, abs=1e-12)
    assert "覆盖不详" in found.said.zh


def test_every_division_is_found_by_its_own_name_and_province():
    rows = [("全国", province, name) for name, province in DIVISIONS.select("name", "province").iter_rows()]
    covered = cover_cities(places(*rows), DIVISIONS)["全国"]
    assert covered.whitespace == ()
    assert covered.cities == len([name for _, _, name in rows if not name.endswith(("直辖县级", "市辖县"))])


def test_place_not_sold_in_says_only_which_provinces_belong_to_a_region():
    rows = places(("华东", "浙江", "杭州"), ("华东", "安徽", "合肥")).with_columns(sold=pl.Series([True, False]))
    found = cover_cities(rows, DIVISIONS)["华东"]
    assert found.sold == ("杭州市",)
    assert found.cities == 11 + 16
    assert "合肥市" in found.whitespace
