"""Metrics that a company defines by itself, and dashboards of cards."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yunchou.org.models import Company, Role, User


class OwnMetric(models.Model):
    """A metric of the company's own: a measure of a declared fact, or one over another, of some members.

    ``where`` holds keys by dimension. A retired one stays for what used it and is not asked any more.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="own_metrics")
    name = models.CharField(max_length=40)
    means = models.CharField(max_length=300)
    fact = models.CharField(max_length=80)
    numerator = models.CharField(max_length=40)
    denominator = models.CharField(max_length=40, blank=True, default="")
    where = models.JSONField(default=dict, blank=True)
    is_higher_better = models.BooleanField(default=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="metrics_made")
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("company", "name"), condition=Q(retired_at__isnull=True), name="own_metric_name_is_used_once"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(means=""), name="own_metric_says_what_it_means"),
            models.CheckConstraint(condition=~Q(denominator=F("numerator")), name="own_metric_is_not_divided_by_itself"),
        )

    def __str__(self) -> str:
        return self.name


class Dashboard(models.Model):
    """Cards under a name: the owner's own, or shared with everybody, or the first of a role."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="dashboards")
    name = models.CharField(max_length=40)
    is_shared = models.BooleanField(default=False)
    role = models.CharField(max_length=20, choices=Role, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("owner", "name"), name="dashboard_name_is_used_once_by_its_owner"),
            models.UniqueConstraint(fields=("role",), condition=~Q(role=""), name="role_has_one_dashboard"),
            models.CheckConstraint(condition=~Q(name=""), name="dashboard_has_a_name"),
            models.CheckConstraint(condition=Q(role__in=("", *Role.values)), name="dashboard_is_of_a_known_role"),
            models.CheckConstraint(condition=Q(role="") | Q(is_shared=True), name="dashboard_of_a_role_is_shared"),
        )

    def __str__(self) -> str:
        return self.name


ROLES = tuple(Role.choices)


class CardKind(models.TextChoices):
    """What a card shows of its metric."""

    VALUE = "value", _("数值")
    TREND = "trend", _("趋势")
    SPLIT = "split", _("分布")


class Card(models.Model):
    """A metric on a dashboard: its value over a span, its trend, or its largest members by a dimension."""

    dashboard = models.ForeignKey(Dashboard, on_delete=models.CASCADE, related_name="cards")
    position = models.PositiveSmallIntegerField()
    metric = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=CardKind, default=CardKind.VALUE)
    span = models.CharField(max_length=20, default="year_to_date")
    dimension = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("dashboard", "position"), name="card_has_a_place_of_its_own", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(condition=Q(kind__in=CardKind.values), name="card_is_of_a_known_kind"),
            models.CheckConstraint(condition=Q(kind="split") ^ Q(dimension=""), name="card_of_a_split_names_its_dimension"),
        )

    def __str__(self) -> str:
        return f"{self.metric} {self.kind}"
