"""A web server and a mail server of a test, each on a port of its own, that write down what they are told."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer


@dataclass
class Heard:
    """What arrived: the port, bodies or mails, headers."""

    port: int = 0
    texts: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def web(*answers: int) -> Iterator[Heard]:
    """A web server that answers with these codes in turn, the last one for ever."""
    heard, waiting = Heard(), list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.texts.append(self.rfile.read(int(self.headers["Content-Length"])).decode("utf-8"))
            heard.headers.append(dict(self.headers))
            code = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            self.send_response(code)
            if 300 <= code < 400:
                self.send_header("Location", f"http://127.0.0.1:{heard.port}/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        heard.port = server.server_port
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield heard
        server.shutdown()


@contextmanager
def mail(refuse: str = "") -> Iterator[Heard]:
    """A mail server that takes every mail, but for the address it refuses."""
    heard = Heard()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 test\r\n")
            while line := self.rfile.readline():
                word = line[:4].upper().strip()
                if word == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    body = b""
                    while (part := self.rfile.readline()) != b".\r\n":
                        body += part
                    heard.texts.append(body.decode("utf-8"))
                elif word == b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                refused = word == b"RCPT" and refuse and refuse.encode() in line
                self.wfile.write(b"550 nobody here\r\n" if refused else b"250 fine\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        heard.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield heard
        server.shutdown()


def closed_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
