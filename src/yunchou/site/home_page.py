"""The home page as its template shows it: every figure in words, every chart drawn, nothing left to compute."""

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from yunchou.common.figures import Figures, Shown
from yunchou.common.preferences import unit_label
from yunchou.planning.selectors import CascadeRow, Figure, Home, Period
from yunchou.site import findings, home_charts
from yunchou.site.page_parts import EVEN_PPM, Card, Fact, Row, Table


@dataclass(frozen=True, kw_only=True, slots=True)
class HomePage:
    """Everything the home page shows."""

    first_line: str
    place: str
    version: str
    state: str
    as_of: str
    calculated: str
    changed: Shown | None
    changed_note: str
    facts: tuple[Fact, ...]
    cards: tuple[Card, ...]
    cascade: Table
    cascade_title: str
    period: Period
    unit: str
    why: str


def home_page(home: Home, figures: Figures, *, period: Period, language: str) -> HomePage:
    """Return the page for what the selector found."""
    rows_changed = home.version.rows_changed
    return HomePage(
        first_line=findings.first_line(home, language),
        place=f"{home.scope_name} · {home.year}",
        version=f"v{home.version.number}",
        state={"published": _("已发布"), "superseded": _("已被取代"), "draft": _("草稿")}.get(home.version.state, home.version.state),
        as_of=home.today.isoformat(),
        calculated=date_format(home.version.calculated_at, "Y-m-d H:i"),
        changed=figures.show(rows_changed.key, rows_changed.value, "rows") if rows_changed.value else None,
        changed_note=_("计划算好以后又有 {rows} 行销售明细变动：达成数已经包含，目标没有变。").format(rows=f"{rows_changed.value or 0:,}"),
        facts=_facts(home, figures),
        cards=home_charts.cards(home, figures, language),
        cascade=_cascade(home, figures, period),
        cascade_title=_cascade_title(home),
        period=period,
        unit=unit_label(figures.unit),
        why=figures.address(home.headline.target.key),
    )


def show(figures: Figures, figure: Figure) -> Shown:
    """Return a figure in words."""
    return figures.show(figure.key, figure.value, figure.measure)


def differ(figures: Figures, figure: Figure) -> Shown:
    """Return a difference in words, with its sign and tone."""
    return figures.difference(figure.key, figure.value, figure.measure)


def _facts(home: Home, figures: Figures) -> tuple[Fact, ...]:
    headline, unit = home.headline, unit_label(figures.unit)
    target_note = ""
    if headline.growth.value is not None:
        target_note = _("比去年 {growth}").format(growth=differ(figures, headline.growth).text)
    elif headline.last_year.value is not None:
        target_note = _("去年 {amount}").format(amount=show(figures, headline.last_year).text)
    ahead = headline.ahead.value or 0
    word = _("领先") if ahead > 0 else _("落后") if ahead < 0 else _("正合进度")
    facts = [
        Fact(name=_("全年目标"), shown=figures.headline(headline.target.key, headline.target.value), suffix=unit, note=target_note),
        Fact(
            name=_("今年已达成"),
            shown=figures.headline(headline.attained.key, headline.attained.value),
            suffix=unit,
            note=_("达成率 {share}").format(share=show(figures, headline.attainment).text),
        ),
        Fact(
            name=_("到今天应达成"),
            shown=figures.headline(headline.expected.key, headline.expected.value),
            suffix=unit,
            note=_("按计划到 {day}").format(day=findings.day(home.today)),
        ),
        Fact(
            name=_("与进度之差"),
            shown=figures.headline_difference(headline.ahead.key, headline.ahead.value),
            suffix=unit,
            note=f"{word} {differ(figures, headline.ahead_share).text}" if headline.ahead_share.value is not None else word,
        ),
    ]
    if headline.probability.value is not None:
        note = findings.assuming(headline.assumptions) or _("全年达到目标的概率")
        facts.append(Fact(name=_("定目标时的把握"), shown=show(figures, headline.probability), note=note))
    return tuple(facts)


def _cascade_title(home: Home) -> str:
    if home.scope == "own":
        return _("我的目标，按区域和产品")
    return _("目标分到区域和产品，每一级都等于下一级之和")


def _cascade(home: Home, figures: Figures, period: Period) -> Table:
    count = len(home.cascade[0].periods) if home.cascade else 0
    # Twelve months fill a screen: what belongs to the whole year stands beside the quarters.
    is_wide = period == "quarter"
    has_median = is_wide and any(row.median.value is not None for row in home.cascade)
    has_odds = is_wide and any(row.probability.value is not None for row in home.cascade)
    columns = [
        _("区域 / 产品"),
        _("{year} 目标").format(year=home.year),
        *(_period_name(home, at, period) for at in range(1, count + 1)),
        *([_("{year} 实际").format(year=home.year - 1), _("增长")] if is_wide else []),
        *([_("预测中位")] if has_median else []),
        *([_("把握")] if has_odds else []),
        _("已达成"),
        _("比进度"),
    ]
    words = (_("领先"), _("落后"))

    def row(of: CascadeRow) -> Row:
        cells = [
            show(figures, of.target),
            *(show(figures, figure) for figure in of.periods),
            *([show(figures, of.last_year), _plain(differ(figures, of.growth))] if is_wide else []),
            *([show(figures, of.median)] if has_median else []),
            *([show(figures, of.probability)] if has_odds else []),
            show(figures, of.attained),
            _told(differ(figures, of.ahead_share), of.ahead_share.value, words),
        ]
        return Row(kind=f"l{of.level}", name=of.name, cells=tuple(cells))

    return Table(
        columns=tuple(columns),
        rows=tuple(row(of) for of in home.cascade if of.level > 0),
        foot=tuple(row(of) for of in home.cascade if of.level == 0),
    )


def _plain(shown: Shown) -> Shown:
    """Return a planned growth without a tone: asking for less is a choice, not falling behind."""
    return Shown(shown.text, shown.exact, shown.address)


def _told(shown: Shown, share: int | None, words: tuple[str, str]) -> Shown:
    """Return a difference with its word before it, so that colour never stands alone."""
    if share is None or abs(share) < EVEN_PPM:
        return _plain(shown)
    return Shown(f"{words[share < 0]} {shown.text}", shown.exact, shown.address, shown.tone)


def _period_name(home: Home, at: int, period: Period) -> str:
    return f"Q{at}" if period == "quarter" else date_format(home.months[at - 1].month, _("n月"))
