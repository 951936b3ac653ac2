"""The sentences: what was found, in both languages."""

from datetime import date

import pytest
from django.utils import translation

from yunchou.planning.selectors import Curve, Figure, Headline, WaterfallBar, Weakest
from yunchou.site import findings


def figure(value: int | None) -> Figure:
    return Figure(key="x", value=value)


def headline(*, ahead: int = -100, share: int | None = -21_000, weakest: int | None = 5_000_000_00) -> Headline:
    part = None if weakest is None else Weakest(region="西南", product_tier="potential", product_tier_name="潜力", behind=figure(weakest))
    values = {name: figure(1) for name in ("target", "probability", "last_year", "growth", "attained", "attainment", "expected")}
    return Headline(**values, ahead=figure(ahead), ahead_share=figure(share), weakest=part)


def bar(kind: str, amount: int, name: str = "明星升级") -> WaterfallBar:
    return WaterfallBar(kind=kind, name=name, amount=figure(amount), starts_minor=0, ends_minor=0, half_width_minor=None)


@pytest.mark.parametrize(
    ("ppm", "zh", "en"),
    [
        (600_000, "六成", "60%"),
        (605_000, "六成", "60%"),
        (550_000, "55% 的", "55%"),
        (995_000, "99.5% 的", "99.5%"),
        (20_000, "2% 的", "2%"),
    ],
)
def test_odds_are_told_in_tenths_where_they_are_close_to_one(ppm: int, zh: str, en: str) -> None:
    assert findings.odds(ppm) == zh
    with translation.override("en"):
        assert findings.odds(ppm) == en


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (-21_000, "比进度落后 2.1%"),
        (21_000, "比进度领先 2.1%"),
        (400, "正合进度"),
        (-499, "正合进度"),
        (-500, "比进度落后 0.1%"),
        (None, ""),
    ],
)
def test_pace_has_a_word_and_no_sign(share: int | None, words: str) -> None:
    assert findings.pace(headline(share=share)) == words


def test_weakest_part_is_the_gap_when_behind_and_a_rest_when_ahead() -> None:
    assert findings.weakest(headline(ahead=-1), "zh-hans") == "缺口主要在西南·潜力"
    assert findings.weakest(headline(ahead=1), "zh-hans") == "西南·潜力还落后 500 万元"
    assert findings.weakest(headline(weakest=None), "zh-hans") == ""


@pytest.mark.parametrize(
    ("shares", "of_regions", "words"),
    [
        ([("a", -5), ("b", 1)], True, "2 个区域里 1 个落后，a落后最多"),
        ([("a", 1), ("b", 2)], True, "2 个区域都跟得上进度"),
        ([("a", 1), ("b", 2)], False, "2 类产品都跟得上进度"),
        ([("a", -50_000), ("b", 2)], False, "2 类产品里 1 类落后，a落后最多"),
        ([("a", -50_000)], True, "a比进度落后 5.0%"),
        ([("a", 50_000)], True, "a比进度领先 5.0%"),
    ],
)
def test_parts_title_counts_who_is_behind(shares: list[tuple[str, int]], of_regions: bool, words: str) -> None:
    assert findings.parts_title(shares, of_regions=of_regions) == words


@pytest.mark.parametrize(
    ("bars", "words"),
    [
        (
            (bar("last_year", 10**10), bar("base", 10**9, "自然趋势"), bar("driver", 2 * 10**9), bar("target", 13 * 10**9)),
            "比去年多 3,000 万元，最大一块是明星升级",
        ),
        ((bar("last_year", 10**10), bar("base", -(10**9), "自然趋势"), bar("target", 9 * 10**9)), "比去年少 1,000 万元"),
    ],
)
def test_waterfall_title_names_the_largest_step(bars: tuple[WaterfallBar, ...], words: str) -> None:
    assert findings.waterfall_title(bars, "zh-hans") == words


@pytest.mark.parametrize(
    ("quantiles", "words"),
    [
        (((900_000, 10**10), (100_000, 2 * 10**10)), "要 1.50 亿元有六成把握，要 2.00 亿元只有一成"),
        (((900_000, 10**10),), "要 1.50 亿元有六成把握，保 1.00 亿元有九成"),
        ((), "要 1.50 亿元有六成把握"),
    ],
)
def test_curve_title_sets_the_target_beside_a_bolder_or_a_safer_total(quantiles: tuple[tuple[int, int], ...], words: str) -> None:
    curve = Curve(
        points=(),
        target=figure(15 * 10**9),
        probability=figure(600_000),
        last_year=figure(1),
        quantiles=tuple((ppm, figure(total)) for ppm, total in quantiles),
        scenarios=(),
    )
    assert findings.curve_title(curve, "zh-hans") == words


def test_day_is_written_as_the_language_writes_it() -> None:
    assert findings.day(date(2026, 8, 31)) == "8 月 31 日"
    with translation.override("en"):
        assert findings.day(date(2026, 8, 31)) == "31 Aug"


@pytest.mark.parametrize(("ppm", "zh", "en"), [(0, "不到 0.1% 的", "less than 0.1%"), (1_000_000, "超过 99.9% 的", "more than 99.9%")])
def test_odds_far_outside_the_distribution_are_never_said_as_0_or_100_percent(ppm: int, zh: str, en: str) -> None:
    assert findings.odds(ppm) == zh
    with translation.override("en"):
        assert findings.odds(ppm) == en


def test_probability_that_depends_on_drivers_is_headed_by_them() -> None:
    assert findings.assuming(()) == ""
    assert findings.assuming(("明星升级", "西北渗透")) == "若下列假设成立：明星升级、西北渗透"
    assert findings.assuming(tuple("甲乙丙丁")) == "若下列假设成立：甲、乙、丙 等"
    curve = Curve(
        points=(), target=figure(10**10), probability=figure(600_000), last_year=figure(1), quantiles=(), scenarios=(), assumptions=("甲",)
    )
    assert findings.curve_title(curve, "zh-hans") == "若下列假设成立，要 1.00 亿元有六成把握"
    with translation.override("en"):
        assert findings.curve_title(curve, "en").startswith("If these assumptions hold, CNY ")
