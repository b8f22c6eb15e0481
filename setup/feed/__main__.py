# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Send the demonstration feed to a running stack and say what became of it.

    python setup/feed              to the one that STACK names
    python setup/feed FILE         to the one that FILE describes, as .run/stack.json does

Running it again sends the same deliveries again and changes nothing.
"""

import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import feed  # noqa: E402
import rpc  # noqa: E402

feed.main(json.loads(pathlib.Path(sys.argv[1]).read_text()) if len(sys.argv) > 1 else rpc.stack())
