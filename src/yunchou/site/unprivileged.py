"""Start a program as another user, so that it ends when its parent does: run by path, never imported.

``python -I -S unprivileged.py PARENT UID GID PROGRAM ARGUMENT…`` replaces itself by the program. PostgreSQL
refuses to run as root, yet root's files often lie below a closed folder (``/root`` is 0700). So the right to
read and pass through folders is kept across the change of user, and no permission of any folder is touched.
"""

import ctypes
import os
import signal
import sys

_SET_DEATH_SIGNAL, _KEEP_CAPABILITIES, _SET_SECURE_BITS, _AMBIENT, _AMBIENT_RAISE = 1, 8, 28, 47, 2
_NO_SETUID_FIXUP = 4
_CAPABILITY_VERSION = 0x20080522
# The first that we hold: reading and passing through; containers often drop that one but keep the wider one.
_READ_SEARCH, _OVERRIDE = 2, 1


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Capabilities(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def _become(libc: ctypes.CDLL, uid: int, gid: int) -> None:
    header, held = _Header(_CAPABILITY_VERSION, 0), (_Capabilities * 2)()
    libc.capget(ctypes.byref(header), ctypes.byref(held))
    kept = next((one for one in (_READ_SEARCH, _OVERRIDE) if held[0].permitted >> one & 1), None)
    libc.prctl(_KEEP_CAPABILITIES, 1, 0, 0, 0)
    # Without this, access() forgets the right again for whoever is not root, and PostgreSQL asks by access()
    # whether its own programs are there.
    libc.prctl(_SET_SECURE_BITS, _NO_SETUID_FIXUP, 0, 0, 0)
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    wanted = (_Capabilities * 2)()
    if kept is not None:
        wanted[0] = _Capabilities(1 << kept, 1 << kept, 1 << kept)
    libc.capset(ctypes.byref(header), ctypes.byref(wanted))
    if kept is not None:
        libc.prctl(_AMBIENT, _AMBIENT_RAISE, kept, 0, 0)


def main(words: list[str]) -> None:
    """Change the user, ask for the parent's end to be told, and become the program."""
    parent, uid, gid, *command = words
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if int(uid) != os.geteuid():
            _become(libc, int(uid), int(gid))
        # SIGINT is PostgreSQL's fast shutdown. A change of user clears this wish, so it comes last.
        libc.prctl(_SET_DEATH_SIGNAL, signal.SIGINT, 0, 0, 0)
        if os.getppid() != int(parent):
            raise SystemExit("the starting program has ended")
    os.execv(command[0], command)  # noqa: S606 - an argument list, no shell


if __name__ == "__main__":
    main(sys.argv[1:])
