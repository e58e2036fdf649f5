"""A network that predicts numbers."""

from typing import Any, Self

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils.validation import column_or_1d

from autograd_lite.errors import KindError, ShapeError
from autograd_lite.guard import Array
from autograd_lite.tensor import Tensor
from nn.functional import mse_loss
from optim.sklearn.estimator import NeuralEstimator


class NeuralRegressor(RegressorMixin, NeuralEstimator):  # type: ignore[misc]
    """A network as a scikit-learn regressor, trained on the squared error: of one number a sample, or of several.

    The parameters and attributes are those of `NeuralClassifier`, but for the classes. Targets are taken
    as they are: `sklearn.compose.TransformedTargetRegressor` scales those that are far from 1.

    >>> import numpy as np
    >>> from optim.sklearn import NeuralRegressor
    >>> x = np.linspace(-1.0, 1.0, 50)[:, None]
    >>> y = np.sin(3.0 * x[:, 0])
    >>> model = NeuralRegressor(20, "tanh", learning_rate=0.02, random_state=0).fit(x, y)
    >>> bool(model.score(x, y) > 0.95)
    True
    """

    #: Whether the targets are one number for each sample, in an array of one axis, and how many they are.
    _single: bool
    _width: int

    def partial_fit(self, X: Any, y: Any) -> Self:
        """Go on training for one epoch over these samples: X and y, and what is raised, are those of `fit`."""
        return self._partial_fit(X, y)

    def predict(self, X: Any) -> Array:
        """The predictions, of the shape that the targets had: (n,) or (n, outputs)."""
        found = self._predicted(X)
        return found[:, 0] if self._single else found

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    def _targets(self, y: Any, reset: bool) -> Array:
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        if y.dtype.kind not in "fiub":
            try:
                y = y.astype(np.float64)
            except (TypeError, ValueError):
                raise KindError(f"NeuralRegressor: y is of {y.dtype}; it must be of numbers.") from None
        outputs = 1 if y.ndim == 1 else y.shape[1]
        if not reset and outputs != self._width:
            raise ShapeError(
                f"NeuralRegressor: y has {outputs} numbers for each sample, but had {self._width} when training began. "
                "Give as many, or begin anew with fit."
            )
        self._single, self._width = y.ndim == 1, outputs
        found: Array = y.reshape(len(y), outputs)
        return found

    def _outputs(self) -> int:
        return self._width

    def _loss(self, outputs: Tensor, targets: Array) -> Tensor:
        return mse_loss(outputs, targets.astype(outputs.dtype, copy=False))
