"""`python -m demos`: the short tour, in under a minute, with its pictures in demos/out/.

`python -m demos copy characters` runs demos by name, also those that the tour leaves out.
"""

import sys
import time

from demos import a1, b1, characters, check, copy, digits, e4
from demos.gallery import OUT, write_gallery

TOUR = {"a1": a1, "b1": b1, "check": check, "digits": digits, "e4": e4}
DEMOS = {**TOUR, "copy": copy, "characters": characters}


def main(names: list[str]) -> None:
    """Run the demos of these names, or of the tour, one after the other, and lay their pictures side by side."""
    unknown = [name for name in names if name not in DEMOS]
    if unknown:
        sys.exit(f"demos: there is no {', '.join(unknown)}; there are {', '.join(DEMOS)}.")
    start = time.perf_counter()
    sections = []
    for name in names or TOUR:
        demo = DEMOS[name]
        title = (demo.__doc__ or name).splitlines()[0]
        print(f"\n{title}\n{'=' * len(title)}\n")
        folder = OUT / name
        folder.mkdir(parents=True, exist_ok=True)
        sections.append((title, folder, demo.run(folder)))
    page = write_gallery(sections)
    print(f"\nAll pictures: {page.relative_to(OUT.parent.parent)} ({time.perf_counter() - start:.0f} s)")


if __name__ == "__main__":
    main(sys.argv[1:])
