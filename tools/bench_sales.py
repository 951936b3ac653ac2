"""Sales lines of an invented company, for measuring: three years, many customers, a season, some growth."""

from datetime import date, timedelta
from pathlib import Path

HEADER = "订单编号,订单日期,产品,地区,客户,销售员,数量,销售额,成本"
REGIONS = ["华东", "华南", "华北", "华中", "西南", "西北"]


def write_sales(path: Path, lines: int) -> None:
    """Write a CSV with a byte order mark, as Excel does; equal calls write equal bytes."""
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        out.write(HEADER + "\r\n")
        for i in range(lines):
            day = date(2023, 1, 1) + timedelta(days=(i * 7919) % 1096)
            fen = 1000 + (i * 104729) % 90000 + 300 * day.month + 2000 * (day.year - 2023)
            who = f"产品{(i * 31) % 24:02d},{REGIONS[(i * 17) % 6]},客户{(i * 13) % 4999},销售{i % 60},{1 + i % 9}"
            out.write(f"SO{i:08d},{day},{who},{fen / 100:.2f},{fen / 160:.2f}\r\n")
