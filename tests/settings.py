"""Settings of the test run: the product's own, in a throw-away data folder, with cheap hashing."""

import os
import tempfile

os.environ.setdefault("ACCORD_DATA_DIR", tempfile.mkdtemp(prefix="accord-test-"))

from portal.settings import *

# Argon2 at full cost would be most of the run; the real hasher has a test of its own
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
