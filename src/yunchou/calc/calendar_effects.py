"""How far a history of totals follows the calendar: working days, the moving Spring Festival, the end of a quarter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import polars as pl

from yunchou.calc.calendar_exposure import Exposure, Fine, FloatArray, exposure_of
from yunchou.calc.calendar_fit import Fit, fit_calendar
from yunchou.calc.lunar_festivals import LAST_YEAR, spring_festivals
from yunchou.calc.periods import SEASON, Freq, step
from yunchou.calc.text import Text

# As many years tell what the calendar does; older ones are of another company.
_MOST_YEARS: dict[Fine, int] = {"M": 10, "W": 5}
# The calendar is used from these odds on; the prior's are 2 : 1, so the data themselves must speak for it.
_WORTH_ODDS = 3.0
_TOLD_ELASTICITY, _TOLD_FESTIVAL, _TOLD_RUSH, _TOLD_CHANGE = 0.15, 0.05, 0.05, 0.02


@dataclass(frozen=True, kw_only=True)
class CalendarEffect:
    """What the calendar does to a total, as factors: ``past`` ``(periods,)`` and ``future`` ``(horizon,)``.

    A history divided by ``past`` is easier to foretell; what is foretold from it is multiplied by ``future``. Over a
    calendar year, weighed by its season, the factors' mean is 1, so that no year's total moves; all are exactly 1
    unless ``worth``.

    ``elasticity``: by what part of a percent the total follows one percent of working days; ``festival``: share lost
    on the day that Spring Festival touches most, negative where more is sold; ``rush``: how much more is sold at a
    quarter's end (its last month; for weeks its last fourteen days). Each with its standard error, unitless, both
    posterior and so already shrunk (a month's rush is not: it stands in the season); None where nothing could be
    estimated. ``chance``: probability that the calendar acts at all. ``provisional``: ``future`` rests on holidays
    that are not announced yet.
    """

    past: FloatArray
    future: FloatArray
    elasticity: float | None
    elasticity_error: float | None
    festival: float | None
    festival_error: float | None
    rush: float | None
    rush_error: float | None
    chance: float | None
    worth: bool
    provisional: bool
    sentences: tuple[Text, ...]


def calendar_effect(
    values: FloatArray, periods: Sequence[date], future: Sequence[date], freq: Freq, *, corrections: pl.DataFrame | None = None
) -> CalendarEffect:
    """Estimate how far a total follows the calendar, and return factors for its past and its future.

    Logarithms of the total are explained by its season and the level of each year; what remains is compared with a
    grid of combinations of elasticity, dip, lag of the dip and rush. Factors are their posterior mean. They are used when
    the odds that the calendar acts are above 3 : 1, prior odds being 2 : 1, so the data themselves must speak for it.
    Quarters stay as they are: each first one holds the festival, and working days differ too little to be felt.

    Args:
        values: Shape ``(periods,)``, any unit; zeros and negative periods are allowed.
        periods: First days of the periods of ``values``, without gaps.
        future: First days of the coming periods, following ``periods``; may be empty.
        freq: Months, quarters, or weeks that start on Monday.
        corrections: A company's own working days, as ``working_days`` takes them.

    Returns:
        Neutral factors (all 1) when there are fewer than two years, more than a quarter of the periods is near zero or
        negative, the years lie outside 1990 … 2100, or the data say nothing. A future beyond 2100 stays 1.

    Raises:
        ValueError: Shapes do not fit, or the periods have gaps.
        BadInput: See ``working_days``.

    Source:
        Regression with calendar variables: W. R. Bell and S. C. Hillmer, J. American Statistical Association 78
        (1983); averaging over what may act: A. E. Raftery, D. Madigan and J. A. Hoeting, JASA 92 (1997). Grid, priors
        and the step to factors are own; see docs/methods/calendar.md.
    """
    days = (*periods, *future)
    if len(values) != len(periods) or not periods:
        raise ValueError(f"{len(values)} values for {len(periods)} periods")
    if any(step(day, 1, freq) != after for day, after in pairwise(days)):
        raise ValueError("the periods have gaps")
    if freq == "Q":
        return _neutral(
            periods,
            future,
            Text(
                "春节总在第一季度，各季度工作日又相差不多，按季度预测不做日历调整",
                "Spring Festival always lies in the first quarter and quarters hardly differ in working days: no calendar adjustment",
            ),
        )
    season = SEASON[freq]
    count = min(len(values), _MOST_YEARS[freq] * season)
    if count < 2 * season:
        return _neutral(
            periods,
            future,
            Text(
                "历史不足两年，看不出工作日和春节的影响，预测没有做日历调整",
                "fewer than two years of history cannot show what working days and Spring Festival do: no calendar adjustment",
            ),
        )
    given = exposure_of(days, freq=freq, corrections=corrections)
    fit = None
    if given is not None and given.periods[0] <= periods[-count] and periods[-1] <= given.periods[-1]:
        start = given.periods.index(periods[-count])
        fit = fit_calendar(np.asarray(values[-count:], dtype=np.float64), given, slice(start, start + count), freq)
    if given is None or fit is None:
        return _neutral(
            periods,
            future,
            Text(
                "零或负数的时期太多，或年份超出日历，无法估计工作日和春节的影响，预测没有做日历调整",
                "too many periods are zero or negative, or the years lie outside the calendar: no calendar adjustment",
            ),
        )
    return _effect(fit, given, periods=periods, future=future, freq=freq)


def _effect(fit: Fit, given: Exposure, *, periods: Sequence[date], future: Sequence[date], freq: Fine) -> CalendarEffect:
    chance = 1 - float(fit.posterior[0])
    worth = bool(chance > _WORTH_ODDS * (1 - chance))
    factors = fit.factors(given) if worth else np.ones(len(given.periods))
    at = {period: place for place, period in enumerate(given.periods)}
    past, coming = (np.array([factors[at[day]] if day in at else 1.0 for day in some]) for some in (periods, future))
    provisional = worth and any(bool(given.provisional[at[day]]) for day in future if day in at)
    elasticity = fit.mean_and_error(fit.grid.elasticity)
    festival = fit.mean_and_error(fit.grid.dip)
    rush = fit.end_rush or fit.mean_and_error(fit.grid.rush)
    sentences = [*_acts(elasticity, festival), *_changes(past, coming, periods, future, freq)] if worth else [_NOTHING]
    if provisional:
        sentences.append(_provisional(given, future))
    return CalendarEffect(
        past=past,
        future=coming,
        elasticity=elasticity[0],
        elasticity_error=elasticity[1],
        festival=festival[0],
        festival_error=festival[1],
        rush=rush[0],
        rush_error=rush[1],
        chance=chance,
        worth=worth,
        provisional=provisional,
        sentences=(*sentences, *_rushes(rush, freq), *(_festivals_ahead(future, freq) if worth else ())),
    )


def _neutral(periods: Sequence[date], future: Sequence[date], said: Text) -> CalendarEffect:
    return CalendarEffect(
        past=np.ones(len(periods)),
        future=np.ones(len(future)),
        elasticity=None,
        elasticity_error=None,
        festival=None,
        festival_error=None,
        rush=None,
        rush_error=None,
        chance=None,
        worth=False,
        provisional=False,
        sentences=(said,),
    )


_NOTHING = Text(
    "历史数据里看不出工作日和春节的影响，预测没有做日历调整",
    "the history does not show that working days or Spring Festival matter: no calendar adjustment",
)


def _acts(elasticity: tuple[float, float], festival: tuple[float, float]) -> list[Text]:
    """Name what follows the calendar, as far as it is large enough to be named."""
    told = []
    size, error = elasticity
    if size >= _TOLD_ELASTICITY:
        told.append(
            Text(
                f"金额随工作日增减：工作日多 10%，金额约多 {size * 10:.0f}%（误差 ±{error * 10:.0f} 个百分点）",
                f"amounts follow the working days: 10 % more days bring about {size * 10:.0f} % more (± {error * 10:.0f} points)",
            )
        )
    dip, doubt = festival
    if abs(dip) >= _TOLD_FESTIVAL:
        zh, en = ("低", "lower") if dip > 0 else ("高", "higher")
        share, points = f"{abs(dip) * 100:.0f}", f"{doubt * 100:.0f}"
        told.append(
            Text(
                f"除工作日外，春节影响最大的那几天金额还{zh}约 {share}%（误差 ±{points} 个百分点），随春节早晚在月份之间移动",
                f"beyond working days, amounts are about {share} % {en} (± {points} points) where Spring Festival weighs most,"
                " and move between months with it",
            )
        )
    return told or [Text("金额受日历影响，但影响不大", "the calendar acts on amounts, though little")]


def _name(day: date, freq: Fine) -> str:
    return f"{day:%Y-%m-%d}" if freq == "W" else f"{day:%Y-%m}"


def _changes(past: FloatArray, coming: FloatArray, periods: Sequence[date], future: Sequence[date], freq: Fine) -> list[Text]:
    """Name the coming period that the calendar moves most beside the same one a year before."""
    season = SEASON[freq]
    both, days = np.concatenate([past, coming]), (*periods, *future)
    ratio = both[len(past) : len(past) + season] / both[len(past) - season : len(both) - season][:season] - 1
    if not len(ratio) or np.abs(ratio).max() < _TOLD_CHANGE:
        return []
    most = int(np.abs(ratio).argmax())
    day, before = _name(days[len(past) + most], freq), _name(days[len(past) + most - season], freq)
    zh, en = ("多", "more") if ratio[most] > 0 else ("少", "less")
    size = abs(float(ratio[most]))
    return [
        Text(
            f"单看日历，{day} 比 {before} {zh} {size:.0%}，是未来各期里变动最大的",
            f"by the calendar alone {day} brings {size * 100:.0f} % {en} than {before}, the largest change ahead",
        )
    ]


def _provisional(given: Exposure, future: Sequence[date]) -> Text:
    open_days = {day for day, provisional in zip(given.periods, given.provisional, strict=True) if provisional}
    since = min(day for day in future if day in open_days)
    return Text(
        f"{since:%Y-%m} 起的放假安排尚未公布，工作日按法定节日推算，公布后会有一两天出入",
        f"holidays from {since:%Y-%m} on are not announced yet: their working days follow the law's festivals and may move by a day or two",
    )


def _rushes(rush: tuple[float, float], freq: Fine) -> list[Text]:
    size, error = rush
    if size < max(_TOLD_RUSH, 2 * error):
        return []
    zh, en = ("季末最后两周", "the last two weeks of a quarter") if freq == "W" else ("季末月", "the last month of a quarter")
    return [
        Text(
            f"有季末冲量：{zh}比季内其他时候高约 {size:.0%}（误差 ±{error * 100:.0f} 个百分点）",
            f"quarters end in a rush: about {size * 100:.0f} % more (± {error * 100:.0f} points) in {en} than in the rest of it",
        )
    ]


def _festivals_ahead(future: Sequence[date], freq: Fine) -> list[Text]:
    """Say when the first whole year ahead holds no Spring Festival, or two."""
    # 52 weeks are no whole year
    if freq == "W" or len(future) < SEASON[freq]:
        return []
    first, end = future[0], step(future[SEASON[freq] - 1], 1, freq)
    count = len(spring_festivals(first, end))
    if count == 1 or end.year > LAST_YEAR:
        return []
    zh, en = ("没有春节", "holds no Spring Festival") if count == 0 else ("有两个春节", "holds two Spring Festivals")
    return [
        Text(f"{first:%Y-%m} 起的一年里{zh}，与往年不能直接相比", f"the year from {first:%Y-%m} {en}: beware of comparing it with others")
    ]
