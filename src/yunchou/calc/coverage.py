"""How many of a region's prefecture-level cities have sales, which have none, and which names match no city."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from yunchou.calc.sales_months import BLANK
from yunchou.calc.text import Text

_PEOPLES = "朝鲜|土家|苗|藏|羌|彝|布依|侗|哈尼|壮|傣|白|景颇|傈僳|回|蒙古|柯尔克孜|哈萨克"
_PREFECTURE = re.compile(rf"(?:(?:{_PEOPLES})族?)*自治州$|地区$|盟$|市$")
_PROVINCE = re.compile("(?:维吾尔|壮族|回族)?自治区$|省$|市$|特别行政区$")
# Lines of the table of divisions that gather counties under no city.
_NO_CITY = re.compile("直辖县级|市辖县$")
# Names of before, with what they are called, or have become part of, since.
_RENAMED = {
    "襄樊": "襄阳",
    "思茅": "普洱",
    "莱芜": "济南",
    "锦西": "葫芦岛",
    "淮阴": "淮安",
    "达县": "达州",
    "万县": "重庆",
    "涪陵": "重庆",
    "浑江": "白山",
    "大庸": "张家界",
    "荆沙": "荆州",
    "哲里木": "通辽",
    "昭乌达": "赤峰",
    "伊克昭": "鄂尔多斯",
}
_TOLD = 6
_NONE: Mapping[str, str] = {}


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """The prefecture-level cities of one region: those with sales, those without, and names that match none.

    ``sold`` and ``whitespace`` are names of the table of divisions in its order; ``unmatched`` are names as they were
    written, sorted. A region of which no city is known has none at all, and a share of 0.
    """

    sold: tuple[str, ...]
    whitespace: tuple[str, ...]
    unmatched: tuple[str, ...]

    @property
    def cities(self) -> int:
        """Return how many cities the region has."""
        return len(self.sold) + len(self.whitespace)

    @property
    def share(self) -> float:
        """Return the share of the region's cities that have sales."""
        return len(self.sold) / self.cities if self.cities else 0.0

    @property
    def said(self) -> Text:
        """Return the coverage in words, with the first cities that have no sales."""
        if not self.cities:
            return Text("城市名一个也没有对上，覆盖不详", "none of its city names is known: coverage cannot be told")
        some, more = list(self.whitespace[:_TOLD]), len(self.whitespace) > _TOLD
        zh = f"覆盖 {self.cities} 个地级市中的 {len(self.sold)} 个（{self.share:.0%}）"
        en = f"sales in {len(self.sold)} of {self.cities} prefecture-level cities ({self.share:.0%})"
        if some:
            zh += f"，空白城市：{'、'.join(some)}{' 等' if more else ''}"
            en += f", none in {', '.join(some)}{' …' if more else ''}"
        if self.unmatched:
            zh += f"；{len(self.unmatched)} 个城市名未对上"
            en += f"; {len(self.unmatched)} names match no city"
        return Text(zh, en)


def cover_cities(places: pl.DataFrame, divisions: pl.DataFrame, *, also: Mapping[str, str] = _NONE) -> dict[str, Coverage]:
    """Return the coverage of each region by its prefecture-level cities.

    A name is matched as people write it: without 市, 地区 or the name of a people, with spaces, or by a former name
    (襄樊 is 襄阳). Where the places name a province, the city must lie in it; without, the name must be one city's alone.
    A region has all cities of the provinces that mostly sell in it; a province seen in no region belongs to none.

    Args:
        places: ``region, city`` and, where known, ``province``: a row a place with sales, repeated or not. A column ``sold``
            (Boolean) tells those that count as sold in from those that only say which provinces sell in a region.
        divisions: ``name, province``: all prefecture-level divisions, in the order in which they are to be told.
        also: Names that only the company knows, such as county towns, with the division that each belongs to.

    Source: own; see docs/methods/region-tiers.md.
    """
    known = divisions.filter(~pl.col("name").str.contains(_NO_CITY.pattern))
    rows = list(known.select("name", "province").iter_rows())
    by_name: dict[str, list[tuple[str, str]]] = {}
    for name, province in rows:
        by_name.setdefault(_stem(name), []).append((name, province))
    own = {_stem(word): _stem(name) for word, name in also.items()}
    if "province" not in places.columns:
        places = places.with_columns(pl.lit(None, dtype=pl.String).alias("province"))
    if "sold" not in places.columns:
        places = places.with_columns(pl.lit(value=True).alias("sold"))
    sold: set[tuple[str, str]] = set()
    unmatched: dict[str, set[str]] = {}
    sells: dict[str, Counter[str]] = {}
    counts = places.group_by("region", "province", "city").agg(pl.len(), pl.col("sold").any()).sort("region", "province", "city")
    for region, province, city, count, is_sold in counts.iter_rows():
        unmatched.setdefault(region or BLANK, set())
        found = _match(city, province, by_name, own)
        if found and is_sold:
            sold.add(found)
        elif not found and city is not None and is_sold:
            unmatched[region or BLANK].add(city)
        if found or province:
            home = _province(found[1] if found else province)
            sells.setdefault(home, Counter())[region or BLANK] += count
    region_of = {home: min(regions, key=lambda region: (-regions[region], region)) for home, regions in sells.items()}
    return {
        region: Coverage(
            sold=tuple(name for name, province in rows if region_of.get(_province(province)) == region and (name, province) in sold),
            whitespace=tuple(
                name for name, province in rows if region_of.get(_province(province)) == region and (name, province) not in sold
            ),
            unmatched=tuple(sorted(words)),
        )
        for region, words in sorted(unmatched.items())
    }


def _match(
    city: str | None, province: str | None, by_name: Mapping[str, list[tuple[str, str]]], own: Mapping[str, str]
) -> tuple[str, str] | None:
    if city is None:
        return None
    stem = _stem(city)
    for word in (own.get(stem), stem, _RENAMED.get(stem)):
        found = [one for one in by_name.get(word or "", []) if province is None or _province(one[1]) == _province(province)]
        if len(found) == 1:
            return found[0]
    return None


def _stem(name: str) -> str:
    """Return a city's name without spaces and without what says that it is one; a name of one character stays whole."""
    plain = "".join(unicodedata.normalize("NFKC", name).split())
    stem = _PREFECTURE.sub("", plain)
    return stem if len(stem) > 1 else plain


def _province(name: str) -> str:
    return _PROVINCE.sub("", "".join(unicodedata.normalize("NFKC", name).split()))
