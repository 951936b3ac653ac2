"""Divisions of China, the six sales regions, and the cities the company sells in."""

from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import polars as pl

from yunchou.demo.streams import FloatArray, IntArray

REGIONS = ("华东", "华南", "华中", "华北", "西南", "西北")

# Division code, weight of the city's market within its region, and days from the region's opening until the company
# opens the city (0: from the start).
_CITIES: dict[str, tuple[tuple[str, float, int], ...]] = {
    "华东": (
        ("3101", 24.0, 0), ("3301", 13.0, 0), ("3205", 12.0, 0), ("3201", 9.0, 0), ("3302", 7.0, 0), ("3202", 6.5, 0),
        ("3401", 5.0, 0), ("3702", 4.5, 0), ("3701", 4.0, 0), ("3204", 3.5, 0), ("3304", 2.5, 0), ("3206", 2.5, 0),
        ("3303", 2.2, 0), ("3306", 1.8, 0), ("3307", 1.5, 0), ("3706", 1.2, 240), ("3402", 1.0, 480),
    ),
    "华南": (
        ("4403", 30.0, 0), ("4401", 22.0, 0), ("4419", 12.0, 0), ("4406", 9.0, 0), ("3502", 6.0, 0), ("3501", 5.0, 0),
        ("4413", 4.0, 0), ("4404", 4.0, 0), ("4420", 3.0, 0), ("3505", 2.5, 0), ("4501", 2.0, 200), ("4601", 1.0, 620),
    ),
    "华中": (
        ("4201", 32.0, 0), ("4301", 22.0, 0), ("4101", 20.0, 0), ("3601", 10.0, 0), ("4103", 6.0, 0), ("4205", 4.0, 0),
        ("4206", 3.5, 520), ("4302", 3.0, 800),
    ),
    "华北": (
        ("1101", 40.0, 0), ("1201", 15.0, 0), ("1301", 8.0, 0), ("2102", 7.0, 0), ("2101", 7.0, 0), ("1302", 5.0, 0),
        ("1401", 5.0, 0), ("2201", 4.0, 0), ("2301", 3.0, 280), ("1306", 2.5, 430), ("1501", 2.0, 640),
    ),
    "西南": (
        ("5101", 42.0, 0), ("5001", 26.0, 0), ("5301", 9.0, 0), ("5201", 7.0, 0), ("5107", 5.0, 250), ("5106", 3.0, 490),
        ("5203", 2.5, 610), ("5115", 2.5, 790),
    ),
    "西北": (
        ("6101", 48.0, 0), ("6201", 14.0, 180), ("6103", 9.0, 215), ("6401", 9.0, 365), ("6501", 14.0, 520), ("6301", 5.0, 700),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Cities:
    """The cities served: row i of each array is city i; cities of one region stand together."""

    frame: pl.DataFrame  # division_code, name, province, region
    short: tuple[str, ...]  # as it stands in a company's name: 杭州
    region: IntArray  # index into REGIONS
    opens_after: IntArray  # days from the region's opening
    start: FloatArray  # the city's place in its region's market, 0…1: from `start`
    share: FloatArray  # … over `share`


def read_divisions() -> pl.DataFrame:
    """Read all prefecture-level divisions: ``code, name, province_code, province, region``."""
    text = files("yunchou.demo").joinpath("divisions.csv").read_bytes()
    return pl.read_csv(text, comment_prefix="#", infer_schema=False)


def make_cities() -> Cities:
    """Lay out the cities the company sells in, with their market shares."""
    divisions = {row["code"]: row for row in read_divisions().iter_rows(named=True)}
    rows, regions, opens, starts, shares = [], [], [], [], []
    for index, region in enumerate(REGIONS):
        listed = _CITIES[region]
        total = sum(weight for _, weight, _ in listed)
        before = 0.0
        for code, weight, opens_after in listed:
            division = divisions[code]
            rows.append((code, division["name"], division["province"], region))
            regions.append(index)
            opens.append(opens_after)
            starts.append(before / total)
            shares.append(weight / total)
            before += weight
    frame = pl.DataFrame(rows, schema=["division_code", "name", "province", "region"], orient="row")
    short = tuple(name.removesuffix("市") for name in frame["name"])
    as_floats = np.array(starts), np.array(shares)
    return Cities(frame, short, np.array(regions, dtype=np.int64), np.array(opens, dtype=np.int64), *as_floats)
