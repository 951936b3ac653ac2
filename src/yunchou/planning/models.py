"""A company's plans, their versions, and the targets of a version."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yunchou.customers.models import Region
from yunchou.org.models import Company, Person, Unit


class ProductTier(models.TextChoices):
    """What a product is to the year."""

    STAR = "star", _("明星")
    POTENTIAL = "potential", _("潜力")
    BASE = "base", _("基础")


class CustomerTier(models.TextChoices):
    """What a customer brought in the last closed year."""

    A = "A", _("A 类")
    B = "B", _("B 类")
    C = "C", _("C 类")
    NEW = "new", _("新客户")


class Plan(models.Model):
    """A company's plan for one year; ``settings`` are the choices people made, as the pure core reads them."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="plans")
    year = models.PositiveSmallIntegerField()
    settings = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("company", "year"), name="company_has_one_plan_a_year"),
            models.CheckConstraint(condition=Q(year__range=(1990, 2200)), name="plan_year_is_a_likely_one"),
        )

    def __str__(self) -> str:
        return f"{self.company_id} {self.year}"


class VersionState(models.TextChoices):
    """A version's life: draft, published, superseded; never back."""

    DRAFT = "draft", _("草稿")
    PUBLISHED = "published", _("已发布")
    SUPERSEDED = "superseded", _("已被取代")


class PlanVersion(models.Model):
    """One calculation of a plan: what the pure core said, and the fingerprint of what it was given.

    ``evidence`` is the core's answer without its tables; ``source_*`` describe the ledger rows of
    ``source_from`` … ``source_before`` it read. ``probability_ppm`` is millionths. A published version
    never changes, it is superseded by the next (both held by triggers).
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=VersionState, default=VersionState.DRAFT)
    settings = models.JSONField(default=dict, blank=True)
    evidence = models.JSONField(encoder=DjangoJSONEncoder)
    fingerprint = models.CharField(max_length=64)
    source_from = models.DateField()
    source_before = models.DateField()
    source_lines = models.BigIntegerField()
    source_sum_minor = models.BigIntegerField()
    last_year_minor = models.BigIntegerField()
    mean_minor = models.BigIntegerField()
    target_minor = models.BigIntegerField()
    probability_ppm = models.PositiveIntegerField()
    calculated_at = models.DateTimeField()
    calculated_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("plan", "number"), name="plan_version_numbers_are_used_once"),
            models.UniqueConstraint(fields=("plan",), condition=Q(state="published"), name="plan_has_one_published_version"),
            models.CheckConstraint(condition=Q(probability_ppm__lte=1_000_000), name="plan_probability_is_a_share"),
            models.CheckConstraint(condition=Q(source_before__gt=F("source_from")), name="plan_source_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(state="draft", published_at__isnull=True, superseded_at__isnull=True)
                | Q(state="published", published_at__isnull=False, superseded_at__isnull=True)
                | Q(state="superseded", published_at__isnull=False, superseded_at__isnull=False),
                name="plan_version_moments_fit_its_state",
            ),
        )

    def __str__(self) -> str:
        return f"{self.plan_id} v{self.number}"


class PlanCell(models.Model):
    """The company's target for product tier × region × customer tier × month; the cells sum to the version's target."""

    version = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="cells", db_index=False)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", db_index=False)
    product_tier = models.CharField(max_length=10, choices=ProductTier)
    customer_tier = models.CharField(max_length=4, choices=CustomerTier)
    month = models.DateField()
    last_year_minor = models.BigIntegerField()
    mean_minor = models.BigIntegerField()
    target_minor = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("version", "region", "product_tier", "customer_tier", "month"), name="plan_cell_is_written_once"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="plan_cell_month_is_its_first_day"),
            models.CheckConstraint(condition=Q(product_tier__in=ProductTier.values), name="plan_cell_product_tier_is_a_known_one"),
            models.CheckConstraint(condition=Q(customer_tier__in=CustomerTier.values), name="plan_cell_customer_tier_is_a_known_one"),
        )

    def __str__(self) -> str:
        return f"{self.version_id} {self.month} {self.region_id} {self.product_tier} {self.customer_tier}"


class Target(models.Model):
    """A person's share of a cell; the targets of a cell sum to it.

    ``quota_minor`` is what the person is asked for, ``amount_minor`` what the plan counts on; both in minor
    units. Without people a cell has one row without unit and person.
    """

    version = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="targets", db_index=False)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", db_index=False)
    product_tier = models.CharField(max_length=10, choices=ProductTier)
    customer_tier = models.CharField(max_length=4, choices=CustomerTier)
    month = models.DateField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_index=False)
    amount_minor = models.BigIntegerField()
    quota_minor = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("version", "person", "month", "region", "product_tier", "customer_tier", "unit"),
                name="target_is_written_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="target_month_is_its_first_day"),
        )
        indexes = (models.Index(fields=("version", "unit", "month"), name="target_by_unit"),)

    def __str__(self) -> str:
        return f"{self.version_id} {self.month} {self.person_id}"


class CustomerStanding(models.Model):
    """The tier a version gave to an account, and the yearly revenue it rests on."""

    version = models.ForeignKey(PlanVersion, on_delete=models.CASCADE, related_name="standings", db_index=False)
    account = models.ForeignKey("customers.Account", on_delete=models.PROTECT, related_name="+")
    tier = models.CharField(max_length=4, choices=CustomerTier)
    revenue_minor = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("version", "account"), name="account_stands_once_in_a_version"),
            models.CheckConstraint(condition=Q(tier__in=CustomerTier.values), name="standing_tier_is_a_known_one"),
        )

    def __str__(self) -> str:
        return f"{self.version_id} {self.account_id} {self.tier}"
