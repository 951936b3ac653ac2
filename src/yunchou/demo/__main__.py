"""``python -m yunchou.demo``: simulate a company and write it as files."""

import argparse
import sys
from datetime import date
from pathlib import Path

from yunchou.calc.errors import BadInput
from yunchou.calc.text import Text
from yunchou.demo.sizes import SIZES


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m yunchou.demo",
        description="生成演示公司：Parquet 表、lines.csv、truth.yaml · simulate a demo company and write it as files",
    )
    parser.add_argument("--size", choices=[name for name in SIZES if name != "xs"], default="s", help="规模 · how large (default s)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="随机种子 · the same seed gives the same company (default 0)")
    parser.add_argument("--truth", type=Path, metavar="FILE", help="埋入的规律 · YAML of planted effects, laid over the shipped ones")
    parser.add_argument("--today", type=date.fromisoformat, metavar="DATE", help="公司的今天 · the company's today (default 2026-08-31)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="输出文件夹 · where to write (default var/demo-SIZE)")
    parser.add_argument("--force", action="store_true", help="替换已有的演示公司 · replace a demo company that stands there")
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return 0, or 2 with one sentence on standard error."""
    args = _parser().parse_args(arguments)
    out = args.out if args.out is not None else Path("var") / f"demo-{args.size}"
    try:
        _run(args, out)
    except BadInput as refusal:
        sys.stderr.write(f"{refusal.text.zh} · {refusal.text.en}\n")
        return refusal.exit_code
    return 0


def _run(args: argparse.Namespace, out: Path) -> None:
    # The simulator's libraries load only once the arguments are known to be good.
    from yunchou.demo.simulate import simulate  # noqa: PLC0415
    from yunchou.demo.truth import default_truth, read_truth  # noqa: PLC0415
    from yunchou.demo.workdays import DATA_FROM, LAST_DAY, TODAY  # noqa: PLC0415
    from yunchou.demo.write import check_folder, write_company  # noqa: PLC0415

    check_folder(out, replace=args.force)
    truth = default_truth() if args.truth is None else read_truth(args.truth)
    today = args.today or TODAY
    if not DATA_FROM <= today <= LAST_DAY:
        raise BadInput(
            Text(
                f"--today 应在 {DATA_FROM} 与 {LAST_DAY} 之间，而不是 {today}",
                f"--today must lie between {DATA_FROM} and {LAST_DAY}, not {today}",
            )
        )
    company = simulate(args.size, args.seed, truth, today)
    write_company(company, out, replace=args.force)
    sys.stderr.write(
        f"{out}: {company.people.height} people, {company.accounts.height} accounts, {company.order_lines.height} order lines\n"
    )


if __name__ == "__main__":
    raise SystemExit(main())
