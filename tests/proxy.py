"""A real nginx before a server, set up as the documentation says."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.programs import PROXIES, find

NGINX = find(PROXIES)
needs_proxy = pytest.mark.skipif(NGINX is None, reason="nginx is not installed here")
_CONF = """
daemon off;
pid {folder}/nginx.pid;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        client_max_body_size 1g;
        location / {{
            proxy_pass http://127.0.0.1:{to};
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection "upgrade";
            proxy_read_timeout 1h;
        }}
    }}
}}
"""


@contextmanager
def proxy(folder: Path, port: int, to: int) -> Iterator[None]:
    """Within this context, whoever comes to `port` is led to the server at `to`."""
    assert NGINX
    folder.mkdir()
    conf = folder / "nginx.conf"
    conf.write_text(_CONF.format(folder=folder, port=port, to=to))
    process = subprocess.Popen([NGINX, "-c", conf, "-e", folder / "error.log"])
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)
