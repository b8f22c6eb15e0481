# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Where a profile's time goes: own time by part of the system, and our dearest methods."""

import pstats
import re

ADDON = re.compile(r"odoo/addons/(\w+)/|/addons/(construction_\w+)/")
OURS = re.compile(r"/addons/(construction_\w+)/(.*)")


def part_of(path):
    match = ADDON.search(path)
    if match:
        name = match.group(1) or match.group(2)
        return name if name.startswith("construction_") else "Odoo's addons"
    if "/odoo/" in path:
        return "Odoo's framework"
    return "Python"


def digest(profiler, top=25):
    """:return: {"parts": {name: seconds}, "methods": [[seconds, calls, where]]}"""
    parts, methods = {}, []
    for (path, _line, name), (_cc, calls, own, total, _callers) in pstats.Stats(profiler).stats.items():
        part = "waiting for PostgreSQL" if "psycopg2" in name else part_of(path)
        parts[part] = parts.get(part, 0.0) + own
        ours = OURS.search(path)
        if ours:
            methods.append([total, calls, f"{ours.group(1)}/{ours.group(2)}:{name}"])
    methods.sort(reverse=True)
    return {"parts": parts, "methods": methods[:top]}
