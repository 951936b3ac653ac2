"""Assignment of accounts to people, beside what a planner would do in a spreadsheet."""

import time
from collections.abc import Iterator

from territory_cases import accounts_and_people, spreadsheet
from yunchou.calc.territory import assign_accounts
from yunchou.calc.territory_nouns import Wishes

SIZES = ((2_000, 40, True, 0.015, 60), (2_000, 40, False, 0.015, 60), (20_000, 400, True, 0.05, 120))


def rows() -> Iterator[tuple[str, str, str, str, bool]]:
    """Give a row for each size: what, measured, reference, to reach, reached."""
    for accounts, people, is_hard, gap, seconds in SIZES:
        given = accounts_and_people(accounts, people, 1, most=1.4)
        started = time.perf_counter()
        found = assign_accounts(*given, Wishes(is_band_hard=is_hard))
        spent = time.perf_counter() - started
        by_hand = spreadsheet(found.sharing, found.owners)
        dearer = found.sharing.total(by_hand) / found.shared.total - 1
        yield (
            f"assignment, {accounts:,} accounts × {people} people, {'±10 % held' if is_hard else 'beyond ±10 % paid for'} (once)",
            f"{spent:.1f} s, gap {found.shared.gap:.1%}",
            f"greedy {dearer:+.0%}, breaks {found.sharing.broken(by_hand):.1f} shares",
            f"gap ≤ {gap:.1%}, ≤ {seconds} s, ahead of greedy",
            found.shared.is_met and found.shared.gap <= gap and spent <= seconds and dearer > 0,
        )
