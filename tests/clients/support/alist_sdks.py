"""What SDKs for AList make of a site: alist_sdks.py SDK ADDRESS USER PASSWORD TOKEN. Prints JSON."""

import json
import sys

sdk, address, user, password, token = sys.argv[1:]


def with_alist_sdk():
    from alist_sdk import Client
    from alist_sdk.path_lib import AlistPath

    login = {"username": user, "password": password} if user else {"token": token} if token else {}
    client = Client(address, verify=False, **login)
    files, sizes = {}, {}

    def walk(folder):
        listed = client.list_files(folder)
        assert listed.code == 200, listed
        for item in listed.data.content:
            path = folder.rstrip("/") + "/" + item.name
            if item.is_dir:
                walk(path)
            else:
                sizes[path] = item.size
                url = client.get_item_info(path).data.raw_url
                answer = client.get(url, follow_redirects=True, headers={"authorization": ""})
                files[path] = len(answer.content) if answer.status_code == 200 else answer.status_code

    walk("/")
    found = client.search("/", "mkv", page=1, per_page=50)
    missing = client.get_item_info("/no such file")
    try:
        exists = AlistPath.from_client(client, "/no such file").exists()
    except Exception as error:  # noqa: BLE001
        exists = repr(error)
    return {
        "me": client.me().data.username,
        "sizes": sizes,
        "files": files,
        "found": sorted(f"{item.parent.rstrip('/')}/{item.name}" for item in found.data.content),
        "dirs": sorted(item.name for item in client.get_dir("/").data),
        "missing": [missing.code, missing.message],
        "exists": exists,
    }


def with_alist3():
    from alist import AListSync, AListUser

    client = AListSync(address)
    assert client.test()
    login = None
    if user:
        try:
            client.login(AListUser(user, rawpwd=password))
        except Exception as error:  # noqa: BLE001
            login = str(error)
    if token:
        client.headers["Authorization"] = token
    files, sizes = {}, {}

    def walk(folder):
        for item in client.list_dir(folder):
            path = folder.rstrip("/") + "/" + item.name
            if item.is_dir:
                walk(path)
            else:
                sizes[path] = item.size
                with client.open(path) as file:
                    files[path] = len(file.read())

    walk("/")
    found = client.search_file("mkv", "/", page=1, per_page=50)
    return {
        "login": login,
        "me": client.user_info().username,
        "title": client.site_config().site_title,
        "sizes": sizes,
        "files": files,
        "found": sorted(f"{item.parent.rstrip('/')}/{item.name}" for item in found.content),
    }


print(json.dumps({"alist-sdk": with_alist_sdk, "alist3": with_alist3}[sdk]()))
