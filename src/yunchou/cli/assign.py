"""``yunchou assign``: who serves which account: balanced, near, relations kept, with a proven gap."""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yunchou.calc.errors import BadInput
from yunchou.calc.text import Lang, Text
from yunchou.cli.columns import add_column_arguments, add_output_arguments, add_scale_argument, read_from_args
from yunchou.cli.output import check_out, output_folder

if TYPE_CHECKING:
    import polars as pl

    from yunchou.calc.territory import Assignment
    from yunchou.calc.territory_nouns import Wishes
    from yunchou.cli.assign_tables import Row

_HEADS = {
    "zh": ("客户", "人员", "原负责人", "是否不变", "潜力（元）", "工作量", "距离（0 同城 … 4 外区）", "理由"),
    "en": ("Account", "Person", "Owner today", "Kept", "Potential", "Load", "Distance (0 same city … 4 elsewhere)", "Reason"),
}
_YES = {"zh": ("否", "是"), "en": ("no", "yes")}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own options."""
    parser.add_argument("accounts", metavar="ACCOUNTS", type=Path, help="a row an account: account, potential, workload, place, owner …")
    parser.add_argument(
        "--people", metavar="PEOPLE", type=Path, required=True, help="a row a person: person, fte, home_city, rules, caps …"
    )
    parser.add_argument("--history", metavar="LINES", type=Path, help="sales lines: potential and owners where the accounts name none")
    parser.add_argument(
        "--band", metavar="SHARE", default="10%", help="how far potential and workload may lie from a full share (default 10%%)"
    )
    parser.add_argument("--hard", action="store_true", help="nobody may lie beyond the band (default: it costs)")
    parser.add_argument("--distance", metavar="A,B,C,D,E", help="cost of the same city, prefecture, province, region, elsewhere: 0,1,2,4,8")
    parser.add_argument("--continuity", metavar="COST", type=float, default=2.0, help="cost of changing the person, likewise (default 2)")
    parser.add_argument("--try", metavar="ACCOUNT=PERSON", dest="moves", action="append", default=[], help="say what that move would do")
    add_output_arguments(parser)
    add_column_arguments(parser)
    add_scale_argument(parser)


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Check what can be checked before reading, then read, assign and write."""
    from yunchou.calc.reading import share
    from yunchou.calc.territory_nouns import Wishes

    check_out(args.out, force=args.force)
    if args.history is None and args.until is not None:
        raise BadInput(Text("--until 要和 --history 一起用", "--until needs --history"))
    wishes = Wishes(
        band=float(share(args.band, "--band", high=Decimal(1))),
        is_band_hard=args.hard,
        distance=Wishes.distance if args.distance is None else _distances(args.distance),
        continuity=args.continuity,
    )
    history = read_from_args(args, need=("date", "amount", "customer"), path=args.history).frame if args.history else None
    report = assign(
        args.accounts,
        people=args.people,
        out=args.out,
        history=history,
        wishes=wishes,
        moves=args.moves,
        scale=args.scale or Decimal(1),
        force=args.force,
        lang=args.lang,
    )
    if not args.quiet:
        print("columns: " + " ".join(f"{role}={name}" for role, name in report["columns"].items()), file=sys.stderr)
        for told in (*report["warnings"], *report["moves"]):
            print(told, file=sys.stderr)
    return report


def _distances(text: str) -> tuple[float, float, float, float, float]:
    try:
        one, two, three, four, five = map(float, text.split(","))
    except ValueError:
        raise BadInput(
            Text(f"--distance {text} 应是五个数，如 0,1,2,4,8", f"--distance {text} must be five numbers such as 0,1,2,4,8")
        ) from None
    return one, two, three, four, five


def assign(
    accounts: Path,
    *,
    people: Path,
    out: Path,
    history: "pl.DataFrame | None" = None,
    wishes: "Wishes | None" = None,
    moves: Sequence[str] = (),
    scale: Decimal = Decimal(1),
    force: bool = False,
    lang: Lang = "zh",
) -> dict[str, Any]:
    """Assign accounts to people, write ``assignment.parquet``, ``.xlsx``, ``people.parquet`` and ``report.json``; return the report.

    Args:
        accounts: A row an account.
        people: A row a person.
        out: A folder, absent or empty unless ``force``.
        history: Lines with ``date``, ``amount``, ``customer`` and perhaps ``person``.
        wishes: Band, distances, continuity.
        moves: ``ACCOUNT=PERSON`` each: what such a move would do is said in the report.
        scale: Currency units in one unit of the tables.
        force: Replace files of a filled folder.
        lang: Language of sentences.

    Raises:
        BadInput: A table cannot be used, or nobody may serve an account.
        Contradiction: Caps, locks and a hard band cannot be met together.
        NoAnswer: None was found.
    """
    started = time.perf_counter()
    check_out(out, force=force)
    from yunchou.calc.territory import assign_accounts
    from yunchou.calc.territory_moves import effect_of_move
    from yunchou.cli.assign_tables import ACCOUNTS, owners_in, read_accounts, read_rows, read_sellers

    rows = read_rows(accounts, ACCOUNTS, ("account",), others=None)
    sellers = read_sellers(people)
    minor, told = _potentials(rows, history, scale)
    found = assign_accounts(
        read_accounts(rows, minor, {} if history is None else owners_in(history)),
        sellers,
        wishes,
    )
    tried = [effect_of_move(found, *_move(text)).told().told(lang) for text in moves]
    report: dict[str, Any] = {
        "accounts": len(found.accounts),
        "people": len(found.people),
        "columns": rows[0].columns,
        "kept": found.kept,
        "within_band": found.is_balanced,
        "total": round(found.shared.total, 6),
        "bound": round(found.shared.bound, 6),
        "gap": round(found.shared.gap, 6),
        "warnings": [text.told(lang) for text in (*told, *found.warnings)],
        "moves": tried,
        "seconds": 0.0,
    }
    frame = _accounts_frame(found, lang)
    with output_folder(out, force=force) as folder:
        from yunchou.documents.table_workbook import write_table

        frame.write_parquet(folder / "assignment.parquet")
        _people_frame(found).write_parquet(folder / "people.parquet")
        shown = ((*row[:3], _YES[lang][row[3]], Decimal(row[4]) / 100, *row[5:]) for row in frame.iter_rows())
        write_table(folder / "assignment.xlsx", _HEADS[lang], shown, sheet="客户分配" if lang == "zh" else "Assignment")
        report["seconds"] = round(time.perf_counter() - started, 3)
        (folder / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return report


def _move(text: str) -> tuple[str, str]:
    account, mark, person = text.partition("=")
    if not mark:
        raise BadInput(Text(f"--try {text} 应写成 客户=人员", f"--try {text} must be ACCOUNT=PERSON"))
    return account.strip(), person.strip()


def _potentials(rows: "Sequence[Row]", history: "pl.DataFrame | None", scale: Decimal) -> tuple[list[int], list[Text]]:
    """Return each account's potential: as given, else from history and wallet."""
    import numpy as np

    from yunchou.calc.account_potential import expected_sales, potential_of
    from yunchou.calc.sales_matrix import sales_by_account
    from yunchou.cli.assign_tables import minor_of

    given = [minor_of(row, "potential", scale) if row.text("potential") else None for row in rows]
    if all(one is not None for one in given):
        return [one or 0 for one in given], []
    if history is None:
        empty = next(row for row, one in zip(rows, given, strict=True) if one is None)
        raise empty.wrong(
            "没有潜力；请填写 potential 列，或用 --history 给出销售明细",
            "no potential; fill in the column, or give sales lines by --history",
        )
    names = [row.text("account") for row in rows]
    expected = expected_sales(sales_by_account(history, names))
    wallets = np.array([minor_of(row, "wallet", scale) / 100 if row.text("wallet") else np.nan for row in rows])
    found = potential_of(expected.yearly, wallets, names, [row.text("segment") for row in rows])
    minor = [round(one * 100) for one in found.yearly.tolist()]
    return [known if one is None else one for one, known in zip(given, minor, strict=True)], [expected.basis, *found.warnings]


def _accounts_frame(found: "Assignment", lang: Lang) -> "pl.DataFrame":
    import polars as pl

    from yunchou.calc.territory_moves import reasons

    places = found.given.tolist()
    return pl.DataFrame(
        {
            "account": [one.name for one in found.accounts],
            "person": [found.people[at].name for at in places],
            "owner": [one.owner for one in found.accounts],
            "kept": (found.given == found.owners).tolist(),
            "potential_minor": [one.potential_minor for one in found.accounts],
            "workload": [one.workload for one in found.accounts],
            "steps": [int(found.steps[row, at]) for row, at in enumerate(places)],
            "reason": [text.told(lang) for text in reasons(found)],
        },
        schema_overrides={"owner": pl.String, "potential_minor": pl.Int64},
    )


def _people_frame(found: "Assignment") -> "pl.DataFrame":
    import numpy as np
    import polars as pl

    count = len(found.people)
    potential = np.zeros(count, dtype=np.int64)
    np.add.at(potential, found.given, [one.potential_minor for one in found.accounts])
    kept = found.given == found.owners
    shares = {meter.name: meter.shares(found.given) for meter in found.sharing.meters}
    none = np.full(count, np.nan)
    today = next((meter.shares_held(found.owners) for meter in found.sharing.meters if meter.name == "potential"), none)
    return pl.DataFrame(
        {
            "person": [one.name for one in found.people],
            "accounts": np.bincount(found.given, minlength=count),
            "potential_minor": potential,
            "potential_share": shares.get("potential", none),
            "potential_share_today": today,
            "workload": np.bincount(found.given, weights=[one.workload for one in found.accounts], minlength=count),
            "workload_share": shares.get("workload", none),
            "kept": np.bincount(found.given[kept], minlength=count),
            "gained": np.bincount(found.given[~kept], minlength=count),
            "lost": np.bincount(found.owners[~kept & (found.owners >= 0)], minlength=count),
        }
    ).with_columns(pl.col("potential_share", "potential_share_today", "workload_share").fill_nan(None))
