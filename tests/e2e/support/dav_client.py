"""All files below a WebDAV address, listed and downloaded by a client from PyPI, as JSON.

dav_client.py CLIENT URL [USER PASSWORD] prints {"files": {PATH: SHA-256}, "failed": {PATH: TEXT}}, the files that it could
list and not download, or {"error": TEXT}.
"""

import hashlib
import io
import json
import os
import sys
import tempfile
from urllib.parse import urlsplit

client, url, *login = sys.argv[1:]
user, password = login or (None, None)
files = {}
failed = {}


def keep(path, download):
    try:
        files[path] = hashlib.sha256(download()).hexdigest()
    except Exception as error:  # Each client has errors of its own.
        failed[path] = f"{type(error).__name__}: {error}"


def with_webdav4():
    from webdav4.client import Client

    site = Client(url, auth=(user, password) if user else None, retry=False)

    def download(name):
        body = io.BytesIO()
        site.download_fileobj(name, body)
        return body.getvalue()

    folders = [""]
    while folders:
        for entry in site.ls(folders.pop()):
            name = entry["name"]
            if entry["type"] == "directory":
                folders.append(name)
            else:
                keep("/" + name, lambda: download(name))


def with_webdavclient3():
    from webdav3.client import Client

    parts = urlsplit(url)
    options = {"webdav_hostname": f"{parts.scheme}://{parts.netloc}", "webdav_root": parts.path}
    if user:
        options |= {"webdav_login": user, "webdav_password": password}
    site = Client(options)
    target = os.path.join(tempfile.mkdtemp(dir="."), "file")

    def download(path):
        site.download_sync(path, target)
        with open(target, "rb") as file:
            return file.read()

    folders = ["/"]
    while folders:
        folder = folders.pop()
        for entry in site.list(folder, get_info=True):
            path = folder + entry["name"]
            if entry["isdir"]:
                folders.append(path + "/")
            else:
                keep(path, lambda: download(path))


def with_opendal():
    import opendal

    options = {"username": user, "password": password} if user else {}
    site = opendal.Operator("webdav", endpoint=url.rstrip("/"), **options)
    for entry in site.scan("/"):
        if not entry.path.endswith("/"):
            keep("/" + entry.path, lambda: site.read(entry.path))


run = {"webdav4": with_webdav4, "webdavclient3": with_webdavclient3, "opendal": with_opendal}[client]
try:
    run()
    answer = {"files": files, "failed": failed}
except Exception as error:
    answer = {"error": f"{type(error).__name__}: {error}"}
json.dump(answer, sys.stdout)
