"""Stand-ins made of what scikit-learn carries, so that everything runs offline."""

import numpy as np

from demos.data.kinds import Array

# Of 1,797 images; MNIST and CIFAR-10 too hold out a sixth or a seventh.
HELD_OUT = 297
# The side of a picture, and of the digit with its margin in it.
SIDE, INKED = 32, 30


def digits() -> tuple[Array, Array, Array, Array]:
    """Images (n, 8, 8) from 0 to 1 and their labels: 1,500 to train, 297 to test, each digit in the same share."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    images, y = load_digits(return_X_y=True)
    images = (images / 16).astype(np.float32).reshape(-1, 8, 8)
    x, x_test, y, y_test = train_test_split(images, y.astype(np.int64), test_size=HELD_OUT, random_state=0, stratify=y)
    return x, y, x_test, y_test


def smooth(images: Array, side: int) -> Array:
    """Square images (n, s, s), from 0 to 1, given a margin and enlarged to (n, side, side) by cubic splines."""
    from scipy.ndimage import zoom

    # A row of paper all around, where the digits of MNIST have their margin too.
    images = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    factor = side / images.shape[1]
    large: Array = np.stack([zoom(image, factor, order=3, mode="nearest", grid_mode=True) for image in images])
    # A spline swings a little beyond the values that it goes through.
    return np.clip(large, 0, 1).astype(np.float32)


def coloured_digits(copies: int = 4) -> tuple[Array, Array, Array, Array]:
    """Digits in random colours over random patches of two photographs, of CIFAR-10's shape (n, 3, 32, 32).

    Each digit of the training part is there `copies` times, each time in other colours and over another patch.
    """
    x, y, x_test, y_test = digits()
    rng = np.random.default_rng(0)
    inked, inked_test = np.tile(smooth(x, INKED), (copies, 1, 1)), smooth(x_test, INKED)
    return _over_photographs(inked, rng), np.tile(y, copies), _over_photographs(inked_test, rng), y_test


def _over_photographs(inked: Array, rng: np.random.Generator) -> Array:
    """The digits, (n, INKED, INKED), at random places of random patches."""
    from sklearn.datasets import load_sample_images

    photographs = [photograph.transpose(2, 0, 1) / np.float32(255) for photograph in load_sample_images().images]
    pictures = np.empty((len(inked), 3, SIDE, SIDE), np.float32)
    for picture, ink in zip(pictures, inked, strict=True):
        photograph = photographs[rng.integers(len(photographs))]
        top, left = (rng.integers(size - SIDE + 1) for size in photograph.shape[1:])
        picture[:] = photograph[:, top : top + SIDE, left : left + SIDE]
        down, right = rng.integers(SIDE - INKED + 1, size=2)
        part = picture[:, down : down + INKED, right : right + INKED]
        part += ink * (_contrast(picture, rng) - part)
    return pictures


def _contrast(picture: Array, rng: np.random.Generator) -> Array:
    """A random colour (3, 1, 1), light on a dark patch and dark on a light one."""
    colour = rng.random((3, 1, 1), dtype=np.float32)
    return 0.65 + 0.35 * colour if picture.mean() < 0.5 else 0.35 * colour
