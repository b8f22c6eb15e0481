from . import bench_order_noted
