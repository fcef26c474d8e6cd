"""A real nginx before a server: it compresses, buffers and keeps connections its own way."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from cross_room.waiting import wait_until

READY = 10.0  # seconds to start
CONFIGURATION = """
daemon off;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ }}
http {{
    access_log off;
    server_tokens off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    gzip on;
    gzip_types *;
    gzip_proxied any;
    gzip_min_length 1;
    client_max_body_size 0;
    large_client_header_buffers 4 128k;
    merge_slashes off;
    server {{
        listen 127.0.0.1:{port};
        location {prefix}/ {{
            {rewrite}
            proxy_pass http://{upstream};
            {says}
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $remote_addr;
            proxy_set_header Connection "";
        }}
    }}
}}
"""


def program() -> str | None:
    """The path of nginx, or None."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


@contextmanager
def before(upstream: str, prefix: str = "", *, strips: bool = False, says: bool = False) -> Iterator[str]:
    """The base URL of an nginx that passes everything on to the server at *upstream*, while inside.

    It publishes the server below *prefix*, which it takes off when it *strips*, and names when it *says*.
    """
    # The first line takes the path as it was sent: nginx would decode it.
    rewrite = f"rewrite ^ $request_uri; rewrite ^{prefix}(/.*)$ $1 break;" if strips else ""
    target = urlsplit(upstream).netloc + ("$uri" if strips else "")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="cynod-nginx-") as folder:
        Path(folder).chmod(0o755)  # its workers may be another user's
        file = Path(folder) / "nginx.conf"
        file.write_text(
            CONFIGURATION.format(
                folder=folder,
                port=port,
                upstream=target,
                prefix=prefix,
                rewrite=rewrite,
                says=f"proxy_set_header X-Forwarded-Prefix {prefix};" if says else "",
            ),
            encoding="utf-8",
        )
        process = subprocess.Popen(
            [program() or "nginx", "-p", folder, "-c", str(file)],
            stdout=subprocess.DEVNULL,
            stderr=(Path(folder) / "log").open("wb"),
        )
        try:
            _wait(port, process)
            yield f"http://127.0.0.1:{port}{prefix or urlsplit(upstream).path}"
        finally:
            process.terminate()
            process.wait(10)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    def accepts() -> bool:
        assert process.poll() is None, "nginx did not start"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            return False
        return True

    wait_until(accepts, "nginx accepts a connection", timeout_s=READY)
