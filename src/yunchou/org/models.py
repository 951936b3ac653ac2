"""Companies, units and their tree through time, people, and who may see what."""

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _


def _days(starts: str = "starts_on", ends: str = "ends_before") -> Func:
    return Func(F(starts), F(ends), Value("[)"), function="daterange")


def _only(key: str) -> Func:
    # A range of one number lets plain GiST compare a key for equality, without the extension btree_gist.
    return Func(F(key), F(key), Value("[]"), function="int8range")


class Company(models.Model):
    """A legal entity that plans its year.

    ``today_on`` stops its calendar on one day, and ``origin`` names the simulation it came from: both are for
    a demo company and empty otherwise.
    """

    name = models.CharField(max_length=200, unique=True)
    currency = models.CharField(max_length=3, default="CNY")
    fiscal_year_starts = models.PositiveSmallIntegerField(default=1)
    today_on = models.DateField(null=True, blank=True)
    origin = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(fiscal_year_starts__range=(1, 12)), name="fiscal_year_starts_in_a_month"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="company_currency_is_three_capitals"),
        )

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A part of a company. Its place in the tree is the half-open range ``tree_low`` … ``tree_high``.

    A unit lies below another exactly if its ``tree_low`` lies in the other's range. The range follows from
    the newest placements and is renumbered by ``services.renumber_tree``; closed units keep their last place.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="units")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20)
    tree_low = models.IntegerField(default=0)
    tree_high = models.IntegerField(default=1)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("company", "code"), name="unit_code_is_used_once_in_a_company"),
            models.CheckConstraint(condition=Q(tree_high__gt=F("tree_low")), name="unit_range_holds_at_least_itself"),
        )
        indexes = (models.Index(fields=("company", "tree_low"), name="unit_by_place"),)

    def __str__(self) -> str:
        return self.name


class UnitPlacement(models.Model):
    """Where a unit stood from ``starts_on`` until before ``ends_before``; a move closes one and opens the next."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="placements")
    parent = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="placements_below", null=True, blank=True)
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_before__isnull=True) | Q(ends_before__gt=F("starts_on")), name="unit_placement_ends_after_it_starts"
            ),
            models.CheckConstraint(condition=Q(parent__isnull=True) | ~Q(parent=F("unit")), name="unit_is_not_its_own_parent"),
            ExclusionConstraint(
                name="unit_stands_in_one_place_at_a_time",
                expressions=[(_only("unit_id"), RangeOperators.OVERLAPS), (_days(), RangeOperators.OVERLAPS)],
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit_id} < {self.parent_id}"


class Person(models.Model):
    """Someone who works for the company; leaving closes the person's period and erases nothing.

    ``search_text`` and ``search_keys`` follow from name and code (``common.search_keys``); keys are null until they are made.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="people")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    position = models.CharField(max_length=40)
    hired_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)
    search_text = models.TextField(default="", db_default="", blank=True)
    search_keys = ArrayField(models.IntegerField(), null=True, blank=True)

    class Meta:
        verbose_name_plural = "people"
        indexes = (GinIndex(fields=("search_keys",), name="person_by_search_keys"),)
        constraints = (
            models.UniqueConstraint(fields=("company", "code"), name="person_code_is_used_once_in_a_company"),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("hired_on")), name="person_leaves_not_before_being_hired"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person's place in one unit under one manager, from ``starts_on`` until before ``ends_before``."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="memberships")
    manager = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships_led", null=True, blank=True)
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_before__isnull=True) | Q(ends_before__gt=F("starts_on")), name="membership_ends_after_it_starts"
            ),
            models.CheckConstraint(condition=Q(manager__isnull=True) | ~Q(manager=F("person")), name="nobody_manages_himself"),
            ExclusionConstraint(
                name="person_is_in_one_unit_at_a_time",
                expressions=[(_only("person_id"), RangeOperators.OVERLAPS), (_days(), RangeOperators.OVERLAPS)],
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id} @ {self.unit_id}"


class Role(models.TextChoices):
    """The chair a user sits in; it chooses the first page, never what may be seen."""

    DIRECTOR = "director", _("销售总监")
    MANAGER = "manager", _("销售经理")
    SALESPERSON = "salesperson", _("销售")
    FINANCE = "finance", _("财务")


class Scope(models.TextChoices):
    """Whose rows a user may see."""

    ALL = "all", _("全公司")
    UNIT_AND_BELOW = "unit_and_below", _("本部门及下级")
    UNIT = "unit", _("本部门")
    OWN_AND_BELOW = "own_and_below", _("本人及下属")
    OWN = "own", _("本人")
    NONE = "none", _("不看业务数据")


class Administrator(models.TextChoices):
    """What an administrator looks after; none can do another's work, and none sees the company's business by it."""

    NONE = "", _("不是管理员")
    SYSTEM = "system", _("系统管理员")
    SECURITY = "security", _("安全管理员")
    AUDIT = "audit", _("审计管理员")


class Right(models.TextChoices):
    """What a role may do with a field; without a row it may read and write."""

    NONE = "none", _("不可见")
    READ = "read", _("只读")
    WRITE = "write", _("可改")


class User(AbstractUser):
    """Someone who signs in with a username, as the person they are, in one role and one data scope."""

    first_name = None  # type: ignore[assignment]  # a person has one name, on Person
    last_name = None  # type: ignore[assignment]
    # filled by whoever asks first in a request: scopes by app, rights to fields
    scopes_by_app: dict[str, str]
    rights_to_fields: dict[tuple[str, str], str]

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="user", null=True, blank=True)
    role = models.CharField(max_length=20, choices=Role, default=Role.SALESPERSON)
    scope = models.CharField(max_length=20, choices=Scope, default=Scope.OWN)
    administers = models.CharField(max_length=20, choices=Administrator, default=Administrator.NONE, blank=True)

    class Meta(AbstractUser.Meta):
        abstract = False
        constraints = (
            models.CheckConstraint(
                condition=Q(scope__in=("all", "none")) | Q(person__isnull=False), name="narrow_scope_belongs_to_a_person"
            ),
            models.CheckConstraint(condition=Q(scope__in=Scope.values), name="scope_is_a_known_one"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_is_a_known_one"),
            models.CheckConstraint(condition=Q(administers__in=Administrator.values), name="administrator_is_of_a_known_kind"),
        )

    def __str__(self) -> str:
        return self.username


class AppScope(models.Model):
    """Whose rows of one app a user may see, where that differs from the user's own scope."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="app_scopes")
    app = models.CharField(max_length=40)
    scope = models.CharField(max_length=20, choices=Scope)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "app"), name="user_has_one_scope_of_an_app"),
            models.CheckConstraint(condition=Q(scope__in=Scope.values), name="scope_of_an_app_is_a_known_one"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.app} {self.scope}"


class FieldRight(models.Model):
    """What a role may do with one field of a model (``customers.account``); one table for page, API, search, export and metrics."""

    role = models.CharField(max_length=20, choices=Role)
    model = models.CharField(max_length=80)
    field = models.CharField(max_length=80)
    right = models.CharField(max_length=10, choices=Right)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("role", "model", "field"), name="role_has_one_right_to_a_field"),
            models.CheckConstraint(condition=Q(right__in=Right.values), name="right_is_a_known_one"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="field_right_is_of_a_known_role"),
        )

    def __str__(self) -> str:
        return f"{self.role} {self.model}.{self.field}: {self.right}"


class ApiToken(models.Model):
    """What a program shows to act as a user, within all that the user may; kept as a SHA-256 digest, shown once.

    ``starts`` are its first characters, by which a person knows it again; ``ended_at`` is when it was taken back.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="api_tokens")
    name = models.CharField(max_length=60)
    starts = models.CharField(max_length=12)
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    expires_on = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("digest",), name="token_is_used_once"),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="token_is_kept_as_a_digest"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.starts}"


class LineKind(models.IntegerChoices):
    """The lines of report beside the solid one."""

    MATRIX = 1, _("矩阵汇报")
    PROJECT = 2, _("项目汇报")


class ReportingLine(models.Model):
    """Whom a person reports to beside the manager of their unit (a matrix, a project), from a day until before another.

    The manager of a ``Membership`` is the solid line; ``kind`` names the others.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="lines")
    manager = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="lines_led")
    kind = models.PositiveSmallIntegerField(choices=LineKind)
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_before__isnull=True) | Q(ends_before__gt=F("starts_on")), name="reporting_line_ends_after_it_starts"
            ),
            models.CheckConstraint(condition=~Q(manager=F("person")), name="nobody_reports_to_himself"),
            models.CheckConstraint(condition=Q(kind__in=LineKind.values), name="reporting_line_is_of_a_known_kind"),
            ExclusionConstraint(
                name="person_has_one_line_of_a_kind_at_a_time",
                expressions=[
                    (_only("person_id"), RangeOperators.OVERLAPS),
                    (_only("kind"), RangeOperators.OVERLAPS),
                    (_days(), RangeOperators.OVERLAPS),
                ],
            ),
        )
        indexes = (models.Index(fields=("manager", "kind"), name="reporting_line_by_manager"),)

    def __str__(self) -> str:
        return f"{self.person_id} -> {self.manager_id} ({self.kind})"
