"""Run the benchmarks and print their table: `python -m benchmarks [names] [--repeats N] [--quick]`."""

import os
from argparse import ArgumentParser
from pathlib import Path

#: One thread for every library, but for training; they read this when they are imported.
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}


def main() -> None:
    """Read the command line, run each benchmark that it names, and report."""
    os.environ.update(ONE_THREAD)
    from benchmarks import chain, checking, fit, imports, overhead, report, scalar_network, training

    benchmarks = {
        "overhead": overhead, "scalar": scalar_network, "chain": chain, "check": checking, "import": imports,
        "training": training, "fit": fit,
    }  # fmt: skip
    parser = ArgumentParser(prog="python -m benchmarks", description="Speed and memory beside other libraries.")
    parser.add_argument("names", nargs="*", help=f"which of {', '.join(benchmarks)}; all of them without a name")
    parser.add_argument("--repeats", type=int, metavar="N", help="rounds in which every library runs once")
    parser.add_argument("--quick", action="store_true", help="tiny sizes and two rounds, to see that all runs")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every sample to FILE")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw the ratios to FILE (needs matplotlib)")
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in benchmarks]
    if unknown:
        parser.error(f"no benchmark named {', '.join(unknown)}; there are {', '.join(benchmarks)}")
    if given.repeats is not None and given.repeats < 1:
        parser.error("--repeats is at least 1")

    rounds = given.repeats or (2 if given.quick else None)
    results = [
        result for name in given.names or benchmarks for result in benchmarks[name].run(rounds, quick=given.quick)
    ]
    print(report.table(results, judged=not given.quick))
    if given.json:
        given.json.write_text(report.as_json(results) + "\n")
    if given.plot:
        report.plot(results, given.plot)


if __name__ == "__main__":
    main()
