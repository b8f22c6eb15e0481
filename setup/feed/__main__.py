"""Send the demonstration feed to a running stack and say what became of it.

    python setup/feed .run/stack.json

Running it again sends the same deliveries again and changes nothing.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import feed  # noqa: E402

feed.main(sys.argv[1] if len(sys.argv) > 1 else ".run/stack.json")
