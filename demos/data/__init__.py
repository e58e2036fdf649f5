"""The data of the demos: scikit-learn's bundled sets, or the real MNIST, CIFAR-10 and diabetes table

`mnist`, `cifar10` and `diabetes` each give a `Data`: arrays for training and testing, the names of the classes, and
a sentence that says which data it is. Without an argument they work offline; `data` is a path to the real files,
`openml=True` fetches them. What cannot be used raises a `DataError` that names the file and the place in it.
"""

from demos.data.cifar import cifar10
from demos.data.diabetes import diabetes
from demos.data.kinds import Data, DataError
from demos.data.mnist import mnist

__all__ = ["Data", "DataError", "cifar10", "diabetes", "mnist"]
