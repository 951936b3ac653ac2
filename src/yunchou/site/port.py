"""Is the port free? Run by path before any work, so it needs the standard library alone."""

import errno
import socket
import sys

HOST = "127.0.0.1"


def complaint(text: str) -> "str | None":
    """Return one sentence against serving on the port that ``text`` names, or None when it is free."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        return f"PORT={text}：请写 1 到 65535 之间的数 · PORT={text}: write a number from 1 to 65535"
    port = int(text)
    with socket.socket() as probe:
        # As servers do: an address still cooling down after a stop is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen(1)
        except OSError as fault:
            other = port + 1 if port < 65535 else 8000
            if fault.errno == errno.EACCES:
                return (
                    f"端口 {port} 需要管理员权限，请换一个：PORT={other} make run · port {port} needs privileges; try PORT={other} make run"
                )
            return f"端口 {port} 已被占用，请换一个：PORT={other} make run · port {port} is in use; try PORT={other} make run"
    return None


if __name__ == "__main__":
    said = complaint(sys.argv[1])
    if said is not None:
        sys.exit(said)
