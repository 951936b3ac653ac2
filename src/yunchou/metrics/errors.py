"""Refusals of metrics."""

from typing import ClassVar

from yunchou.common.errors import DomainError


class BadMetric(DomainError):  # noqa: N818 - a refusal is an answer, not a fault
    """A metric that cannot be defined so."""

    code = "bad_metric"
    status = 422


class MayNotDefine(DomainError):  # noqa: N818
    """Somebody else defines the company's metrics."""

    code = "may_not_define"
    status = 403


class BadDashboard(DomainError):  # noqa: N818
    """A dashboard or a card that cannot be kept so."""

    code = "bad_dashboard"
    status = 422


class BadQuestion(DomainError):  # noqa: N818 - a refusal is an answer, not a fault
    """A metric cannot be asked like this: by what its fact lacks, over no time, as of a day it does not know."""

    code: ClassVar[str] = "bad_question"
    status: ClassVar[int] = 422
