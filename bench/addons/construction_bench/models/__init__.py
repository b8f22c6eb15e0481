from . import construction_bench_row
