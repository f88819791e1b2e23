"""The end of the way: a receiver of Alertmanager's webhooks."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Notification:
    receiver: str
    alert: str
    instance: str
    is_resolved: bool
    labels: dict[str, str]
    annotations: dict[str, str]


class Webhook:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._received: list[Notification] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def received(self) -> list[Notification]:
        with self._lock:
            return list(self._received)

    def fired(self, instance: str) -> set[str]:
        """The alerts of an instance that ever arrived."""
        return {n.alert for n in self.received if n.instance == instance and not n.is_resolved}

    def firing(self, instance: str) -> set[str]:
        """The alerts of an instance whose last notification says that they fire."""
        last = {n.alert: n.is_resolved for n in self.received if n.instance == instance}
        return {alert for alert, is_resolved in last.items() if not is_resolved}

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        webhook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                webhook._take(self.path.strip("/"), body)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def _take(self, receiver: str, body: dict) -> None:
        with self._lock:
            for alert in body["alerts"]:
                self._received.append(
                    Notification(
                        receiver=receiver,
                        alert=alert["labels"]["alertname"],
                        instance=alert["labels"].get("instance", ""),
                        is_resolved=alert["status"] == "resolved",
                        labels=alert["labels"],
                        annotations=alert["annotations"],
                    )
                )
