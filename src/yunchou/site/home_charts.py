"""The charts of the home page: each with the sentence it proves, drawn wide and narrow, and its figures as a table."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from yunchou.common import amounts, charts
from yunchou.common.figures import Figures, Shown
from yunchou.common.preferences import unit_label
from yunchou.planning.selectors import CascadeRow, Curve, Figure, Home, WaterfallBar
from yunchou.site import findings
from yunchou.site.page_parts import EVEN_PPM, Card, Row, Table


def cards(home: Home, figures: Figures, language: str) -> tuple[Card, ...]:
    """Return the charts that the reader's scope has: attainment for all, the waterfall and the curve for the company."""
    made = [_progress(home, figures, language)]
    parts = _parts(home, figures)
    made += [parts] if parts else []
    if home.waterfall:
        made.append(_waterfall(home.waterfall, figures, language))
    if home.curve:
        made.append(_curve(home.curve, figures, language))
    return tuple(made)


def _show(figures: Figures, figure: Figure) -> Shown:
    return figures.show(figure.key, figure.value, figure.measure)


def _brief(figures: Figures, figure: Figure) -> Shown:
    return figures.headline(figure.key, figure.value)


def _axis(figures: Figures, amount: int) -> str:
    """Return an amount on an axis: no more decimals than it needs."""
    text = amounts.amount(amount, figures.unit)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _progress(home: Home, figures: Figures, language: str) -> Card:
    unit = unit_label(figures.unit)
    months, planned, done = [], _("计划"), _("达成")
    names_of_months = {row.month: date_format(row.month, _("n月")) for row in home.months}
    for row in home.months:
        newest = row.target_to_date if row.attained_to_date.value is None else row.attained_to_date
        word = planned if row.attained_to_date.value is None else done
        name = names_of_months[row.month]
        told = f"{name} {word} {_show(figures, newest).text} {unit}"
        months.append(
            charts.Month(
                name=name,
                last_year=row.last_year_to_date.value,
                target=row.target_to_date.value or 0,
                attained=row.attained_to_date.value,
                address=figures.address(newest.key),
                told=told,
            )
        )
    title = findings.progress_title(home, language)
    gap = home.headline.ahead.value or 0
    names = (_("去年"), _("目标"), _("已达成"))
    ends = (home.months[-1].last_year_to_date, home.headline.target, home.headline.attained) if home.months else ()
    words = tuple(f"{name} {_brief(figures, end).text}" for name, end in zip(names, ends, strict=False))
    pictures = tuple(
        charts.progress(
            months,
            name=title,
            label=lambda amount: _axis(figures, amount),
            words=words,
            kind=kind,
            gap_kind="ahead" if gap >= 0 else "behind",
            width=width,
            height=height,
        )
        for kind, width, height in (("wide", 640, 268), ("narrow", 326, 232))
    )
    columns = (_("月"), _("目标累计"), _("达成累计"), _("去年累计"))
    rows = tuple(
        Row(
            kind="",
            name=names_of_months[row.month],
            cells=(_show(figures, row.target_to_date), _show(figures, row.attained_to_date), _show(figures, row.last_year_to_date)),
        )
        for row in home.months
    )
    legend = tuple((kind, words[at]) for at, kind in ((2, "run"), (1, "plan"), (0, "past")) if at < len(words))
    return Card(
        code="progress",
        title=title,
        pictures=pictures,
        legend=legend,
        data=Table(columns=columns, rows=rows),
        why=figures.address(home.headline.attained.key),
    )


def _parts(home: Home, figures: Figures) -> Card | None:
    regions = [row for row in home.cascade if row.level == 1]
    # Who sees one region asks which products lag in it.
    level, noun = (1, _("区域")) if len(regions) > 1 else (2, _("区域 / 产品"))
    parts = [row for row in home.cascade if row.level == level and row.target.value and row.expected.value is not None]
    if not parts:
        return None
    parts.sort(key=lambda row: (row.ahead_share.value or 0, row.name))
    title = findings.parts_title([(row.name, row.ahead_share.value or 0) for row in parts], of_regions=level == 1)
    drawn = [_bullet(row, figures) for row in parts]
    return Card(
        code="parts",
        title=title,
        pictures=tuple(charts.bullets(drawn, name=title, kind=kind, width=width) for kind, width in (("wide", 456), ("narrow", 326))),
        legend=(("reached", _("已达成")), ("due", _("到今天应达成")), ("track", _("全年目标"))),
        data=Table(
            columns=(noun, _("目标"), _("已达成"), _("应达成"), _("相差")),
            rows=tuple(
                Row(
                    kind="",
                    name=row.name,
                    cells=(
                        _show(figures, row.target),
                        _show(figures, row.attained),
                        _show(figures, row.expected),
                        figures.difference(row.ahead.key, row.ahead.value, "minor"),
                    ),
                )
                for row in parts
            ),
        ),
        why=figures.address(home.headline.ahead.key),
    )


def _bullet(row: CascadeRow, figures: Figures) -> charts.Bullet:
    target, attained, expected = row.target.value or 1, row.attained.value or 0, row.expected.value or 0
    share = row.ahead_share.value or 0
    even = abs(share) < EVEN_PPM
    shown = figures.difference(row.ahead_share.key, row.ahead_share.value, "ppm")
    word = _("合进度") if even else _("落后") if share < 0 else _("领先")
    return charts.Bullet(
        name=row.name,
        attained=attained / target,
        expected=expected / target,
        kind="even" if even else "behind" if share < 0 else "ahead",
        told=_show(figures, row.attainment).text,
        gap_told=word if even else f"{word} {shown.text}",
        address=shown.address or figures.address(row.target.key),
    )


def _waterfall(bars: tuple[WaterfallBar, ...], figures: Figures, language: str) -> Card:
    steps, rows = [], []
    for bar in bars:
        whole = bar.kind in {"last_year", "target"}
        shown = _brief(figures, bar.amount) if whole else figures.headline_difference(bar.amount.key, bar.amount.value)
        width = "" if bar.half_width_minor is None else f"±{amounts.brief(bar.half_width_minor, figures.unit)}"
        grows = (bar.amount.value or 0) >= 0
        kinds = {"last_year": "past", "target": "goal", "beyond_expectation": "hope"}
        steps.append(
            charts.Step(
                name=bar.name,
                starts=bar.starts_minor,
                ends=bar.ends_minor,
                told=shown.text,
                kind=kinds.get(bar.kind, "ahead" if grows else "behind"),
                whole=whole,
                address=shown.address,
            )
        )
        rows.append(Row(kind="", name=bar.name, cells=(shown, Shown(width or amounts.MISSING, "", shown.address))))
    title = findings.waterfall_title(bars, language)
    return Card(
        code="waterfall",
        title=title,
        pictures=(charts.waterfall(steps, name=title), charts.waterfall_lying(steps, name=title)),
        legend=(),
        data=Table(columns=(_("步骤"), _("金额"), _("八成区间一半")), rows=tuple(rows)),
        why=figures.address(bars[-1].amount.key),
    )


def _curve(curve: Curve, figures: Figures, language: str) -> Card:
    unit = unit_label(figures.unit)
    points = [(point.amount_minor, point.probability_ppm / 1_000_000) for point in curve.points]
    marks = []
    if curve.last_year.value is not None and points:
        last = curve.last_year
        marks.append(
            charts.Mark(
                amount=curve.last_year.value,
                probability=_height(points, curve.last_year.value),
                told=_("去年 {amount}").format(amount=_brief(figures, last).text),
                kind="last_year",
                address=figures.address(last.key),
            )
        )
    if curve.target.value is not None and curve.probability.value is not None:
        told = f"{_brief(figures, curve.target).text} · {amounts.ppm_chance(curve.probability.value)}"
        marks.append(
            charts.Mark(
                amount=curve.target.value,
                probability=curve.probability.value / 1_000_000,
                told=told,
                kind="target",
                address=figures.address(curve.probability.key),
            )
        )
    title = findings.curve_title(curve, language)
    pictures = tuple(
        charts.curve(
            points,
            marks,
            name=title,
            label=lambda amount: _axis(figures, amount),
            axis=_("全年达成（{unit}）").format(unit=unit),
            kind=kind,
            width=width,
            height=height,
        )
        for kind, width, height in (("wide", 456, 268), ("narrow", 326, 232))
    )
    rows = tuple(
        Row(kind="", name=amounts.ppm_chance(ppm), cells=(figures.show(figure.key, figure.value, "minor"),))
        for ppm, figure in curve.quantiles
    )
    return Card(
        code="curve",
        title=title,
        pictures=pictures,
        legend=(),
        data=Table(columns=(_("把握"), _("全年至少")), rows=rows),
        why=figures.address(curve.probability.key),
    )


def _height(points: list[tuple[int, float]], amount: int) -> float:
    """Return the curve's height at an amount, straight between its points."""
    before = [(at, probability) for at, probability in points if at <= amount]
    after = [(at, probability) for at, probability in points if at >= amount]
    if not before or not after:
        return 1.0 if not before else 0.0
    (x1, y1), (x2, y2) = max(before, key=lambda p: p[0]), min(after, key=lambda p: p[0])
    return y1 if x1 == x2 else y1 + (y2 - y1) * (amount - x1) / (x2 - x1)
