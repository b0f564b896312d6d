"""Rooms: the folders of core, net and daemon, and the arrows between them.

The arrows stand once, in the room() calls of CMake (cmake/rooms.cmake). Here the includes are held
to them.
"""

import re

LAYERS = ("core", "net", "daemon")

_ROOM = re.compile(r"^room\((\w+)\n(?:\s+LINKS((?:\s+(?:core|net|daemon)_\w+)+)\n)?", re.MULTILINE)


def read_arrows(cmake_text):
    """room -> the rooms it links, as one CMakeLists.txt says."""
    return {match[1]: (match[2] or "").split() for match in _ROOM.finditer(cmake_text)}


def reachable(arrows):
    """room -> all rooms that its code may include, itself among them."""
    known = {}
    for room in arrows:
        reached, waiting = set(), [room]
        while waiting:
            at = waiting.pop()
            if at not in reached:
                reached.add(at)
                waiting += arrows.get(at, [])
        known[room] = reached
    return known


def known_rooms(root):
    """As `reachable`, for the tree at `root`."""
    arrows = {}
    for layer in LAYERS:
        file = root / layer / "CMakeLists.txt"
        if file.is_file():
            arrows |= read_arrows(file.read_text())
    return reachable(arrows)


def room_of(path):
    """core/base/time.hpp -> core_base; None outside of the rooms."""
    parts = path.split("/")
    return "_".join(parts[:2]) if parts[0] in LAYERS and len(parts) == 3 else None


def wrong_arrows(path, source, known):
    """Includes that no arrow allows, as (offset, advice)."""
    room = room_of(path)
    if room is None:
        return
    if room not in known:
        yield 0, f"no room: add room({room} ...) to {path.split('/')[0]}/CMakeLists.txt"
        return
    for offset, header in source.includes:
        target = room_of(header[1:-1])
        if header.startswith('"') and target is not None and target not in known[room]:
            yield offset, f"{room} does not know {target}: see its LINKS in CMakeLists.txt"


_ROW = re.compile(r"^\| `((?:core|net|daemon)/\w+)` \|[^|]*\|([^|]*)\|$", re.MULTILINE)


def map_rows(text):
    """folder -> names of its files, as the map in ARCHITECTURE.md has them."""
    return {match[1]: set(re.findall(r"`(\w+)`", match[2])) for match in _ROW.finditer(text)}


def map_findings(text, paths):
    """What the map of ARCHITECTURE.md and the tree of `paths` do not agree on."""
    tree = {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        if room_of(path) is not None and name.endswith((".cpp", ".hpp")):
            tree.setdefault(folder, set()).add(name.rsplit(".", 1)[0])
    rows = map_rows(text)
    for folder in sorted(tree.keys() | rows.keys()):
        for name in sorted(tree.get(folder, set()) - rows.get(folder, set())):
            yield f"ARCHITECTURE.md: map: lacks {folder}/{name}"
        for name in sorted(rows.get(folder, set()) - tree.get(folder, set())):
            yield f"ARCHITECTURE.md: map: has {folder}/{name}, which is not there"
