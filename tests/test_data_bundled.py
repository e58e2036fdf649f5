"""The data that scikit-learn carries, in the shapes of the real ones."""

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_digits, load_sample_images
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import NearestNeighbors

from demos.data import cifar10, diabetes, mnist


@pytest.fixture(scope="module")
def pictures():
    return cifar10()


@pytest.mark.parametrize("reader", [mnist, cifar10, diabetes])
def test_the_same_data_each_time_and_a_word_for_the_real(reader):
    found, again = reader(), reader()
    for name in ("x", "y", "x_test", "y_test"):
        np.testing.assert_array_equal(getattr(found, name), getattr(again, name))
    assert found.x.dtype == found.x_test.dtype == np.float32
    assert found.y.dtype == found.y_test.dtype == np.int64
    assert found.said.startswith("Data: ")
    assert "scikit-learn" in found.said
    assert "--data" in found.said
    assert "--openml" in found.said
    assert set(found.y) == set(found.y_test) == set(range(len(found.labels)))


def test_the_digits_are_enlarged_and_stay_themselves():
    found = mnist()
    assert found.x.shape == (1500, 784)
    assert found.x_test.shape == (297, 784)
    assert found.x.min() >= 0
    assert found.x.max() <= 1
    # Each image, made small again, is one of scikit-learn's, with that one's label.
    images, labels = load_digits(return_X_y=True)
    large = np.vstack([found.x, found.x_test]).reshape(-1, 28, 28)
    places = np.round(np.arange(1, 9) * 2.8 + 0.9).astype(int)
    small = large[:, places][:, :, places].reshape(-1, 64)
    nearest = NearestNeighbors(n_neighbors=1).fit(images / 16).kneighbors(small, return_distance=False)[:, 0]
    assert len(set(nearest)) > 1780
    assert np.mean(labels[nearest] == np.concatenate([found.y, found.y_test])) > 0.99
    # A margin of paper all around, as in MNIST.
    assert large[:, 0].max() < 0.1
    assert large[:, :, 0].max() < 0.1


def test_no_held_out_image_is_trained_on(pictures):
    found = mnist()
    # Each digit is held out in its share.
    shares = np.bincount(np.concatenate([found.y, found.y_test])) * 297 / 1797
    np.testing.assert_allclose(np.bincount(found.y_test), shares, atol=1)
    assert not {image.tobytes() for image in found.x} & {image.tobytes() for image in found.x_test}
    assert len(pictures.x) == 4 * len(found.x)
    np.testing.assert_array_equal(pictures.y, np.tile(found.y, 4))
    np.testing.assert_array_equal(pictures.y_test, found.y_test)


def test_pictures_have_the_shape_of_cifar_10_and_patches_of_photographs(pictures):
    assert pictures.x.shape == (6000, 3, 32, 32)
    assert pictures.x_test.shape == (297, 3, 32, 32)
    assert pictures.x.min() >= 0
    assert pictures.x.max() <= 1
    assert pictures.labels[3] == "three"
    # The corner, where no digit has ink, is found in a photograph.
    known = set()
    for photograph in load_sample_images().images:
        known |= set(map(bytes, photograph[:, :-1].reshape(-1, 3)))
    corners = np.round(255 * pictures.x[:200, :, 0, 0]).astype(np.uint8)
    assert all(bytes(corner) in known for corner in corners)
    # Ink is light on a dark patch and dark on a light one: the middle, where the digit is, against the edge.
    edge = np.ones((32, 32), bool)
    edge[3:-3, 3:-3] = False
    ground = pictures.x[:, :, edge].mean((1, 2))
    clear = np.abs(ground - 0.5) > 0.2
    lighter = pictures.x[:, :, 12:20, 12:20].mean((1, 2, 3)) > ground
    assert clear.sum() > 1000
    assert np.mean(lighter[clear] == (ground[clear] < 0.5)) > 0.9
    # Each copy of a digit has its own colours and patch.
    assert len({image.tobytes() for image in pictures.x}) == 6000


def test_the_breast_cancer_table(pictures):
    found = diabetes()
    whole = load_breast_cancer()
    assert found.x.shape == (455, 8)
    assert found.x_test.shape == (114, 8)
    np.testing.assert_allclose(found.x.mean(0), 0, atol=1e-5)
    np.testing.assert_allclose(found.x.std(0), 1, atol=1e-5)
    assert found.columns == tuple(whole.feature_names[:8])
    # Both outcomes in the same shares: a fifth of the 212 is 42.4.
    assert found.y_test.sum() == 42
    # 1 is the illness: 212 of the 569 tumours are malignant, and those are larger.
    assert found.y.sum() + found.y_test.sum() == 212
    assert found.labels == ("benign", "malignant")
    assert found.x[found.y == 1, 0].mean() > found.x[found.y == 0, 0].mean()
    assert LogisticRegression().fit(found.x, found.y).score(found.x_test, found.y_test) > 0.9
