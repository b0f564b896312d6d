#!/usr/bin/env python3
"""Plants the mistakes of tests/sim/mistakes in a copy of core, each behind a question at run time.

    tools/plant_mistakes.py FOLDER    writes the copy of core's .cpp files and the table of mistakes
    tools/plant_mistakes.py           writes nothing: do all of them apply?

tools/mutation/mistakes.py says how a mistake is written down. Files that would be the same are left
alone, so that what is built of them stays. Exit status: 0; 1 a mistake does not apply, 2 usage.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from mutation import mistakes

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "sim" / "mistakes"


def main(arguments):
    if len(arguments) > 1 or arguments[:1] in (["-h"], ["--help"]):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    files = sorted((ROOT / "core").glob("*/*.cpp"))
    texts = {file.relative_to(ROOT).as_posix(): file.read_text() for file in files}
    try:
        found = mistakes.read(FOLDER)
        written = mistakes.planted(found, texts)
    except mistakes.Wrong as problem:
        print(f"{FOLDER.relative_to(ROOT)}/{problem}", file=sys.stderr)
        return 1
    written["mistakes_table.cpp"] = mistakes.table(found)
    for path, text in written.items() if arguments else ():
        _write(pathlib.Path(arguments[0]) / path, text)
    return 0


def _write(file, text):
    if not file.exists() or file.read_text() != text:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
