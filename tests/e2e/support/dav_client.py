"""All files below a WebDAV address, listed and downloaded by a client from PyPI, as JSON.

dav_client.py CLIENT URL [USER PASSWORD] prints {"files": {PATH: SHA-256}}, or {"error": TEXT}.
"""

import hashlib
import io
import json
import os
import sys
import tempfile
from urllib.parse import quote, urlsplit

client, url, *login = sys.argv[1:]
user, password = login or (None, None)
files = {}


def keep(path, data):
    files[path] = hashlib.sha256(data).hexdigest()


def with_webdav4():
    from webdav4.client import Client

    site = Client(url, auth=(user, password) if user else None)
    folders = [""]
    while folders:
        for entry in site.ls(quote(folders.pop())):
            name = entry["name"]
            if entry["type"] == "directory":
                folders.append(name)
                continue
            # It takes paths as they are sent: who has a name of a listing, encodes it.
            body = io.BytesIO()
            site.download_fileobj(quote(name), body)
            keep("/" + name, body.getvalue())


def with_webdavclient3():
    from webdav3.client import Client

    parts = urlsplit(url)
    options = {"webdav_hostname": f"{parts.scheme}://{parts.netloc}", "webdav_root": parts.path}
    if user:
        options |= {"webdav_login": user, "webdav_password": password}
    site = Client(options)
    target = os.path.join(tempfile.mkdtemp(dir="."), "file")
    folders = ["/"]
    while folders:
        folder = folders.pop()
        for entry in site.list(folder, get_info=True):
            name = entry["name"]
            path = folder + name
            if entry["isdir"]:
                folders.append(path + "/")
                continue
            site.download_sync(path, target)
            with open(target, "rb") as file:
                keep(path, file.read())


def with_opendal():
    import opendal

    options = {"username": user, "password": password} if user else {}
    site = opendal.Operator("webdav", endpoint=url, **options)
    for entry in site.scan("/"):
        if not entry.path.endswith("/"):
            keep("/" + entry.path, site.read(entry.path))


run = {"webdav4": with_webdav4, "webdavclient3": with_webdavclient3, "opendal": with_opendal}[client]
try:
    run()
    answer = {"files": files}
except Exception as error:  # Each client has errors of its own.
    answer = {"error": f"{type(error).__name__}: {error}"}
json.dump(answer, sys.stdout)
