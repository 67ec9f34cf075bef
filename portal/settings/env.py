"""Reads the environment, and keeps the installation's own secrets in its data folder."""

import os
import secrets
from pathlib import Path

import environ

ROOT = Path(__file__).resolve().parent.parent.parent
env = environ.Env()
env.prefix = ""

DATA_DIR = Path(env.str("ACCORD_DATA_DIR", default=str(ROOT / ".accord-data"))).resolve()


def kept_secret(name: str) -> str:
    """The secret from the environment, else from the data folder, made there on first use."""
    variable = f"ACCORD_{name.upper()}"
    configured = env.str(variable, default="")
    if configured:
        return configured
    path = DATA_DIR / "keys" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f"{name}.{os.getpid()}.new")
        draft.write_text(secrets.token_urlsafe(48))
        draft.chmod(0o600)
        try:
            # link() refuses an existing name: two starting processes agree on one secret
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
