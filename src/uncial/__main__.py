"""`python -m uncial` is the command `uncial`."""

import sys

from uncial.cli import main

if __name__ == "__main__":
    sys.exit(main())
