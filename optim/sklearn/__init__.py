"""Networks as scikit-learn estimators: for its searches, folds, pipelines and metrics, as they are.

It stands above both `nn` and `optim`, and is the one place that imports scikit-learn: `pip install
'autograd_lite[sklearn]'`, then `import optim.sklearn`.
"""

from autograd_lite.errors import MissingLibraryError

try:
    from sklearn.utils.validation import validate_data as _validate_data  # noqa: F401
except ImportError:
    raise MissingLibraryError(
        "optim.sklearn: its estimators are scikit-learn's, of which version 1.6 or later is not installed. Install it: "
        "pip install 'scikit-learn>=1.6'."
    ) from None

from optim.sklearn.classifier import NeuralClassifier
from optim.sklearn.regressor import NeuralRegressor

__all__ = ["NeuralClassifier", "NeuralRegressor"]
