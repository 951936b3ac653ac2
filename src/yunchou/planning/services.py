"""Every write to plans."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from yunchou.common import events
from yunchou.common.copying import copy_frame
from yunchou.planning.errors import NoHistory, VersionNotDraft
from yunchou.planning.events import VersionCalculated, VersionPublished
from yunchou.planning.evidence import evidence_of, fingerprint_of
from yunchou.planning.models import CustomerStanding, Plan, PlanCell, PlanVersion, Target, VersionState
from yunchou.planning.selectors import inputs

if TYPE_CHECKING:
    import polars as pl

    from yunchou.calc.plan import Plan as CalculatedPlan
    from yunchou.org.models import Company, Person

NEWCOMER_RAMP = "newcomer"


def open_plan(*, company: "Company", year: int, settings: Mapping[str, Any]) -> Plan:
    """Return the company's plan for the year, made where there is none; ``settings`` replace those it had.

    Raises:
        BadInput: The settings are not what the pure core reads (unknown keys, ambiguous shares …).
    """
    from yunchou.calc.plan_settings import parse_settings  # noqa: PLC0415 - pages do not calculate

    parse_settings(settings)
    plan, _made = Plan.objects.update_or_create(company=company, year=year, defaults={"settings": dict(settings)})
    return plan


def calculate_version(*, plan: Plan, now: datetime, seed: int = 0, calculated_by: "Person | None" = None) -> PlanVersion:
    """Forecast the year from the ledger before it, cascade the target, and store the answer as a new draft.

    Heavy (seconds to a minute): for jobs and commands. The ledger is read in one snapshot before the
    calculation; what is written meanwhile shows as changed since. Publishes ``VersionCalculated``.

    Raises:
        NoHistory: The ledger holds nothing before the year.
        Refusal: The pure core cannot plan from this history or these settings, and says why.
    """
    from yunchou.calc.plan_settings import parse_settings  # noqa: PLC0415 - seconds of imports no page should wait for
    from yunchou.calc.planning import make_plan  # noqa: PLC0415

    company = plan.company
    starts_on = date(plan.year, company.fiscal_year_starts, 1)
    history = inputs.history(company=company, before=starts_on)
    if history.is_empty():
        raise NoHistory(_("%(year)s 年以前没有销售明细，请先导入历史数据") % {"year": plan.year})
    # One ramp for everybody: who has long been here stands at its end.
    ramp = NEWCOMER_RAMP if NEWCOMER_RAMP in plan.settings.get("ramps", {}) else None
    people = inputs.people(company=company, on=starts_on, ramp=ramp)
    choices = {"year": plan.year, "seed": seed, "settings": plan.settings}
    answer = make_plan(
        inputs.in_major_units(history),
        year=plan.year,
        settings=parse_settings({"currency": company.currency, **plan.settings, "fiscal_year_starts": company.fiscal_year_starts}),
        people=None if people.is_empty() else people,
        seed=seed,
    )
    with transaction.atomic():
        # Lock before looking: two calculations at once would take the same number.
        plan = Plan.objects.select_for_update().get(pk=plan.pk)
        newest = PlanVersion.objects.filter(plan=plan).order_by("-number").first()
        version = PlanVersion.objects.create(
            plan=plan,
            number=1 if newest is None else newest.number + 1,
            settings=plan.settings,
            evidence=evidence_of(answer),
            fingerprint=fingerprint_of(frames=(history, people), choices=choices),
            source_from=history["date"][0],
            source_before=starts_on,
            source_lines=int(history["lines"].sum()),
            source_sum_minor=int(history["amount_minor"].sum()),
            last_year_minor=answer.last_year_minor,
            mean_minor=answer.mean_minor,
            target_minor=answer.target_minor,
            probability_ppm=round(answer.probability * 1_000_000),
            calculated_at=now,
            calculated_by=calculated_by,
        )
        _write_rows(version=version, company=company, answer=answer)
        events.publish(
            VersionCalculated(plan_id=plan.pk, version_id=version.pk, number=version.number, target_minor=version.target_minor, at=now)
        )
    return version


@transaction.atomic
def publish_version(*, version: PlanVersion, now: datetime) -> PlanVersion:
    """Make a draft the plan in force; the one before is superseded. Publishes ``VersionPublished``.

    That the parts sum to the whole is checked by the database at this moment, and holds from then on.

    Raises:
        VersionNotDraft: The version was published or superseded before.
    """
    # Lock before looking: two publications at once must leave one version in force.
    plan = Plan.objects.select_for_update().get(pk=version.plan_id)
    version = PlanVersion.objects.select_for_update().get(pk=version.pk)
    if version.state != VersionState.DRAFT:
        raise VersionNotDraft(_("第 %(number)s 版不是草稿，不能再发布") % {"number": version.number})
    before = PlanVersion.objects.select_for_update().filter(plan=plan, state=VersionState.PUBLISHED).order_by("id").first()
    if before is not None:
        before.state, before.superseded_at = VersionState.SUPERSEDED, now
        before.save(update_fields=["state", "superseded_at"])
    version.state, version.published_at = VersionState.PUBLISHED, now
    version.save(update_fields=["state", "published_at"])
    events.publish(
        VersionPublished(
            plan_id=plan.pk,
            version_id=version.pk,
            superseded_id=None if before is None else before.pk,
            target_minor=version.target_minor,
            at=now,
        )
    )
    return version


def _write_rows(*, version: PlanVersion, company: "Company", answer: "CalculatedPlan") -> None:
    import polars as pl  # noqa: PLC0415 - a third of a second that no page should wait for

    keys = inputs.keys(company=company)

    def key(column: str, known: Mapping[str, int]) -> pl.Expr:
        return pl.col(column).replace_strict(known, return_dtype=pl.Int64)

    cell = {
        "version_id": pl.lit(version.pk),
        "region_id": key("region", keys.regions),
        "product_tier": pl.col("product"),
        "customer_tier": pl.col("customer_tier"),
        "month": (pl.col("month") + "-01").str.to_date("%Y-%m-%d"),
    }
    _copy(PlanCell, answer.cells.select(**cell, **{name: pl.col(name) for name in ("last_year_minor", "mean_minor", "target_minor")}))
    targets = answer.targets.filter(pl.col("scenario") == "plan")
    quota = "quota_minor" if "quota_minor" in targets.columns else "amount_minor"
    _copy(
        Target,
        targets.select(
            **cell,
            unit_id=key("unit", keys.units),
            person_id=key("person", keys.people),
            amount_minor=pl.col("amount_minor"),
            quota_minor=pl.col(quota),
        ),
    )
    _copy(
        CustomerStanding,
        answer.customers.tiers.select(
            version_id=pl.lit(version.pk),
            account_id=key("customer", keys.accounts),
            tier=pl.col("tier"),
            revenue_minor=pl.col("revenue_minor"),
        ),
    )


def _copy(model: type[PlanCell | Target | CustomerStanding], frame: "pl.DataFrame") -> None:
    copy_frame(table=model._meta.db_table, frame=frame)  # noqa: SLF001 - Django's public name for it
