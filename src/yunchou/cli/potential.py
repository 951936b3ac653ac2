"""``yunchou potential``: what each account, or each place, can bring in a year, and the whitespace between."""

import argparse
import json
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yunchou.calc.errors import BadInput
from yunchou.calc.text import Lang, Text
from yunchou.cli.columns import add_column_arguments, add_output_arguments, add_scale_argument, read_from_args
from yunchou.cli.output import check_out, output_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from yunchou.cli.assign_tables import Row

MARKETS = {
    "name": ("名称", "客户", "客户名称", "account", "customer", "地区", "省份", "省", "省/自治区", "城市", "region", "province", "city"),
    "wallet": ("规模", "年采购额", "市场规模", "市场容量", "market"),
    "kind": ("类型", "细分", "行业", "等级", "segment"),
}
_MINOR = 100
_HEADS = {
    "zh": ("名称", "类型", "最近一年（元）", "预计一年（元）", "规模（元）", "份额", "可达份额", "潜力（元）", "空白（元）"),
    "en": ("Name", "Kind", "Last 12 months", "Expected year", "Wallet or market", "Share", "Reachable share", "Potential", "Whitespace"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own options."""
    parser.add_argument("history", metavar="HISTORY", type=Path, help="sales lines")
    parser.add_argument(
        "--markets", metavar="TABLE", type=Path, help="a row a name: name, wallet (what it spends, or the place's market, in a year), kind"
    )
    add_output_arguments(parser)
    add_column_arguments(parser)
    add_scale_argument(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Read the tables, then tell the potentials."""
    check_out(args.out, force=args.force)
    if len(args.by) > 1:
        raise BadInput(Text("--by 只能给一列：客户或地方", "--by takes one column here: the account's or the place's"))
    rows = [] if args.markets is None else _markets(args.markets)
    lines = read_from_args(args, need=("date", "amount") if args.by else ("date", "amount", "customer"))
    name = lines.keys.to_series() if args.by else lines.frame["customer"]
    history = lines.frame.select("date", "amount").with_columns(name.alias("name"))
    report = potential(history, out=args.out, markets=rows, scale=args.scale or Decimal(1), force=args.force, lang=args.lang)
    if not args.quiet:
        for told in (report["basis"], *report["warnings"]):
            print(told, file=sys.stderr)
    return report


def _markets(path: Path) -> "list[Row]":
    from yunchou.cli.assign_tables import read_rows

    rows = read_rows(path, MARKETS, ("name",))
    seen: set[str] = set()
    for row in rows:
        if row.text("name") in seen:
            raise row.wrong(f"“{row.text('name')}”出现两次", f"“{row.text('name')}” is there twice")
        seen.add(row.text("name"))
    return rows


def potential(
    history: "pl.DataFrame",
    *,
    out: Path,
    markets: "Sequence[Row]" = (),
    scale: Decimal = Decimal(1),
    force: bool = False,
    lang: Lang = "zh",
) -> dict[str, Any]:
    """Write ``potential.parquet``, ``.xlsx`` and ``report.json``: a row a name, the largest whitespace first; return the report.

    Args:
        history: Lines with ``name``, ``date``, ``amount`` (currency units).
        out: A folder, absent or empty unless ``force``.
        markets: Rows with ``name``, ``wallet`` and perhaps ``kind``; a name without sales is whitespace as a whole.
        scale: Currency units in one unit of the markets.
        force: Replace files of a filled folder.
        lang: Language of sentences.

    Raises:
        BadInput: A table cannot be used.
    """
    started = time.perf_counter()
    check_out(out, force=force)
    import numpy as np
    import polars as pl

    from yunchou.calc.account_potential import expected_sales, potential_of
    from yunchou.calc.sales_matrix import sales_by_account
    from yunchou.cli.assign_tables import minor_of

    lines = history.select(pl.col("name").cast(pl.String).fill_null("(blank)").alias("customer"), "date", "amount")
    sold = sorted(lines["customer"].unique().to_list())
    by_name = {row.text("name"): row for row in markets}
    names = [*sold, *sorted(name for name in by_name if name not in set(sold))]
    sales = sales_by_account(lines, sold)
    expected = expected_sales(sales)
    unsold = np.zeros(len(names) - len(sold))
    wallets = np.full(len(names), np.nan)
    for place, name in enumerate(names):
        if name in by_name and by_name[name].text("wallet"):
            wallets[place] = minor_of(by_name[name], "wallet", scale) / _MINOR
    kinds = [by_name[name].text("kind") if name in by_name else "" for name in names]
    found = potential_of(np.concatenate([expected.yearly, unsold]), wallets, names, kinds)
    frame = pl.DataFrame(
        {
            "name": names,
            "kind": kinds,
            "last_year_minor": _whole(np.concatenate([sales[:, -12:].sum(axis=1), unsold])),
            "expected_minor": _whole(found.expected),
            "wallet_minor": [None if np.isnan(one) else round(one * _MINOR) for one in wallets.tolist()],
            "share": np.divide(found.expected, wallets, out=np.full(len(names), np.nan), where=wallets > 0),
            "reachable": found.reachable,
            "potential_minor": _whole(found.yearly),
        },
        schema_overrides={"wallet_minor": pl.Int64},
    ).with_columns(
        pl.col("share", "reachable").fill_nan(None), (pl.col("potential_minor") - pl.col("expected_minor")).alias("whitespace_minor")
    )
    frame = frame.sort("whitespace_minor", "potential_minor", "name", descending=[True, True, False])
    strangers = [name for name in by_name if name not in set(sold)]
    warnings = list(found.warnings)
    if strangers:
        warnings.append(
            Text(
                f"有 {len(strangers)} 个名称没有销售（如 {strangers[0]}），全部计为空白；若写法不同，请改成一致",
                f"{len(strangers)} names have no sales (such as {strangers[0]}): whitespace as a whole; mend it if spelt otherwise",
            )
        )
    report: dict[str, Any] = {
        "names": len(names),
        "last_year_minor": int(frame["last_year_minor"].sum()),
        "expected_minor": int(frame["expected_minor"].sum()),
        "potential_minor": int(frame["potential_minor"].sum()),
        "whitespace_minor": int(frame["whitespace_minor"].sum()),
        "own": round(expected.own, 6),
        "basis": expected.basis.told(lang),
        "warnings": [text.told(lang) for text in warnings],
        "seconds": 0.0,
    }
    with output_folder(out, force=force) as folder:
        from yunchou.documents.table_workbook import write_table

        frame.write_parquet(folder / "potential.parquet")
        shown = (
            (
                *row[:2],
                *(None if one is None else Decimal(one) / _MINOR for one in row[2:5]),
                *row[5:7],
                *(Decimal(one) / _MINOR for one in row[7:]),
            )
            for row in frame.iter_rows()
        )
        write_table(folder / "potential.xlsx", _HEADS[lang], shown, sheet="潜力" if lang == "zh" else "Potential")
        report["seconds"] = round(time.perf_counter() - started, 3)
        (folder / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return report


def _whole(amounts: Any) -> list[int]:
    return [round(one * _MINOR) for one in amounts.tolist()]
