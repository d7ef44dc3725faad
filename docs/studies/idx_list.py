#!/usr/bin/env python3
"""Lists the pictures of an idx file with their classes, for alinea train-classifier:

    idx_list.py LABELS IMAGES > LIST

LABELS and IMAGES are idx files, plain or .gz; a line is "class TAB name of IMAGES:number"."""

import gzip
import sys
from pathlib import Path


def read(path):
    raw = Path(path).read_bytes()
    return gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw


def main():
    labels, images = sys.argv[1:]
    count = int.from_bytes(read(labels)[4:8], "big")
    for number, label in enumerate(read(labels)[8 : 8 + count]):
        print(f"{label}\t{Path(images).name}:{number}")


main()
