"""``python -m tests.independent RAW.zip EXPORT.csv …``: are the exported pairs those of the reads?"""

import sys
from pathlib import Path

from tests.independent.compare import rows_of, wrong_pairs


def main(raw: str, *exports: str) -> int:
    wrong = [line for path in exports for line in wrong_pairs(raw, rows_of(Path(path).read_text()))]
    sys.stdout.write(
        "\n".join(wrong) + "\n" if wrong else "Every pair is as the raw reads give it.\n"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
