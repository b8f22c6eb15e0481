# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Check that the virtual environment holds exactly the pinned packages and that Odoo imports in it."""

import importlib.metadata
import pathlib
import re
import sys


def pins(text):
    for line in text.splitlines():
        match = re.match(r"([A-Za-z0-9._-]+)==(\S+)", line)
        if match:
            yield match.groups()


def main():
    wrong = []
    requirements = pathlib.Path(__file__).with_name("requirements.txt").read_text()
    for name, version in pins(requirements):
        try:
            found = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found = "nothing"
        if found != version:
            wrong.append(f"{name}: {version} is pinned, {found} is installed")
    import odoo.cli  # noqa: F401  (imports what Odoo needs)
    import odoo.release

    if odoo.release.version_info[:2] != (19, 0):
        wrong.append(f"Odoo {odoo.release.version} instead of 19.0")
    from reportlab.graphics.barcode import createBarcodeDrawing

    try:
        createBarcodeDrawing("Code128", value="WH/IN/00001", format="png").asString("png")
    except Exception as error:  # whatever a missing or broken back end raises: no transfer could be printed
        wrong.append(f"barcodes cannot be drawn: {error}")
    print("\n".join(wrong), file=sys.stderr, end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
