"""Settings of the test run: the product's own, in a throw-away data folder, with cheap hashing."""

import os
import tempfile

# each worker of a parallel run has its own: one deletes files that the other has just stored
worker = os.environ.get("PYTEST_XDIST_WORKER", "only")
if "ACCORD_DATA_DIR" not in os.environ or os.environ.get("ACCORD_TEST_WORKER", worker) != worker:
    os.environ["ACCORD_DATA_DIR"] = tempfile.mkdtemp(prefix="accord-test-")
    if os.environ.get("REDIS_URL") and worker.startswith("gw"):
        # live installations of two workers must not hear each other's broker
        server, _, number = os.environ["REDIS_URL"].rpartition("/")
        os.environ["REDIS_URL"] = f"{server}/{(int(number) + 1 + int(worker[2:])) % 16}"
os.environ["ACCORD_TEST_WORKER"] = worker

from portal.settings import *  # noqa: E402 - after the environment it reads

# Argon2 at full cost would be most of the run; the real hasher has a test of its own
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
