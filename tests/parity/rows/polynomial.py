"""Rows of polynomials by their coefficients."""

import torch

from tests.parity.rows.common import some

# The gradient of torch.vander fails; torch.linalg.vander has the powers in increasing order.
TABLE = [
    ("vander", [some(4)], {}, lambda x: torch.linalg.vander(x).flip(1)),
    ("vander", [some(4)], {"N": 3}, lambda x: torch.linalg.vander(x, N=3).flip(1)),
    ("vander", [some(4)], {"N": 6, "increasing": True}, lambda x: torch.linalg.vander(x, N=6)),
]

#: Functions that PyTorch has in no form.
WITHOUT = {"polyval", "polyadd", "polysub", "polymul", "polydiv", "polyder", "polyint", "poly", "polyfit"}
