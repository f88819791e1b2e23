"""Debian's nginx in front of a sidecar."""

import subprocess

from support.certificates import Authority
from support.ports import free_port
from support.waiting import eventually

CONFIGURATION = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
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
    listen 127.0.0.1:{tls} ssl;
    ssl_certificate {certificate};
    ssl_certificate_key {key};
{locations}
  }}
}}
"""


class Nginx:
    """Listens without TLS on `port` and with it on `tls`."""

    def __init__(self, workspace):
        self.folder = workspace.folder / "nginx"
        self.folder.mkdir()
        self.port, self.tls = free_port(), free_port()
        self.certificate, self.key = Authority(self.folder, "authority").issue("localhost", "proxy")
        self.process = None

    def start(self, locations):
        """`locations` is the part of the configuration that says where requests go."""
        text = CONFIGURATION.format(folder=self.folder, port=self.port, tls=self.tls, certificate=self.certificate, key=self.key, locations=locations)
        (self.folder / "nginx.conf").write_text(text)
        with open(self.folder / "out.log", "w") as log:
            self.process = subprocess.Popen(
                ["/usr/sbin/nginx", "-p", self.folder, "-c", self.folder / "nginx.conf", "-e", self.folder / "error.log"],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        eventually(self.listens, f"nginx listens; it said {(self.folder / 'out.log').read_text()}")
        return self

    def listens(self):
        assert self.process.poll() is None, (self.folder / "out.log").read_text()
        return subprocess.run(["curl", "-s", "-o", "/dev/null", f"http://127.0.0.1:{self.port}/"], timeout=20).returncode == 0

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
