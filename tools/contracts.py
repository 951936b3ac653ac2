"""Import contracts of our own, beside import-linter's: what of an app others may use."""

from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

# Seen by every app above: what an app does, tells, announces and refuses.
SURFACE = frozenset({"services", "selectors", "events", "errors"})
# Foreign keys and joins need the tables themselves.
MAY_JOIN = frozenset({"models", "selectors", "facts", "filters"})


def offence(importer: str, imported: str, apps: frozenset[str]) -> str | None:
    """Return why one module may not import another, or None.

    Names are full (``yunchou.org.models``); ``apps`` are the names of the packages whose inside is their own.
    """
    user, used = importer.split("."), imported.split(".")
    if used[1] not in apps or user[1] == used[1] or used[1:3][-1] in SURFACE:
        return None
    if used[2:3] == ["models"] and user[2:3] and user[2] in MAY_JOIN:
        return None
    return f"{importer} -> {imported}: of another app only {', '.join(sorted(SURFACE))}; models only in {', '.join(sorted(MAY_JOIN))}"


class SurfaceContract(Contract):
    """Of another app only its surface is imported; its models only where tables are joined."""

    type_name = "surface"
    apps = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002, FBT001 - import-linter's interface
        """Compare every import between two apps with the rule."""
        apps = frozenset(cast("set[str]", self.apps))
        offences = sorted(
            said
            for module in graph.modules
            if module.startswith("yunchou.")
            for imported in graph.find_modules_directly_imported_by(module)
            if imported.startswith("yunchou.") and (said := offence(module, imported, apps))
        )
        return ContractCheck(kept=not offences, metadata={"offences": offences})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print each offence on its own line."""
        for said in check.metadata["offences"]:
            output.print_error(said)
