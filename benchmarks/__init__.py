"""Speed and memory of autograd_lite beside its peers: `python -m benchmarks`."""
