"""Vectors by number: words, tokens, categories."""

from typing import Any

import numpy as np

from autograd_lite.errors import ShapeError, UnsupportedError, describe
from autograd_lite.tensor import Tensor
from nn import functional, init
from nn.arguments import count, flag, float_dtype, number
from nn.functional.embedding import position
from nn.module import Module
from nn.parameter import Parameter


class Embedding(Module):
    """A table of vectors; its input are their numbers.

    Parameters
    ----------
    num_embeddings, embedding_dim : how many vectors there are, and how many numbers each has.
    padding_idx : a vector that starts at 0 and gets no gradient; counted from the end where negative.
    max_norm, norm_type, scale_grad_by_freq, sparse : PyTorch's, refused when they ask for something.
    dtype : of the vectors; float32 where not given.
    generator : where the initial values, normal with mean 0 and variance 1, come from.

    The input has integers of any shape, from 0 to num_embeddings - 1; the result has one more axis, embedding_dim.
    `weight` has shape (num_embeddings, embedding_dim). Raises `DtypeError` for indices that are no integers and
    `IndexingError` for one out of range.

    Source: Bengio et al., A neural probabilistic language model, JMLR 3 (2003).

    >>> import numpy as np, nn
    >>> nn.Embedding(10, 3)(np.array([[1, 2], [4, 9]])).shape
    (2, 2, 3)
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        *,
        dtype: Any = None,
        generator: np.random.Generator | None = None,
    ) -> None:
        super().__init__()
        self.num_embeddings = count("Embedding", "num_embeddings", num_embeddings)
        self.embedding_dim = count("Embedding", "embedding_dim", embedding_dim)
        self.padding_idx = None if padding_idx is None else position("Embedding", padding_idx, self.num_embeddings)
        for name, asked in (
            ("max_norm", max_norm is not None),
            ("norm_type", number("Embedding", "norm_type", norm_type) != 2.0),
            ("scale_grad_by_freq", flag("Embedding", "scale_grad_by_freq", scale_grad_by_freq)),
            ("sparse", flag("Embedding", "sparse", sparse)),
        ):
            if asked:
                raise UnsupportedError(f"Embedding: {name} is not supported; clip or scale weight.grad instead.")
        shape = (self.num_embeddings, self.embedding_dim)
        self.weight = Parameter(np.zeros(shape, float_dtype("Embedding", dtype)))
        self.reset_parameters(generator)

    @classmethod
    def from_pretrained(cls, embeddings: Any, freeze: bool = True, padding_idx: int | None = None) -> "Embedding":
        """A table of given vectors, (num_embeddings, embedding_dim); frozen unless said otherwise.

        >>> import numpy as np, nn
        >>> nn.Embedding.from_pretrained(np.eye(2))([1]).tolist()
        [[0.0, 1.0]]
        """
        array = np.asarray(embeddings)
        if array.ndim != 2 or array.dtype.kind != "f":
            raise ShapeError(f"Embedding: embeddings is {describe(embeddings)}; give floats of two axes.")
        table = cls(array.shape[0], array.shape[1], padding_idx, dtype=array.dtype)
        table.weight.data = array
        table.weight.requires_grad_(not freeze)
        return table

    def reset_parameters(self, generator: np.random.Generator | None = None) -> None:
        """Draw the initial values anew."""
        init.normal_(self.weight, generator=generator)
        if self.padding_idx is not None:
            data = self.weight.numpy()
            data[self.padding_idx] = 0
            self.weight.data = data

    def forward(self, input: Any) -> Tensor:
        return functional.embedding(input, self.weight, self.padding_idx)

    def extra_repr(self) -> str:
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"
