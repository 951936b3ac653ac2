"""``calculate_plan``: calculate a new version of a company's plan from the ledger, and publish it if asked."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yunchou.calc.errors import Refusal
from yunchou.common import clock
from yunchou.common.errors import DomainError
from yunchou.org import selectors as org
from yunchou.planning import selectors, services


class Command(BaseCommand):
    """Calculate the plan of the company's running year anew; what is published changes only with ``--publish``."""

    help = "Calculate a new version of the running year's plan from the ledger; --publish puts it into force."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument("--publish", action="store_true", help="publish the new version, superseding the one in force")
        parser.add_argument("--seed", type=int, default=0, help="seed of everything random (default 0)")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Calculate, publish if asked, and print the result."""
        now = clock.now()
        company = org.any_company()
        if company is None:
            raise CommandError("还没有公司 · there is no company yet")
        plan = selectors.running_plan(company=company, now=now)
        if plan is None:
            raise CommandError("今年还没有计划 · the running year has no plan yet")
        try:
            version = services.calculate_version(plan=plan, now=now, seed=options["seed"])
            if options["publish"]:
                version = services.publish_version(version=version, now=now)
        except Refusal as refusal:
            raise CommandError(f"{refusal.text.zh} · {refusal.text.en}") from refusal
        except DomainError as refusal:
            raise CommandError(refusal.sentence) from refusal
        self.stdout.write(f"{plan.year} v{version.number} {version.state}: {version.target_minor} ({version.probability_ppm} ppm)")
