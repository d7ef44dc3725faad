#!/usr/bin/env python3
"""Puts two or three handwritten digits somewhere on a canvas, to be read from left to right:

    digit_canvas.py IMAGES LABELS COUNT SEED OUT [--distort]

IMAGES and LABELS are MNIST's idx files, plain or .gz. Writes OUT-images-idx3-ubyte with COUNT canvases of
32 by 96 pixels, OUT.lst, which names them a line each, OUT.txt with the digits, separated by spaces, and
OUT.places with the box of each digit: top:left:height:width in pixels. With --distort each digit is turned by up to
12 degrees, leans by up to a seventh, and is drawn at 0.85 to 1.1 of its size, at random."""

import gzip
import math
import random
import sys
from pathlib import Path

HEIGHT, WIDTH, SIDE = 32, 96, 28


def read(path):
    raw = Path(path).read_bytes()
    return gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw


def distorted(digit, draw):
    """The digit's pixels, of which each is interpolated between the four around where it comes from."""
    angle, lean, scale = math.radians(draw.uniform(-12, 12)), draw.uniform(-1, 1) / 7, draw.uniform(0.85, 1.1)
    cosine, sine, middle = math.cos(angle) / scale, math.sin(angle) / scale, (SIDE - 1) / 2
    pixels = bytearray(SIDE * SIDE)
    for y in range(SIDE):
        for x in range(SIDE):
            across, down = x - middle + lean * (y - middle), y - middle
            left, top = middle + cosine * across + sine * down, middle - sine * across + cosine * down
            column, row = int(left), int(top)
            if left < 0 or top < 0 or column >= SIDE - 1 or row >= SIDE - 1:
                continue
            right, lower, at = left - column, top - row, row * SIDE + column
            upper_row = digit[at] + (digit[at + 1] - digit[at]) * right
            lower_row = digit[at + SIDE] + (digit[at + SIDE + 1] - digit[at + SIDE]) * right
            pixels[y * SIDE + x] = round(upper_row + (lower_row - upper_row) * lower)
    return pixels


def main():
    distort = sys.argv[6:] == ["--distort"]
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
            digit = images[chosen * SIDE * SIDE : (chosen + 1) * SIDE * SIDE]
            if distort:
                digit = distorted(digit, draw)
            for y in range(SIDE):
                begin = (top + y) * WIDTH + left
                canvas[begin : begin + SIDE] = digit[y * SIDE : (y + 1) * SIDE]
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
