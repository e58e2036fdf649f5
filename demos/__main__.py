"""`python -m demos`: the short tour, in under a minute, with its pictures in demos/out/."""

import time

from demos import a1, b1, check, digits, e4
from demos.gallery import OUT, write_gallery

TOUR = {"a1": a1, "b1": b1, "check": check, "digits": digits, "e4": e4}


def main() -> None:
    """Run the demos of the tour, one after the other, and lay their pictures side by side."""
    start = time.perf_counter()
    sections = []
    for name, demo in TOUR.items():
        title = (demo.__doc__ or name).splitlines()[0]
        print(f"\n{title}\n{'=' * len(title)}\n")
        folder = OUT / name
        folder.mkdir(parents=True, exist_ok=True)
        sections.append((title, folder, demo.run(folder)))
    page = write_gallery(sections)
    print(f"\nAll pictures: {page.relative_to(OUT.parent.parent)} ({time.perf_counter() - start:.0f} s)")


if __name__ == "__main__":
    main()
