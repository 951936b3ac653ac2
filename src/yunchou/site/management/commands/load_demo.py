"""``load_demo``: put the demo company into an empty database, or take it out."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from yunchou.common import clock
from yunchou.site import demo_company
from yunchou.site.demo_accounts import sign_in_lines


class Command(BaseCommand):
    """Load the demo company; a second run does nothing, a killed run is finished by the next."""

    help = "Load the demo company (sizes s, m, l) into an empty database; --clear takes a demo company out first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument("--size", choices=["s", "m", "l"], help="size of the company (default s)")
        parser.add_argument("--seed", type=int, default=0, help="seed of the simulation (default 0)")
        parser.add_argument("--truth", type=Path, help="YAML file of planted effects (default: the shipped one)")
        parser.add_argument("--clear", action="store_true", help="take the demo company out; with --size, load the new one then")
        parser.add_argument("--realised", type=Path, help="where to write the realised truth (default var/demo-truth.yaml)")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Clear, load, and print who can sign in."""
        if options["clear"] and options["size"] is None:
            self._clear()
            return
        from yunchou.demo.truth import default_truth, read_truth  # noqa: PLC0415 - only a load needs the simulator

        # Read before anything is cleared: a wrong file costs nobody the company that stands.
        truth = default_truth() if options["truth"] is None else read_truth(options["truth"])
        if options["clear"]:
            self._clear()
        loaded = demo_company.load(size=options["size"] or "s", seed=options["seed"], truth=truth, now=clock.now())
        if loaded.is_new:
            where = options["realised"] or Path(settings.ROOT) / "var" / "demo-truth.yaml"
            where.parent.mkdir(parents=True, exist_ok=True)
            where.write_text(yaml.safe_dump(loaded.truth, allow_unicode=True, sort_keys=False), encoding="utf-8")
            sys.stderr.write(f"已载入示例公司 · loaded: {loaded.name} ({loaded.origin})\n")
            sys.stderr.write(f"埋入的规律和实际的结果 · what was planted, and what came of it: {where}\n")
        elif not loaded.origin:
            sys.stderr.write(f"数据库里已有公司 {loaded.name}，不载入示例 · a company stands here already, no demo is loaded\n")
            return
        else:
            sys.stderr.write(f"示例公司已在 · the demo company is there: {loaded.name} ({loaded.origin}); --clear --size …\n")
        self.stdout.write("\n".join(["示例登录 · demo sign-ins:", *sign_in_lines()]))

    def _clear(self) -> None:
        try:
            had_one = demo_company.clear()
        except demo_company.NotTheDemo as refusal:
            raise CommandError(str(refusal)) from refusal
        sys.stderr.write("示例公司已清除 · the demo company is gone\n" if had_one else "没有示例公司 · there was no demo company\n")
