"""``python -m orgnet`` is the command ``orgnet``."""

import sys

from orgnet.cli import main

sys.exit(main())
