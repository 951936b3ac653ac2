"""The words that documents print for the stable names of tables and JSON."""

from yunchou.calc.plan import Plan, WaterfallStep
from yunchou.calc.text import Lang, Text

SHEETS = {
    "summary": Text("摘要", "Summary"),
    "diagnosis": Text("诊断", "Diagnosis"),
    "cities": Text("城市", "Cities"),
    "moves": Text("变动", "Moves"),
    "waterfall": Text("瀑布", "Waterfall"),
    "scenarios": Text("方案", "Scenarios"),
    "cascade": Text("分解", "Cascade"),
    "people": Text("人员", "People"),
    "fairness": Text("公平", "Fairness"),
    "evidence": Text("证据", "Evidence"),
}

NAMES = {
    "star": Text("明星产品", "Star"),
    "potential": Text("潜力产品", "Potential"),
    "base": Text("基础产品", "Base"),
    "mature": Text("成熟", "Mature"),
    "emerging": Text("新兴", "Emerging"),
    "whitespace": Text("空白", "Whitespace"),
    "A": Text("A 类", "A"),
    "B": Text("B 类", "B"),
    "C": Text("C 类", "C"),
    "new": Text("新客户", "New"),
    "strategic": Text("战略客户", "Strategic"),
    "(all)": Text("全部", "All"),
    "(blank)": Text("（空）", "(blank)"),
}

MODELS = {
    "Level": Text("水平平滑", "level"),
    "DampedTrend": Text("阻尼趋势", "damped trend"),
    "SeasonalNaive": Text("同去年", "same as last year"),
    "SeasonalGrowth": Text("同期增长", "seasonal growth"),
    "Theta": Text("Theta 法", "Theta"),
}

DIMENSIONS = {
    "product": Text("产品", "product"),
    "region": Text("区域", "region"),
    "customer_tier": Text("客户层级", "customer tier"),
    "month": Text("月份", "month"),
}

SCENARIOS = {
    "conservative": Text("稳健", "Conservative"),
    "base": Text("基准", "Base"),
    "stretch": Text("冲刺", "Stretch"),
    "own": Text("自定", "Own"),
    "plan": Text("选定", "Chosen"),
}

DRIVER_KINDS = {
    "product_upgrade": Text("产品升级", "product upgrade"),
    "regional_penetration": Text("区域渗透", "regional penetration"),
    "second_curve": Text("第二曲线", "second curve"),
    "new_strategic_accounts": Text("新战略客户", "new strategic accounts"),
    "price": Text("价格", "price"),
    "headcount": Text("增员", "headcount"),
}

CONSIDERATIONS = {
    "cost": Text("定高与定低的代价", "Cost of missing and sandbagging"),
    "people": Text("完成指标的人", "People who reach theirs"),
    "market": Text("市场增长", "Growth of the market"),
}

STEPS = {
    "last_year": Text("去年", "Last year"),
    "base": Text("自然趋势", "Natural trend"),
    "beyond_expectation": Text("超出预期", "Beyond expectation"),
    "target": Text("目标", "Target"),
}

TIERED = {"product": Text("产品", "Product"), "region": Text("区域", "Region"), "customer": Text("客户", "Customer")}

# evidence of judgements: name → (words, kind); money in minor units, shares 0…1
EVIDENCE = {
    "revenue_minor": (Text("年营收", "Revenue"), "money"),
    "share": (Text("占比", "Share"), "share"),
    "growth": (Text("增长", "Growth"), "signed"),
    "growth_shrunk": (Text("增长（收缩后）", "Growth, shrunk"), "signed"),
    "growth_low": (Text("增长下限（八成）", "Growth, low (80%)"), "signed"),
    "growth_high": (Text("增长上限（八成）", "Growth, high (80%)"), "signed"),
    "faster": (Text("快于整体的把握", "Sure to outgrow"), "share"),
    "margin": (Text("毛利率", "Margin"), "share"),
    "age_months": (Text("上市月数", "Months on sale"), "count"),
    "volatility": (Text("波动", "Volatility"), "share"),
    "months_with_sales": (Text("有销售的月数", "Months with sales"), "count"),
    "customers": (Text("客户数", "Customers"), "count"),
    "cities_sold": (Text("有销售的地级市", "Cities with sales"), "count"),
    "cities": (Text("地级市总数", "All cities"), "count"),
    "coverage": (Text("地级市覆盖", "Cities covered"), "share"),
}


YEAR = 12
REST_AND_TREND = Text("补足全年与趋势", "Rest of the year and trend")
BELOW_EXPECTATION = Text("留有余地", "Below expectation")


def step_name(plan: Plan, step: WaterfallStep, lang: Lang) -> str:
    """Return the printed word of a waterfall's step.

    A target below the expectation is not called beyond it, and a last year of a few months is not called a year.
    """
    if step.step == "beyond_expectation" and step.amount_minor < 0:
        return BELOW_EXPECTATION.told(lang)
    if step.step == "last_year":
        return last_year_name(plan, lang)
    if step.step == "base" and plan.last_year_months < YEAR:
        return REST_AND_TREND.told(lang)
    return told(STEPS, step.step, lang)


def last_year_name(plan: Plan, lang: Lang) -> str:
    """Return the word for last year, with the months that were read of it where they are not all."""
    name, months = STEPS["last_year"].told(lang), plan.last_year_months
    if months >= YEAR:
        return name
    return f"{name}（{months} 个月）" if lang == "zh" else f"{name} ({months} months)"


def told(names: dict[str, Text], name: str | None, lang: Lang) -> str:
    """Return the printed word of a stable name; a name of the company's own prints as it is."""
    if name is None:
        return "全部" if lang == "zh" else "All"
    return names[name].told(lang) if name in names else name
