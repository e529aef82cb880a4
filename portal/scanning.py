"""Asks clamd, the daemon of the ClamAV scanner, whether a file is known to do harm.

One request of its protocol is all that is needed ("INSTREAM" in clamd(8)): the file in blocks, each with its length
before it as four bytes in network order, and a block of no length at the end. What the daemon reads is what is stored,
so it needs no access to the portal's files and may run on another machine.
"""

from __future__ import annotations

import socket
import struct
from typing import BinaryIO

from django.conf import settings

SCANNER = "ClamAV"
_BLOCK = 64 * 1024
_LONGEST_ANSWER = 4096
_SECONDS = 30.0


class Infected(Exception):
    """The scanner knows the file to do harm; the message is the name that it gives to what it found."""


class Unavailable(Exception):
    """The scanner did not say whether the file is clean; the message says why, for the log."""


def scan(file: BinaryIO) -> str:
    """The name of the scanner that found nothing; empty where no scanner is set up.

    Reads from the start of the file. Raises Infected, or Unavailable where no answer can be had: a file that was not
    scanned is not known to be clean.
    """
    if not settings.CLAMD:
        return ""
    file.seek(0)
    try:
        with _connect(settings.CLAMD) as connection:
            answer = _ask(connection, file)
    except OSError as error:
        raise Unavailable(f"clamd at {settings.CLAMD} cannot be reached: {error}") from error
    if answer.endswith(": OK"):
        return SCANNER
    if answer.endswith(" FOUND"):
        raise Infected(answer.partition(": ")[2].removesuffix(" FOUND"))
    raise Unavailable(f"clamd answered: {answer[:200] or 'nothing'}")


def _connect(address: str) -> socket.socket:
    """A connection to "unix:/path/to/socket" or "host:port"."""
    kind, _, path = address.partition(":")
    if kind == "unix":
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(_SECONDS)
            connection.connect(path)
        except OSError:
            connection.close()
            raise
        return connection
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=_SECONDS)


def _ask(connection: socket.socket, file: BinaryIO) -> str:
    try:
        connection.sendall(b"zINSTREAM\0")
        while block := file.read(_BLOCK):
            connection.sendall(struct.pack("!I", len(block)) + block)
        connection.sendall(struct.pack("!I", 0))
    except (BrokenPipeError, ConnectionResetError):
        pass  # a daemon that has had enough (StreamMaxLength) hangs up early; its answer says so
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
        part = connection.recv(_LONGEST_ANSWER)
        if not part:
            break
        answer += part
    return answer.rstrip(b"\0\n").decode("utf-8", "replace").strip()
