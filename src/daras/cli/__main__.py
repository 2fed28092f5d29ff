"""`python -m daras.cli`."""

import sys

from daras.cli.main import main

sys.exit(main(sys.argv[1:]))
