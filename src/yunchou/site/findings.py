"""The sentences of the home page: what was found, said before it is shown."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from yunchou.common import amounts
from yunchou.planning.selectors import Curve, Headline, Home, WaterfallBar

_NAMED = 3


def day(on: date) -> str:
    """Return a day as a sentence says it."""
    return date_format(on, _("n 月 j 日"))


def odds(ppm: int) -> str:
    """Return a probability as people say it: in tenths where it is close to one, else in percent."""
    tenths = (_("一成"), _("两成"), _("三成"), _("四成"), _("五成"), _("六成"), _("七成"), _("八成"), _("九成"))
    nearest = amounts.rounded(ppm, 100_000)
    if 1 <= nearest <= 9 and abs(ppm - nearest * 100_000) <= 10_000:
        return tenths[nearest - 1]
    said = amounts.ppm_chance(ppm)
    if said.startswith("<"):
        return _("不到 0.1% 的")
    if said.startswith(">"):
        return _("超过 99.9% 的")
    return _("{percent} 的").format(percent=said)


def assuming(names: tuple[str, ...]) -> str:
    """Return what a probability depends on, as its heading; nothing where nothing is assumed."""
    if not names:
        return ""
    listed = _("、").join(names[:_NAMED]) + (_(" 等") if len(names) > _NAMED else "")
    return _("若下列假设成立：{names}").format(names=listed)


def pace(headline: Headline) -> str:
    """Return how the year stands against where it should be today."""
    share = headline.ahead_share.value
    if share is None:
        return ""
    shown = amounts.fixed(abs(share), 10_000, 1) + "%"
    if shown == "0.0%":
        return _("正合进度")
    return (_("比进度落后 {share}") if share < 0 else _("比进度领先 {share}")).format(share=shown)


def weakest(headline: Headline, language: str) -> str:
    """Return where most is missing, or nothing where nothing is."""
    part = headline.weakest
    if part is None or part.behind.value is None:
        return ""
    if (headline.ahead.value or 0) < 0:
        return _("缺口主要在{region}·{tier}").format(region=part.region, tier=part.product_tier_name)
    behind = amounts.compact(part.behind.value, language)
    return _("{region}·{tier}还落后 {amount}").format(region=part.region, tier=part.product_tier_name, amount=behind)


def first_line(home: Home, language: str) -> str:
    """Return the page's first line: will we make the year, and where not?"""
    headline = home.headline
    target = headline.target.value
    if not target:
        return _("今年还没有给{name}定目标").format(name=home.scope_name)
    told = amounts.compact(target, language)
    done = _("到 {day}达成 {share}").format(day=day(home.today), share=amounts.ppm_percent(headline.attainment.value))
    if home.scope == "all":
        start = _("目标 {target}").format(target=told)
        if headline.probability.value is not None:
            said = _("目标 {target}，若下列假设成立有{odds}把握") if headline.assumptions else _("目标 {target}，{odds}把握")
            start = said.format(target=told, odds=odds(headline.probability.value))
        rest = weakest(headline, language)
    elif home.scope == "own":
        start = _("我的指标 {target}").format(target=told)
        left = target - (headline.attained.value or 0)
        rest = _("还差 {amount}").format(amount=amounts.compact(left, language)) if left > 0 else _("全年指标已经达成")
    else:
        start = _("{name}目标 {target}").format(name=home.scope_name, target=told)
        rest = weakest(headline, language)
    middle = _("，").join(part for part in (done, pace(headline)) if part)
    return _("；").join(part for part in (start, middle, rest) if part)


def progress_title(home: Home, language: str) -> str:
    """Return what the year's curve shows."""
    ahead, attained = home.headline.ahead.value, home.headline.attained.value
    if attained is None:
        return _("今年还没有销售")
    done = _("到 {day}达成 {amount}").format(day=day(home.today), amount=amounts.compact(attained, language))
    if not ahead:
        return done
    gap = amounts.compact(abs(ahead), language)
    return done + _("，") + (_("比计划少 {amount}") if ahead < 0 else _("比计划多 {amount}")).format(amount=gap)


def parts_title(shares: list[tuple[str, int]], *, of_regions: bool) -> str:
    """Return which parts are behind; ``shares`` pairs a name with its share ahead (ppm), worst first."""
    behind = [name for name, share in shares if share < 0]
    if len(shares) == 1:
        name, share = shares[0]
        told = amounts.fixed(abs(share), 10_000, 1) + "%"
        return (_("{name}比进度落后 {share}") if share < 0 else _("{name}比进度领先 {share}")).format(name=name, share=told)
    if not behind:
        return (_("{count} 个区域都跟得上进度") if of_regions else _("{count} 类产品都跟得上进度")).format(count=len(shares))
    words = _("{count} 个区域里 {behind} 个落后，{name}落后最多") if of_regions else _("{count} 类产品里 {behind} 类落后，{name}落后最多")
    return words.format(count=len(shares), behind=len(behind), name=behind[0])


def waterfall_title(bars: tuple[WaterfallBar, ...], language: str) -> str:
    """Return how much more than last year is asked for, and where most of it comes from."""
    ends = {bar.kind: bar.amount.value or 0 for bar in bars if bar.kind in {"last_year", "target"}}
    more = ends.get("target", 0) - ends.get("last_year", 0)
    told = amounts.compact(abs(more), language)
    start = (_("比去年多 {amount}") if more >= 0 else _("比去年少 {amount}")).format(amount=told)
    steps = [bar for bar in bars if bar.kind in {"base", "driver", "beyond_expectation"}]
    largest = max(steps, key=lambda bar: bar.amount.value or 0, default=None)
    if more <= 0 or largest is None or (largest.amount.value or 0) <= 0:
        return start
    return start + _("，") + _("最大一块是{name}").format(name=largest.name)


def curve_title(curve: Curve, language: str) -> str:
    """Return the target's probability beside that of a bolder and a safer total."""
    target, probability = curve.target.value, curve.probability.value
    if target is None or probability is None:
        return _("全年会落在哪里")
    start = _("要 {amount}有{odds}把握").format(amount=amounts.compact(target, language), odds=odds(probability))
    if curve.assumptions:
        start = _("若下列假设成立，") + start
    bolder = [(ppm, figure.value) for ppm, figure in curve.quantiles if figure.value is not None and figure.value > target]
    safer = [(ppm, figure.value) for ppm, figure in curve.quantiles if figure.value is not None and figure.value < target]
    if bolder:
        ppm, total = min(bolder, key=lambda pair: abs(pair[0] - 100_000))
        return start + _("，") + _("要 {amount}只有{odds}").format(amount=amounts.compact(total, language), odds=odds(ppm))
    if safer:
        ppm, total = min(safer, key=lambda pair: abs(pair[0] - 900_000))
        return start + _("，") + _("保 {amount}有{odds}").format(amount=amounts.compact(total, language), odds=odds(ppm))
    return start
