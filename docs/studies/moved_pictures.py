#!/usr/bin/env python3
"""Adds copies of pictures that are moved by a few pixels, so that there is more to learn from:

    moved_pictures.py IMAGES COPIES SEED OUT < TEXTS > MORE_TEXTS

IMAGES is an idx file of [N, height, width, 3], plain or .gz, on white; TEXTS has a line for each picture. Writes all
pictures to OUT, COPIES + 1 times, and their texts to standard output."""

import gzip
import random
import sys
from pathlib import Path

FARTHEST = 3


def moved(picture, height, width, down, right):
    """The picture, white where it was moved from"""
    row = 3 * width
    lines = [picture[y * row : (y + 1) * row] for y in range(height)]
    white = b"\xff" * row
    lines = [lines[y - down] if 0 <= y - down < height else white for y in range(height)]
    edge = b"\xff" * (3 * abs(right))
    return b"".join(edge + line[: row - len(edge)] if right >= 0 else line[len(edge) :] + edge for line in lines)


def main():
    source, copies, seed, out = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    raw = Path(source).read_bytes()
    raw = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    count, height, width = (int.from_bytes(raw[at : at + 4], "big") for at in (4, 8, 12))
    texts, size, draw = sys.stdin.readlines(), height * width * 3, random.Random(seed)
    with out.open("wb") as file:
        file.write(raw[:4] + (count * (copies + 1)).to_bytes(4, "big") + raw[8:20])
        for n in range(count):
            picture = raw[20 + n * size : 20 + (n + 1) * size]
            file.write(picture)
            for _ in range(copies):
                file.write(moved(picture, height, width, *(draw.randint(-FARTHEST, FARTHEST) for _ in range(2))))
            sys.stdout.write(texts[n] * (copies + 1))


main()
