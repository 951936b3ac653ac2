"""What a plan's figures say, in one sentence each: the headline and the titles of charts."""

from yunchou.calc.plan import Plan
from yunchou.calc.text import Lang
from yunchou.documents.figures import amount, growth, odds, percent, sentence, signed_percent, sure
from yunchou.documents.labels import NAMES, YEAR, step_name, told

TENTH = 0.1


def span_of_history(plan: Plan) -> str:
    """Return the first and the last month read, as ``2021-01 – 2023-12``."""
    months = plan.history["month"].sort()
    return f"{months[0]:%Y-%m} – {months[-1]:%Y-%m}"


def compared_with(plan: Plan, lang: Lang) -> tuple[str, int]:
    """Return what the target is set beside, in words and minor units: last year, or the last twelve months where it is partial."""
    if plan.last_year_months < YEAR and plan.last_twelve_minor is not None:
        return ("近 12 个月" if lang == "zh" else "last 12 months"), plan.last_twelve_minor
    return ("去年" if lang == "zh" else "last year"), plan.last_year_minor


def cell_growth(plan: Plan, target_minor: int, last_year_minor: int) -> float | None:
    """Return a cell's growth on last year; None where last year was read in part or held nothing."""
    return growth(target_minor, last_year_minor) if plan.last_year_months >= YEAR else None


def headline(plan: Plan, lang: Lang) -> str:
    """Say the target, how sure it is, and the change on last year."""
    money = amount(plan.target_minor, plan.currency, lang)
    against, before = compared_with(plan, lang)
    change = growth(plan.target_minor, before)
    if lang == "zh":
        tail = "" if change is None else f"，比{against} {signed_percent(change)}"
        whole = f"{plan.year} 年目标 {money}"
        if plan.condition is not None:
            return f"{plan.condition.zh}，{whole}{sure(plan.probability, lang)}{tail}"
        return f"{whole}，{sure(plan.probability, lang).removeprefix('有').strip()}{tail}"
    tail = "" if change is None else f", {signed_percent(change)} on {against}"
    under = "" if plan.condition is None else f" {plan.condition.en}"
    return f"Target for {plan.year}: {money}, reached with {odds(plan.probability, lang)} probability{under}{tail}"


def curve_title(plan: Plan, lang: Lang) -> str:
    """Say what the chosen target's odds are, and what a bolder one's would be."""
    chosen = amount(plan.target_minor, plan.currency, lang)
    if plan.condition is not None:
        chosen = f"{plan.condition.zh}，{chosen}" if lang == "zh" else f"{sentence(plan.condition.en)}, {chosen}"
    said, bold = sure(plan.probability, lang), plan.with_drivers_minor["q90"]
    if bold <= plan.target_minor:
        safe = amount(plan.with_drivers_minor["q20"], plan.currency, lang)
        if lang == "zh":
            return f"{chosen}{said}，{safe}才有八成"
        return f"{chosen} has {said}; eight in ten only reach {safe}"
    more = amount(bold, plan.currency, lang)
    if lang == "zh":
        return f"{chosen}{said}，要 {more}只有一成"
    return f"{chosen} has {said}, {more} only {odds(TENTH, lang)}"


def recommendation_title(plan: Plan, lang: Lang) -> str:
    """Say which target is recommended and where the chosen one stands beside it; empty where there is none."""
    if plan.recommendation is None:
        return ""
    asked = plan.recommendation.recommended
    told, apart = amount(asked.target_minor, plan.currency, lang), plan.target_minor - asked.target_minor
    share = percent(abs(apart) / asked.target_minor if asked.target_minor else None)
    if lang == "zh":
        tail = f"所选目标比它{'高' if apart > 0 else '低'} {share}" if apart else "与所选目标一致"
        return f"推荐目标 {told}，{sure(asked.probability, lang).removeprefix('有').strip()}；{tail}"
    tail = f"the chosen target lies {share} {'above' if apart > 0 else 'below'} it" if apart else "the chosen target is the same"
    return f"Recommended: {told}, reached with {odds(asked.probability, lang)}; {tail}"


def quarter_title(plan: Plan, lang: Lang) -> str:
    """Say which share of the year the first quarter is to bring, and with what spread; empty where nothing is known."""
    if not plan.quarters:
        return ""
    first = plan.quarters[0]
    low, high = percent(first.low_share, 0), percent(first.high_share, 0)
    if lang == "zh":
        return f"第一季度应完成全年的 {percent(first.mean_share, 0)}，合理范围 {low} 至 {high}"
    return f"Quarter 1 should bring {percent(first.mean_share, 0)} of the year; {low} to {high} is within reason"


def floors_note(plan: Plan, lang: Lang) -> str:
    """Say how much of the target the floors added; empty where they added nothing."""
    if not plan.raised_minor:
        return ""
    money = amount(plan.raised_minor, plan.currency, lang)
    return (
        f"目标中有 {money}是增长下限抬高的，含在最后一步里"
        if lang == "zh"
        else f"{money} of the target was added by floors, in the last step"
    )


def waterfall_title(plan: Plan, lang: Lang) -> str:
    """Name the largest step up, and the least certain one or the largest step down."""
    steps = [step for step in plan.waterfall if step.step != "last_year"]
    up = max(steps, key=lambda step: step.amount_minor)
    down = min(steps, key=lambda step: step.amount_minor)
    name = step_name(plan, up, lang)
    if up.amount_minor <= 0:
        return "没有一步是增长，目标低于去年" if lang == "zh" else "No step goes up: the target is below last year"
    money = amount(up.amount_minor, plan.currency, lang)
    first = f"增长主要来自{name}（+{money}）" if lang == "zh" else f"Growth comes mostly from {name} (+{money})"
    if down.amount_minor < 0:
        loss, other = amount(-down.amount_minor, plan.currency, lang), step_name(plan, down, lang)
        if down.step == "beyond_expectation":
            return f"{first}，目标比预测均值{other} {loss}" if lang == "zh" else f"{first}; the target stays {loss} below the mean"
        return f"{first}，{other}减去 {loss}" if lang == "zh" else f"{first}; {other} takes {loss}"
    return first


def season_title(plan: Plan, lang: Lang) -> str:
    """Name the strongest quarter and the weakest month of the plan."""
    by_month = dict(zip(plan.months, [0] * len(plan.months), strict=True))
    for month, minor in plan.cells.select("month", "target_minor").iter_rows():
        by_month[month] += minor
    months = list(by_month.values())
    quarters = [sum(months[i : i + 3]) for i in range(0, len(months), 3)]
    best = max(range(len(quarters)), key=quarters.__getitem__)
    weakest = plan.months[min(range(len(months)), key=months.__getitem__)]
    share = percent(quarters[best] / plan.target_minor if plan.target_minor else 0, 0)
    if lang == "zh":
        return f"第{'一二三四'[best]}季度占全年 {share}，{int(weakest[5:])} 月最低"
    return f"Quarter {best + 1} carries {share} of the year; {weakest} is the lowest month"


def region_title(plan: Plan, lang: Lang) -> str:
    """Name the region that carries most of the target and the one whose target is least likely."""
    rows = [row for row in plan.outlook.iter_rows(named=True) if row["region"] is not None and row["product"] is None]
    if not rows:
        return "目标按产品与月份分解" if lang == "zh" else "The target by product and month"
    most = max(rows, key=lambda row: row["target_minor"])
    share = percent(most["target_minor"] / plan.target_minor if plan.target_minor else 0, 0)
    big = _region(most["region"], lang)
    sure = [row for row in rows if row["probability"] is not None]
    if len(rows) == 1 or not sure:
        return f"{big}承担全年 {share}" if lang == "zh" else f"{big} carries {share} of the year"
    least = min(sure, key=lambda row: row["probability"])
    name, chance = _region(least["region"], lang), odds(least["probability"], lang)
    if least["region"] == most["region"]:
        return (
            f"{big}承担全年 {share}，把握也最小（{chance}）"
            if lang == "zh"
            else f"{big} carries {share} of the year and is least sure ({chance})"
        )
    if lang == "zh":
        return f"{big}承担全年 {share}；{name}把握最小（{chance}）"
    return f"{big} carries {share} of the year; {name} is least sure ({chance})"


def _region(name: str | None, lang: Lang) -> str:
    """Return a region as a sentence names it: one that is only a number is said to be a region."""
    word = told(NAMES, name, lang)
    if not word.isdecimal():
        return word
    return f"区域 {word} " if lang == "zh" else f"Region {word}"
