"""Charts for documents, drawn as SVG by Vega-Lite without a browser."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from yunchou.calc.plan import Plan
from yunchou.calc.text import Lang
from yunchou.documents.figures import chance
from yunchou.documents.findings import compared_with
from yunchou.documents.labels import STEPS, step_name

FONTS = Path(__file__).parent / "fonts"
WAN = 1_000_000
SHOWN_MONTHS = 72
# The light values of the site's tokens: the same thing has the same colour on paper and on the page.
ACCENT, SOFT, PAST, AHEAD, BEHIND, LINE, INK, INK_2 = (
    "#2d5bd7", "#e9effd", "#b9c0cc", "#0d8a7a", "#b96a00", "#e3e6eb", "#1b2230", "#566074",
)  # fmt: skip


@cache
def _vega() -> Any:
    import vl_convert  # noqa: PLC0415 - 0.8 s the first time, wanted only where charts are drawn

    vl_convert.register_font_directory(str(FONTS))
    return vl_convert


def _svg(spec: dict[str, Any], width: int, height: int) -> str:
    axis = {
        "labelFont": "Noto Sans SC", "titleFont": "Noto Sans SC", "labelColor": INK_2, "titleColor": INK_2, "labelFontSize": 10,
        "titleFontSize": 10, "titleFontWeight": 400, "gridColor": LINE, "domainColor": LINE, "tickColor": LINE,
    }  # fmt: skip
    whole = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": width,
        "height": height,
        "background": None,
        "config": {
            "font": "Noto Sans SC",
            "axis": axis,
            "view": {"stroke": None},
            "text": {"font": "Noto Sans SC", "fontSize": 10, "color": INK},
        },
        **spec,
    }
    return str(_vega().vegalite_to_svg(whole))


def curve(plan: Plan, lang: Lang, width: int = 330, height: int = 150) -> str:
    """Draw the probability that the year reaches an amount (万元), with last year and the target marked."""
    points = [{"x": value / WAN, "p": 1 - int(key[1:]) / 100} for key, value in sorted(plan.with_drivers_minor.items())]
    low, high = points[0]["x"], points[-1]["x"]
    against, before = compared_with(plan, lang)
    target, last = plan.target_minor / WAN, before / WAN
    domain = [min(low, target, last), max(high, target)]
    x = {"field": "x", "type": "quantitative", "scale": {"domain": domain, "nice": True, "zero": False}}
    title = f"全年（万{'元' if plan.currency == 'CNY' else ' ' + plan.currency}）" if lang == "zh" else f"Year ({plan.currency} 10k)"
    y = {"field": "p", "type": "quantitative", "scale": {"domain": [0, 1]}, "axis": {"format": "%", "title": None, "tickCount": 4}}
    marks = [
        {"x": last, "p": 0.0, "text": against, "c": PAST},
        {"x": target, "p": plan.probability, "text": f"{target:,.0f} · {chance(plan.probability)}", "c": ACCENT},
    ]
    layers = [
        {"data": {"values": points}, "mark": {"type": "area", "color": SOFT, "opacity": 1, "line": {"color": ACCENT, "strokeWidth": 1.8}}},
        {"data": {"values": marks[:1]}, "mark": {"type": "rule", "strokeDash": [3, 3], "color": INK_2}, "encoding": {"x": x, "y": None}},
        {
            "data": {"values": marks[:1]},
            "mark": {"type": "text", "align": "left", "dx": 4, "dy": -6, "color": INK_2},
            "encoding": {"text": {"field": "text"}},
        },
        {"data": {"values": marks[1:]}, "mark": {"type": "point", "filled": False, "size": 60, "color": ACCENT, "fill": "white"}},
        {
            "data": {"values": marks[1:]},
            "mark": {"type": "text", "align": "left", "dx": 8, "dy": -6, "fontWeight": 600},
            "encoding": {"text": {"field": "text"}},
        },
    ]
    return _svg(
        {"encoding": {"x": {**x, "axis": {"title": title, "format": ",.0f", "grid": False, "tickCount": 5}}, "y": y}, "layer": layers},
        width,
        height,
    )


def cost_curve(plan: Plan, lang: Lang, width: int = 330, height: int = 150) -> str:
    """Draw what each candidate target is expected to cost (万元), with the recommended and the chosen one marked."""
    found = plan.recommendation
    if found is None:
        return ""
    points = [{"x": one.target_minor / WAN, "y": one.cost_minor / WAN} for one in found.candidates]
    words = ("推荐", "所选") if lang == "zh" else ("Recommended", "Chosen")
    named = [(words[0], found.recommended, ACCENT)]
    # A target far outside would press the curve flat, and the same point is named once.
    if found.is_among_candidates(found.chosen) and found.chosen != found.recommended:
        named = sorted([*named, (words[1], found.chosen, INK_2)], key=lambda mark: mark[1].target_minor)
    # Of two close together the right one is named on its right.
    sides = ["left"] if len(named) == 1 else ["right", "left"]
    unit = f"万{'元' if plan.currency == 'CNY' else ' ' + plan.currency}" if lang == "zh" else f"{plan.currency} 10k"
    x = {
        "field": "x", "type": "quantitative", "scale": {"zero": False, "nice": True},
        "axis": {"title": f"目标（{unit}）" if lang == "zh" else f"Target ({unit})", "format": ",.0f", "grid": False, "tickCount": 5},
    }  # fmt: skip
    y = {
        "field": "y", "type": "quantitative", "scale": {"zero": True},
        "axis": {"title": f"预计代价（{unit}）" if lang == "zh" else f"Expected cost ({unit})", "format": ",.0f", "tickCount": 4},
    }  # fmt: skip
    layers: list[dict[str, Any]] = [{"data": {"values": points}, "mark": {"type": "line", "color": ACCENT, "strokeWidth": 1.8}}]
    for (word, one, colour), side in zip(named, sides, strict=True):
        at = {"values": [{"x": one.target_minor / WAN, "y": one.cost_minor / WAN, "text": f"{word} {one.target_minor / WAN:,.0f}"}]}
        layers += [
            {"data": at, "mark": {"type": "point", "filled": True, "size": 50, "color": colour, "opacity": 1}},
            {
                "data": at,
                "mark": {"type": "text", "align": side, "dx": 6 if side == "left" else -6, "dy": 14, "color": colour, "fontWeight": 600},
                "encoding": {"text": {"field": "text"}},
            },
        ]
    return _svg({"encoding": {"x": x, "y": y}, "layer": layers}, width, height)


def _wrapped(name: str, wide: int) -> list[str]:
    """Break a label: Chinese after so many characters, else at spaces."""
    if all(ord(c) < 0x2E80 for c in name):
        return name.split(" ")[:2]
    return [name[i : i + wide] for i in range(0, min(len(name), 2 * wide), wide)]


def waterfall(plan: Plan, lang: Lang, width: int = 330, height: int = 150) -> str:
    """Draw last year → each step → target in 万元; the axis starts just below the smallest bar and says so by its labels."""
    bars, running = [], 0
    for step in plan.waterfall:
        start, running = running, running + step.amount_minor
        whole = step.step == "last_year"
        bars.append(
            (
                step_name(plan, step, lang),
                0 if whole else start,
                running,
                step.amount_minor,
                "past" if whole else "up" if step.amount_minor >= 0 else "down",
            )
        )
    bars.append((STEPS["target"].told(lang), 0, plan.target_minor, plan.target_minor, "target"))
    tops = [value for _, start, end, _, kind in bars for value in ((end,) if kind in {"past", "target"} else (start, end))]
    span = max(tops) - min(tops) or max(tops) or 1
    floor = max(0, min(tops) - span * 0.35)
    rows = [
        {
            "i": i, "from": (floor if kind in {"past", "target"} else min(start, end)) / WAN, "to": max(start, end) / WAN,
            "text": f"{amount / WAN:,.0f}" if kind in {"past", "target"} else f"{amount / WAN:+,.0f}".replace("-", "−"), "kind": kind,
        }
        for i, (_, start, end, amount, kind) in enumerate(bars)
    ]  # fmt: skip
    colour = {
        "field": "kind",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": ["past", "up", "down", "target"], "range": [PAST, AHEAD, BEHIND, ACCENT]},
    }
    x = {
        "field": "i",
        "type": "ordinal",
        "axis": {"title": None, "labelAngle": 0, "ticks": False, "labelExpr": _labels([_wrapped(bar[0], 4) for bar in bars])},
    }
    y = {
        "field": "from",
        "type": "quantitative",
        "scale": {"domain": [floor / WAN, max(tops) / WAN + span / WAN * 0.12], "zero": False},
        "axis": None,
    }
    layers = [
        {
            "mark": {"type": "bar", "cornerRadius": 1.5, "width": {"band": 0.66}},
            "encoding": {"y": y, "y2": {"field": "to"}, "color": colour},
        },
        {
            "mark": {"type": "text", "dy": -7, "fontWeight": 600, "fontSize": 9},
            "encoding": {"y": {**y, "field": "to"}, "text": {"field": "text"}},
        },
    ]
    return _svg({"data": {"values": rows}, "encoding": {"x": x}, "layer": layers}, width, height)


def _labels(names: list[list[str]]) -> str:
    """Return a Vega expression that prints the nth name, on as many lines as it has."""
    quoted = ["[" + ",".join("'" + part.replace("\\", "\\\\").replace("'", "\\'") + "'" for part in name) + "]" for name in names]
    return "[" + ",".join(quoted) + "][datum.value]"


def season(plan: Plan, lang: Lang, width: int = 700, height: int = 130) -> str:
    """Draw the history by month in grey and the plan's months in the accent colour, in 万元."""
    months = plan.cells.group_by("month").agg(pl.col("target_minor").sum()).sort("month")
    past = "实际" if lang == "zh" else "Actual"
    target = "目标" if lang == "zh" else "Target"
    rows = [{"m": day.isoformat(), "v": minor / WAN, "k": past} for day, minor in plan.history.select("month", "actual_minor").iter_rows()]
    rows += [{"m": f"{month}-01", "v": minor / WAN, "k": target} for month, minor in months.iter_rows()]
    rows = rows[-SHOWN_MONTHS:]
    # Months that nothing was read for stand as gaps: a bar beside the wrong neighbour would tell a false season.
    seen = {str(row["m"]) for row in rows}
    last = date.fromisoformat(f"{plan.months[-1]}-01")
    whole = pl.date_range(date.fromisoformat(str(rows[0]["m"])), last, "1mo", eager=True)
    rows += [{"m": day.isoformat(), "v": 0, "k": past} for day in whole if day.isoformat() not in seen]
    rows.sort(key=lambda row: str(row["m"]))
    spec = {
        "data": {"values": rows},
        "mark": {"type": "bar", "width": {"band": 0.8}},
        "encoding": {
            "x": {
                "field": "m", "type": "ordinal", "sort": None,
                "axis": {"title": None, "ticks": False, "labelAngle": 0, "labelOverlap": False,
                         "labelExpr": "substring(datum.label,5,7)=='01' ? substring(datum.label,0,4) : ''"},
            },
            "y": {"field": "v", "type": "quantitative", "axis": {"title": None, "format": ",.0f", "tickCount": 4}},
            "color": {
                "field": "k", "type": "nominal", "scale": {"domain": [past, target], "range": [PAST, ACCENT]},
                "legend": {"title": None, "orient": "top-left", "direction": "horizontal", "labelColor": INK_2},
            },
        },
    }  # fmt: skip
    return _svg(spec, width, height)
