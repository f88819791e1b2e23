"""Certificates made by openssl."""

import subprocess

#: A key that costs next to nothing to make, and one that old suites of ciphers are made for.
QUICK, RSA = ("ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"), ("rsa:2048",)


def openssl(*arguments, **how):
    return subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, timeout=30, **how)


class Authority:
    """A certificate authority of its own, in a folder."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.certificate, self.key = folder / f"{name}.crt", folder / f"{name}.key"
        made = openssl("req", "-x509", "-newkey", *QUICK, "-nodes", "-days", "2", "-subj", f"/CN={name}",
                       "-keyout", self.key, "-out", self.certificate)
        assert made.returncode == 0, made.stderr

    def issue(self, common_name, file=None, kind=QUICK):
        """A certificate for `localhost` and a key, signed by this authority: the paths of both."""
        file = file or common_name
        certificate, key, request = (self.folder / f"{file}.{ending}" for ending in ("crt", "key", "csr"))
        openssl("req", "-newkey", *kind, "-nodes", "-subj", f"/CN={common_name}", "-keyout", key, "-out", request)
        names = self.folder / "names.cnf"
        names.write_text("subjectAltName=DNS:localhost,IP:127.0.0.1")
        made = openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key, "-CAcreateserial", "-days", "2",
                       "-extfile", names, "-out", certificate)
        assert made.returncode == 0, made.stderr
        return certificate, key
