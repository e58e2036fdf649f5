"""A network that tells classes apart."""

import math
from typing import Any, Self

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import column_or_1d

from autograd_lite.errors import ArgumentValueError
from autograd_lite.guard import Array
from autograd_lite.ops.neural import log_softmax, softmax
from autograd_lite.tensor import Tensor
from nn.functional import cross_entropy
from optim.sklearn.estimator import NeuralEstimator


class NeuralClassifier(ClassifierMixin, NeuralEstimator):  # type: ignore[misc]
    """A network as a scikit-learn classifier, trained on the cross entropy of its logits.

    Parameters
    ----------
    hidden_layer_sizes : how many units each hidden layer has; () for none, an integer for one layer.
    activation : "relu", "tanh", "sigmoid" and others by name, or a class such as `nn.GELU`.
    optimizer : "adam", "sgd" and others by name, or a class such as `optim.AdamW`.
    learning_rate : of the optimizer, at least 0.
    weight_decay : of the optimizer; without it, what is usual for this one.
    optimizer_options : its other options, such as {"momentum": 0.9}.
    batch_size : of the mini-batches, which are of equal sizes, this at most; None for all samples at once.
    max_epochs : passes over the samples.
    early_stopping : whether some samples are held out, and training ends when the loss on them has not fallen
        by more than min_delta for patience epochs; the best parameters are taken.
    validation_fraction, patience, min_delta : how many are held out, between 0 and 1, and when it ends.
    build : a function of the numbers of inputs and of outputs that makes any `nn.Module`, in the place of
        hidden_layer_sizes and activation. It takes X (n, inputs) and gives logits (n, outputs).
    random_state : an integer or a RandomState: the same one gives the same network, dropout included.

    Attributes
    ----------
    classes_ : the classes in order, n_features_in_ and feature_names_in_ as everywhere in scikit-learn.
    module_ : the network, of the data type of X, float64 or float32.
    n_iter_, loss_curve_, validation_curve_ : the epochs trained, and the loss of each.

    Source: the conventions of https://scikit-learn.org/stable/developers/develop.html.

    >>> import numpy as np
    >>> from optim.sklearn import NeuralClassifier
    >>> X, y = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array(["no", "yes", "yes", "no"])
    >>> NeuralClassifier(8, "tanh", learning_rate=0.1, random_state=0).fit(X, y).predict(X).tolist()
    ['no', 'yes', 'yes', 'no']
    """

    #: The classes of a partial fit, of which its first samples may lack some.
    _announced: Any = None

    def partial_fit(self, X: Any, y: Any, classes: Any = None) -> Self:
        """Go on training for one epoch over these samples.

        Parameters
        ----------
        X, y : as of `fit`.
        classes : all classes there will be, with the first call; without it, those in y.

        Gives the estimator itself. Raises what `fit` raises, and `ArgumentValueError` for classes that were
        not among the first.
        """
        if hasattr(self, "module_"):
            if classes is not None and not np.array_equal(np.unique(classes), self.classes_):
                raise ArgumentValueError(
                    f"NeuralClassifier: classes are {np.unique(classes).tolist()}, but were "
                    f"{self.classes_.tolist()} when training began. Give them once."
                )
            classes = self.classes_
        self._announced = None if classes is None else np.unique(classes)
        try:
            return self._partial_fit(X, y)
        finally:
            del self._announced

    def predict(self, X: Any) -> Array:
        """The most probable class of each sample, (n,)."""
        # The network is asked for first: where there is none, there are no classes either.
        best = self._predicted(X).argmax(axis=1)
        found: Array = self.classes_[best]
        return found

    def predict_proba(self, X: Any) -> Array:
        """The probability of each class for each sample, (n, classes), in the order of `classes_`."""
        found: Array = softmax(Tensor(self._predicted(X)), axis=1).data
        return found

    def predict_log_proba(self, X: Any) -> Array:
        """The logarithms of `predict_proba`, finite where it is 0 to rounding."""
        found: Array = log_softmax(Tensor(self._predicted(X)), axis=1).data
        return found

    def _targets(self, y: Any, reset: bool) -> Array:
        check_classification_targets(y)
        y = column_or_1d(y, warn=True)
        if self._announced is None:
            self.classes_, numbers = np.unique(y, return_inverse=True)
            found: Array = numbers
            return found
        unknown = np.setdiff1d(y, self._announced)
        if unknown.size:
            raise ArgumentValueError(
                f"NeuralClassifier: y has {unknown.tolist()}, not among the classes {self._announced.tolist()}. Give "
                "all with the first call: partial_fit(X, y, classes=...)."
            )
        self.classes_ = self._announced
        found = np.searchsorted(self.classes_, y)
        return found

    def _outputs(self) -> int:
        return len(self.classes_)

    def _loss(self, outputs: Tensor, targets: Array) -> Tensor:
        return cross_entropy(outputs, targets)

    def _strata(self, targets: Array, fraction: float) -> Array | None:
        held_out = math.ceil(fraction * len(targets))
        # A class of one sample, or more classes than samples on one side, cannot be on both.
        room = min(held_out, len(targets) - held_out) >= self._outputs()
        return targets if room and np.bincount(targets).min() > 1 else None
