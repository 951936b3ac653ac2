"""Reliability pictures: what was said, and how often it happened."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

import evidence_cases
from evidence_score import score
from evidence_tables import STATED

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
_NAMES = {"demo": "模拟公司", "superstore_cn": "超市样例", "hier_tourismsmall": "旅游面板"}
_BLUE, _GREY = "#1f5fbf", "#9aa4b2"


def tourism_scores() -> pl.DataFrame | None:
    """Score the coming year of the tourism panel from its last six origins; None where it is absent."""
    case = evidence_cases.tourism()
    return None if case is None else pl.concat([score(case, known) for known in range(27, 33)], how="vertical_relaxed")


def draw(shares: dict[str, npt.NDArray[np.float64]]) -> None:
    """Write docs/pictures/reliability.svg: a panel a file, the diagonal where said and happened agree."""
    import vl_convert  # noqa: PLC0415 - only whoever draws pays for it

    rows = [
        {"文件": _NAMES.get(name, name), "预测说": said, "实际有": float(share)}
        for name, found in shares.items()
        for said, share in zip(STATED, found, strict=True)
    ]
    axis = {"values": [0, 0.2, 0.4, 0.6, 0.8, 1], "format": ".0%"}
    both = {"domain": [0, 1]}
    x = {"field": "预测说", "type": "quantitative", "axis": axis, "scale": both, "title": "预测说：不高于这一水平的可能性"}
    y = {"field": "实际有", "type": "quantitative", "axis": axis, "scale": both, "title": "实际有多少次如此"}
    diagonal = {
        "data": {"values": [{"预测说": 0, "实际有": 0}, {"预测说": 1, "实际有": 1}]},
        "mark": {"type": "line", "color": _GREY, "strokeDash": [4, 4]},
        "encoding": {"x": x, "y": y},
    }
    said = {"mark": {"type": "line", "point": True, "color": _BLUE}, "encoding": {"x": x, "y": y}}
    spec = {
        "background": "white",
        "data": {"values": rows},
        "facet": {"column": {"field": "文件", "title": None, "sort": list(_NAMES.values())}},
        "spec": {"width": 220, "height": 220, "layer": [diagonal, said]},
        "config": {"font": "Noto Sans SC"},
    }
    vl_convert.register_font_directory(str(Path(__file__).parents[1] / "src" / "yunchou" / "documents" / "fonts"))
    (FOLDER / "reliability.svg").write_text(vl_convert.vegalite_to_svg(spec), encoding="utf-8")
