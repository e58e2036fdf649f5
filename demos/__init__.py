"""The library at work: each demo prints what a lecture prints and draws what it draws."""

import os

# Before NumPy is loaded. For networks of this size a second thread gains nothing (D4: 16 s and 15 s), and on busy cores
# the threads wait for one another (188 s).
os.environ.setdefault("OMP_NUM_THREADS", "1")
