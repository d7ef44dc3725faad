#!/usr/bin/env python3
"""How often attention looks at the digit that is being written, on canvases of digit_canvas.py:

    looks.py CSV PLACES HEIGHT WIDTH

CSV is what `alinea align --output` writes for captions with as many words as PLACES has boxes; others are left
out. A look is the place of a word's largest weight; it is right if its middle lies in the box of that digit."""

import csv
import sys
from collections import defaultdict
from pathlib import Path


def main():
    path, places, height, width = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    boxes = [[tuple(map(int, box.split(":"))) for box in line.split()] for line in Path(places).read_text().splitlines()]
    looks, grid = defaultdict(dict), [0, 0]
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            place = tuple(map(int, row["source_token"].split(":")))
            grid = [max(grid[axis], place[axis] + 1) for axis in (0, 1)]
            words, t = looks[int(row["sentence"])], int(row["target_position"])
            words[t] = max(words.get(t, (-1.0, place)), (float(row["weight"]), place))
    right = total = 0
    for sentence, words in looks.items():
        if len(words) != len(boxes[sentence]) + 1:  # </s>
            continue
        for t, (top, left, h, w) in enumerate(boxes[sentence]):
            y, x = ((words[t][1][axis] + 0.5) * extent / grid[axis] for axis, extent in ((0, height), (1, width)))
            right += top <= y < top + h and left <= x < left + w
            total += 1
    print(f"{100 * right / total:.1f}% of {total} looks")


main()
