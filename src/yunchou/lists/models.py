"""Views that people keep of list pages."""

from django.db import models
from django.db.models import Q

from yunchou.org.models import User


class SavedView(models.Model):
    """Filters, columns and order of a list page under a name: the owner's own, or shared with everybody.

    ``query`` is the part of the address after ``?``, as ``lists.state`` writes it: days that move with the calendar stay such.
    """

    page = models.CharField(max_length=80)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=40)
    query = models.TextField(blank=True, default="")
    is_shared = models.BooleanField(default=False)
    is_default = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("owner", "page", "name"), name="saved_view_name_is_used_once_by_its_owner"),
            models.UniqueConstraint(
                fields=("owner", "page"), condition=Q(is_default=True), name="list_page_has_one_default_view_of_a_user"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_has_a_name"),
        )
        indexes = (models.Index(fields=("page", "owner"), name="saved_view_by_page"),)

    def __str__(self) -> str:
        return self.name


class ImportFile(models.Model):
    """A file that somebody brought to a list page and has not taken in yet; kept for a day."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="import_files")
    page = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    kept_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("owner", "kept_at"), name="import_file_by_owner"),)

    def __str__(self) -> str:
        return self.name
