"""The scanner is asked over its own protocol: a small daemon in the test speaks it on a socket."""

from __future__ import annotations

import io
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from portal import scanning

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Daemon:
    """Reads INSTREAM requests as clamd(8) describes them, keeps what came, and finds the EICAR test file."""

    def __init__(self, listener: socket.socket, *, most: int | None = None, silent: bool = False) -> None:
        self.listener, self.most, self.silent = listener, most, silent
        self.received: list[bytes] = []
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                connection.sendall(self._answer(stream))

    def _answer(self, stream: io.BufferedReader) -> bytes:
        if self.silent:
            return b""
        assert stream.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!I", stream.read(4))[0]:
            content += stream.read(length)
            if self.most is not None and len(content) > self.most:
                return b"INSTREAM size limit exceeded. ERROR\0"
        self.received.append(content)
        return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"


@contextmanager
def daemon_at(address: str | tuple[str, int], **values: object) -> Iterator[Daemon]:
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.bind(address)
        listener.listen()
        yield Daemon(listener, **values)  # type: ignore[arg-type]


@pytest.fixture
def clamd(settings, tmp_path: Path) -> Iterator[Daemon]:
    settings.CLAMD = f"unix:{tmp_path / 'clamd'}"
    with daemon_at(str(tmp_path / "clamd")) as daemon:
        yield daemon


def test_nothing_is_scanned_where_no_scanner_is_set_up(settings) -> None:
    settings.CLAMD = ""
    assert scanning.scan(io.BytesIO(EICAR)) == ""


def test_a_clean_file_is_sent_whole_from_its_start(clamd: Daemon) -> None:
    content = bytes(range(256)) * 1000  # several blocks
    file = io.BytesIO(content)
    file.seek(100)
    assert scanning.scan(file) == "ClamAV"
    assert clamd.received == [content]


def test_what_is_found_is_named(clamd: Daemon) -> None:
    with pytest.raises(scanning.Infected, match=r"^Eicar-Test-Signature$"):
        scanning.scan(io.BytesIO(b"before" + EICAR))


def test_the_daemon_may_be_on_another_host(settings) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings.CLAMD = f"127.0.0.1:{port}"
    with daemon_at(("127.0.0.1", port)) as daemon:
        assert scanning.scan(io.BytesIO(b"clean")) == "ClamAV"
    assert daemon.received == [b"clean"]


def test_a_file_that_the_daemon_finds_too_large_is_not_taken_for_clean(settings, tmp_path: Path) -> None:
    settings.CLAMD = f"unix:{tmp_path / 'clamd'}"
    with (
        daemon_at(str(tmp_path / "clamd"), most=1000),
        pytest.raises(scanning.Unavailable, match="size limit exceeded"),
    ):
        scanning.scan(io.BytesIO(b"x" * 5000))


def test_silence_is_no_answer(settings, tmp_path: Path) -> None:
    settings.CLAMD = f"unix:{tmp_path / 'clamd'}"
    with daemon_at(str(tmp_path / "clamd"), silent=True), pytest.raises(scanning.Unavailable):
        scanning.scan(io.BytesIO(b"clean"))


def test_nobody_there_is_no_answer(settings, tmp_path: Path) -> None:
    settings.CLAMD = f"unix:{tmp_path / 'nobody'}"
    with pytest.raises(scanning.Unavailable, match="cannot be reached"):
        scanning.scan(io.BytesIO(b"clean"))
