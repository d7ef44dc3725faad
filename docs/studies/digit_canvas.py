#!/usr/bin/env python3
"""Puts two or three handwritten digits somewhere on a canvas, to be read from left to right:

    digit_canvas.py IMAGES LABELS COUNT SEED OUT

IMAGES and LABELS are MNIST's idx files, plain or .gz. Writes OUT-images-idx3-ubyte with COUNT canvases of
32 by 96 pixels, OUT.lst, which names them a line each, OUT.txt with the digits, separated by spaces, and
OUT.places with the box of each digit: top:left:height:width in pixels."""

import gzip
import random
import sys
from pathlib import Path

HEIGHT, WIDTH, SIDE = 32, 96, 28


def read(path):
    raw = Path(path).read_bytes()
    return gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw


def main():
    images, labels = read(sys.argv[1])[16:], read(sys.argv[2])[8:]
    count, out = int(sys.argv[3]), sys.argv[5]
    draw = random.Random(int(sys.argv[4]))
    canvases = bytearray(b"\0\0\x08\x03")
    for extent in (count, HEIGHT, WIDTH):
        canvases += extent.to_bytes(4, "big")
    texts, places = [], []
    for _ in range(count):
        canvas = bytearray(HEIGHT * WIDTH)
        number = draw.choice([2, 3])
        gaps = sorted(draw.randint(0, WIDTH - number * SIDE) for _ in range(number))
        digits, boxes = [], []
        for i, gap in enumerate(gaps):
            chosen = draw.randrange(len(labels))
            top, left = draw.randint(0, HEIGHT - SIDE), gap + i * SIDE
            for y in range(SIDE):
                begin, row = (top + y) * WIDTH + left, (chosen * SIDE + y) * SIDE
                canvas[begin : begin + SIDE] = images[row : row + SIDE]
            digits.append(str(labels[chosen]))
            boxes.append(f"{top}:{left}:{SIDE}:{SIDE}")
        canvases += canvas
        texts.append(" ".join(digits))
        places.append(" ".join(boxes))
    name = Path(f"{out}-images-idx3-ubyte").resolve()
    name.write_bytes(canvases)
    Path(f"{out}.lst").write_text("".join(f"{name}:{i}\n" for i in range(count)))
    Path(f"{out}.txt").write_text("".join(text + "\n" for text in texts))
    Path(f"{out}.places").write_text("".join(line + "\n" for line in places))


main()
