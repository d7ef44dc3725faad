#!/usr/bin/env python3
"""What an update costs on P hosts: the model of ../scaling.md, its tables and its picture.

  docs/studies/scaling.py            prints the tables
  docs/studies/scaling.py FILE.svg   draws speed-ups as well, by gnuplot

The measured numbers are those of scaling.md. Times are seconds, sizes bytes, networks bytes a second.
"""
import subprocess
import sys
from dataclasses import dataclass

GIGABIT = 125e6


@dataclass
class Shape:
    name: str
    parameters: float
    fixed: float      # of an update, whatever its batch: optimizer, passes over the gradients
    sentence: float   # of an update, a sentence of its batch


# Measured on one core: updates of 4 to 128 sentences take fixed + sentence * N within 9 %.
R = Shape("R", 10.76e6, 0.0170, 0.00293)
# From R by its operations (19 against 0.56 GFLOP a sentence) and by its parameters.
L = Shape("L", 221e6, R.fixed * 221 / 10.76, R.sentence * 19 / 0.56)

TCP, RDMA = 1.43e9, 2.8e9  # bytes that a core hands over, takes in and adds up in a second
PAYLOAD = 0.9              # share of a network's bandwidth that is gradients
STEP = 20e-6               # latency of a step round the ring
OVERLAP = 0.37             # share of the computation during which gradients are on their way
NETWORKS = {1: (GIGABIT, TCP), 10: (10 * GIGABIT, TCP), 100: (100 * GIGABIT, RDMA)}


def update(shape, batch, hosts, network, cores=1.0):
    """Seconds of an update, all hosts taking the same share of the batch.

    network: bytes a second on the wire, and through the core that talks to it."""
    compute = (shape.fixed + shape.sentence * batch / hosts) / cores
    if hosts == 1:
        return compute
    size = 4 * shape.parameters * 2 * (hosts - 1) / hosts
    bandwidth, through_core = network
    copies = size / through_core
    wire = size / (PAYLOAD * bandwidth) + 2 * (hosts - 1) * STEP
    return compute + copies + max(0, wire - copies - OVERLAP * compute)


def speed_up(shape, batch, hosts, network, cores):
    return update(shape, batch, 1, network, cores) / update(shape, batch, hosts, network, cores)


def paying_batch(shape, hosts, network, cores):
    """The smallest batch with which each host is worth half a host or more, in powers of two."""
    batch = hosts
    while batch < 2**24 and speed_up(shape, batch, hosts, network, cores) < hosts / 2:
        batch *= 2
    return batch


def check():
    """Against what was measured: two ranks of one thread, 64 sentences of shape R."""
    measured = {"shared memory": (1e12, RDMA, 0.126), "TCP": (1e12, TCP, 0.138),
                "TCP, 10 Gbit/s": (10 * GIGABIT, TCP, 0.151), "TCP, 1 Gbit/s": (GIGABIT, TCP, 0.463),
                "TCP, 0.3 Gbit/s": (0.3 * GIGABIT, TCP, 1.369)}
    print("| between the ranks | measured, ms | model, ms | |\n|---|---|---|---|")
    for name, (bandwidth, through_core, seconds) in measured.items():
        model = update(R, 64, 2, (bandwidth, through_core))
        print(f"| {name} | {1e3 * seconds:.0f} | {1e3 * model:.0f} | {model / seconds - 1:+.0%} |")


def table(shape, cores):
    hosts = [2, 4, 8, 16, 32, 64]
    print(f"\nShape {shape.name}, hosts of {cores} cores\n\n| network | batch | " + " | ".join(f"{p} hosts" for p in hosts) + " |")
    print("|---|---|" + "---|" * len(hosts))
    for gigabits, network in NETWORKS.items():
        for batch in (64, 1024, 16384):
            ups = [speed_up(shape, batch, p, network, cores) for p in hosts]
            print(f"| {gigabits} Gbit/s | {batch:,} | " + " | ".join(f"{u:.2g}" for u in ups) + " |")
        pays = [paying_batch(shape, p, network, cores) for p in hosts]
        print(f"| {gigabits} Gbit/s | pays from | " + " | ".join(f"{b:,}" for b in pays) + " |")


def draw(path, cores):
    hosts = [2**i for i in range(7)]
    lines, plots = [], []
    for shape in (R, L):
        for gigabits, network in NETWORKS.items():
            block = f"$d{len(lines)}"
            rows = "\n".join(f"{p} {speed_up(shape, 16384, p, network, cores)}" for p in hosts)
            lines.append(f"{block} << END\n{rows}\nEND")
            dash = 1 if shape is R else 2
            color = {1: "#b84300", 10: "#1b66b1", 100: "#555b63"}[gigabits]
            plots.append(f"{block} with linespoints lw 2 dt {dash} lc rgb '{color}' "
                         f"title '{shape.name}, {gigabits} Gbit/s'")
    script = "\n".join([
        "set terminal svg size 620,400 background rgb 'white'", f"set output '{path}'",
        "set logscale xy 2", "set xrange [1:64]", "set yrange [0.25:64]", "set key top left",
        "set grid", "set xlabel 'hosts'", "set ylabel 'speed-up'", *lines,
        "plot x with lines lc rgb '#dddddd' notitle, " + ", ".join(plots)])
    subprocess.run(["gnuplot"], input=script, text=True, check=True)


check()
for one in (R, L):
    table(one, 16)
if len(sys.argv) > 1:
    draw(sys.argv[1], 16)
