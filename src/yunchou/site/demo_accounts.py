"""Who signs in to the demo company: a stated username for each chair, and one password for all of them."""

from dataclasses import dataclass

from yunchou.calc.text import Text

PASSWORD = "yunchou-demo"  # noqa: S105 - printed at every start, and only ever the demo company's


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """A demo user; ``title`` says who it is, ``position`` and ``region`` choose the person it stands for (empty: nobody)."""

    username: str
    title: Text
    role: str
    scope: str
    position: str = ""
    region: str = ""
    administers: str = ""


SIGN_INS = (
    SignIn(
        username="director",
        title=Text("销售总监，看全公司", "sales director, sees the whole company"),
        role="director",
        scope="all",
        position="director",
    ),
    SignIn(
        username="east",
        title=Text("华东经理，看华东各组", "manager of the east, sees its teams"),
        role="manager",
        scope="unit_and_below",
        position="manager",
        region="华东",
    ),
    SignIn(
        username="sales",
        title=Text("华东销售，看自己的指标", "salesperson in the east, sees their own quota"),
        role="salesperson",
        scope="own",
        position="salesperson",
        region="华东",
    ),
    SignIn(username="finance", title=Text("财务，看全公司", "finance, sees the whole company"), role="finance", scope="all"),
    SignIn(
        username="system",
        title=Text("系统管理员，管账号和组织", "system administrator, looks after accounts and the organisation"),
        role="finance",
        scope="none",
        administers="system",
    ),
    SignIn(
        username="security",
        title=Text("安全管理员，管权限", "security administrator, looks after rights"),
        role="finance",
        scope="none",
        administers="security",
    ),
    SignIn(
        username="audit",
        title=Text("审计管理员，看操作记录", "audit administrator, sees what was done"),
        role="finance",
        scope="none",
        administers="audit",
    ),
)


def sign_in_lines() -> list[str]:
    """Return the demo sign-ins as lines to print."""
    return [f"  {entry.username:<9} / {PASSWORD}   {entry.title.zh} · {entry.title.en}" for entry in SIGN_INS]
