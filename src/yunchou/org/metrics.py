"""What people mean in numbers."""

from django.utils.translation import gettext_lazy as _

from yunchou.common.measures import Metric, register_metric

for metric in (
    Metric(
        code="head_count",
        label=_("在职人数"),
        means=_("期末那一天在部门里的人数；一个人只算一次。"),
        unit="count",
        fact="org.people",
        numerator="people",
        position=101,
    ),
    Metric(
        code="months_of_service",
        label=_("平均司龄"),
        means=_("期末在职的人从入职到那一天的月数之和，除以人数。"),
        unit="months",
        fact="org.people",
        numerator="service",
        denominator="people",
        position=102,
    ),
):
    register_metric(metric)
