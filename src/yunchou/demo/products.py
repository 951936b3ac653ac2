"""The catalogue: what the company sells, at which price, and how its lines look."""

from dataclasses import dataclass

LINES = ("硬件", "软件", "AI 工具")


@dataclass(frozen=True)
class Product:
    """A product's fixed traits; when it is sold and how it grows stands in the truth.

    ``usual_yuan`` is the usual value of an order line to a customer of middle size, relative to the other
    products', and ``spread`` how much the logarithm of that value varies; ``online`` says whether customers
    can order again without a salesperson.
    """

    code: str
    name: str
    line: str
    list_yuan: int
    cost_share: float
    usual_yuan: float
    online: bool = False
    successor: str | None = None
    spread: float = 0.5


CATALOGUE = (
    Product("HW-X1", "智算一体机 X1", "硬件", 68_000, 0.58, 82_000, spread=0.9),
    Product("SW-MES", "数字工厂套件 MES", "软件", 46_000, 0.24, 60_000, spread=0.9),
    Product("HW-G3", "边缘网关 G3", "硬件", 4_680, 0.62, 15_000, online=True),
    Product("HW-T5", "工业采集终端 T5", "硬件", 1_980, 0.66, 9_000, online=True),
    Product("HW-G1", "边缘网关 G1", "硬件", 3_280, 0.74, 9_000, successor="HW-G3"),
    Product("HW-V2", "视觉采集终端 V2", "硬件", 6_900, 0.60, 16_000),
    Product("SW-STD", "协同平台标准版", "软件", 980, 0.18, 5_500, online=True),
    Product("SW-ENT", "协同平台企业版", "软件", 12_800, 0.20, 22_000),
    Product("SW-OPS", "设备运维云", "软件", 2_400, 0.22, 7_500, online=True),
    Product("AI-BOT", "智能客服机器人", "AI 工具", 9_800, 0.30, 24_000),
    Product("AI-QC", "质检助手 AI", "AI 工具", 36_000, 0.28, 45_000, spread=0.7),
    Product("AI-APS", "智能排产 AI", "AI 工具", 48_000, 0.26, 56_000, spread=0.7),
    Product("AI-DOC", "文档助手 AI", "AI 工具", 3_600, 0.25, 9_000),
)
NAMES = tuple(product.name for product in CATALOGUE)
