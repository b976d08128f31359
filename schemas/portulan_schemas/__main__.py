import sys

from portulan_schemas import main

sys.exit(main())
