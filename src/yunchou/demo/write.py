"""The demo company as files: Parquet tables, a flat CSV of sales lines, and the truth."""

import os
import shutil
import tempfile
from pathlib import Path

import polars as pl
import yaml

from yunchou.calc.errors import BadInput
from yunchou.calc.text import Text
from yunchou.demo.simulate import FRAMES, Company

# Lines written at a time, so that the largest company's CSV needs little memory beside the company.
_BATCH = 400_000


def write_company(company: Company, out: Path, *, replace: bool = False) -> None:
    """Write a company into a folder; all files appear together at the end, or none.

    ``lines.csv`` is the flat file a sales department would export: Chinese headers, yuan with two decimals,
    UTF-8 with a byte order mark.

    Raises:
        BadInput: The folder is filled and ``replace`` is not given, or is a file.
    """
    check_folder(out, replace=replace)
    out = out.absolute()
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{out.name}-partial-{os.getpid()}-", dir=out.parent))
    try:
        for name in FRAMES:
            frame: pl.DataFrame = getattr(company, name)
            frame.write_parquet(partial / f"{name}.parquet", statistics=False)
        _write_lines(company, partial / "lines.csv")
        told = yaml.safe_dump(company.truth, allow_unicode=True, sort_keys=False, width=120)
        (partial / "truth.yaml").write_text(told, encoding="utf-8")
        partial.chmod(0o755)
        if out.exists():
            shutil.rmtree(out)
        partial.rename(out)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def check_folder(out: Path, *, replace: bool) -> None:
    """Refuse a folder that cannot be written to, before any work.

    Raises:
        BadInput: The folder is a file, is filled without ``replace``, or is filled with something else than a
            demo company.
    """
    if out.exists() and not out.is_dir():
        raise BadInput(Text(f"--out {out} 是一个文件，请给一个文件夹", f"--out {out} is a file; give a folder"))
    filled = out.is_dir() and any(out.iterdir())
    if filled and not replace:
        raise BadInput(
            Text(
                f"--out {out} 里已有内容，请换一个文件夹，或加 --force", f"--out {out} is not empty; choose another folder, or add --force"
            )
        )
    ours = {f"{name}.parquet" for name in FRAMES} | {"lines.csv", "truth.yaml"}
    strange = sorted(path.name for path in out.iterdir() if path.name not in ours) if filled else []
    if strange:
        raise BadInput(
            Text(
                f"--out {out} 里有 {strange[0]}，不是演示公司的文件，请换一个文件夹",
                f"--out {out} holds {strange[0]}, which is no file of a demo company; choose another folder",
            )
        )


def _yuan(minor: str) -> pl.Expr:
    """Write minor units as yuan with two decimals, exactly."""
    digits = pl.col(minor).abs().cast(pl.String).str.zfill(3)
    sign = pl.when(pl.col(minor) < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    return pl.concat_str(sign, digits.str.head(-2), pl.lit("."), digits.str.tail(2))


def departments(units: pl.DataFrame) -> pl.DataFrame:
    """Return for each unit the department it belonged to: ``unit_code, department, starts_on`` (from that day on)."""
    names: dict[str, str] = dict(units.select("unit_code", "name").iter_rows())
    kinds: dict[str, str] = dict(units.select("unit_code", "kind").iter_rows())
    places: dict[str, list[tuple[object, str | None]]] = {}
    for code, parent, starts in units.sort("unit_code", "starts_on").select("unit_code", "parent_code", "starts_on").iter_rows():
        places.setdefault(code, []).append((starts, parent))
    rows: list[tuple[str, str, object]] = []
    for code, steps in places.items():
        for starts, parent in steps:
            if kinds[code] in {"department", "company"}:
                rows.append((code, names[code], starts))
            elif parent is not None and kinds[parent] == "region":
                rows.extend((code, names[above], since) for since, above in places[parent] if above is not None)
            elif parent is not None:
                rows.append((code, names[parent], starts))
    schema = {"unit_code": pl.String, "department": pl.String, "starts_on": pl.Date}
    return pl.DataFrame(rows, schema=schema, orient="row").sort("starts_on", "unit_code")


def _write_lines(company: Company, path: Path) -> None:
    accounts = company.accounts.select("account_code", "industry", account="name")
    products = company.products.select("product_code", "line", product="name")
    people = company.people.select("person_code", person="name")
    cities = company.cities.select("division_code", city="name")
    above = departments(company.units)
    with path.open("wb") as file:
        for start in range(0, max(1, company.order_lines.height), _BATCH):
            batch = company.order_lines.slice(start, _BATCH)
            for table, key in ((accounts, "account_code"), (products, "product_code"), (people, "person_code"), (cities, "division_code")):
                batch = batch.join(table, on=key, how="left", maintain_order="left")
            batch = batch.join_asof(above, left_on="on", right_on="starts_on", by="unit_code", strategy="backward", check_sortedness=False)
            flat = batch.select(
                pl.col("on").alias("订单日期"),
                pl.col("order_code").alias("订单编号"),
                pl.col("product").alias("产品"),
                pl.col("line").alias("产品线"),
                pl.col("region").alias("大区"),
                pl.col("city").alias("城市"),
                pl.col("account").alias("客户"),
                pl.col("industry").alias("行业"),
                pl.col("department").alias("部门"),
                pl.col("person").alias("销售"),
                pl.col("quantity").alias("数量"),
                _yuan("amount_minor").alias("金额"),
                _yuan("cost_minor").alias("成本"),
            )
            flat.write_csv(file, include_header=start == 0, include_bom=start == 0)
