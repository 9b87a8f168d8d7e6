"""What other people's readers make of our feeds, as JSON: readers.py KIND FILE."""

import json
import sys
import zipfile

kind, path = sys.argv[1:]

if kind == "feed":
    import feedparser

    with open(path, "rb") as file:
        feed = feedparser.parse(file.read())
    parsed = {
        "bozo": bool(feed.bozo),
        "why": str(feed.get("bozo_exception", "")),
        "version": feed.version,
        "title": feed.feed.get("title"),
        "links": [[link.get("rel"), link.get("href"), link.get("type")] for link in feed.feed.get("links", [])],
        "entries": [
            {
                "id": entry.get("id"),
                "title": entry.get("title"),
                "link": entry.get("link"),
                "updated": entry.get("updated_parsed") or entry.get("published_parsed"),
                "enclosures": [[each.get("href"), each.get("length"), each.get("type")] for each in entry.enclosures],
            }
            for entry in feed.entries
        ],
    }
elif kind == "playlist":
    import m3u8

    with open(path, encoding="utf-8", newline="") as file:
        playlist = m3u8.loads(file.read())
    parsed = [[segment.title, segment.absolute_uri, segment.duration] for segment in playlist.segments]
elif kind == "zip":
    with zipfile.ZipFile(path) as archive:
        parsed = {"bad": archive.testzip(), "files": [[name, archive.read(name).decode()] for name in archive.namelist()]}
else:
    sys.exit(f"no such kind: {kind}")

json.dump(parsed, sys.stdout)
