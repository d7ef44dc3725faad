"""How far attention is from where each digit was spoken.

    speech_boundaries.py ALIGNMENT.csv ENDS

ALIGNMENT.csv is what `alinea align` writes of given strings, tidy, with the middle of each position in
seconds as the source token. ENDS has the frame of 10 ms in which each digit of a string ends. Prints the
share of digits whose largest weight lies within the digit, the mean weight within it, and the mean distance
in frames of a boundary between two digits from the middle of their attention's means.
"""

import csv
import sys
from collections import defaultdict

SHIFT = 0.01


def main(alignment, ends):
    weights = defaultdict(lambda: defaultdict(list))  # sentence -> target position -> (time, weight)
    with open(alignment, newline="") as file:
        for row in csv.DictReader(file):
            if row["target_token"] != "</s>":
                time = float(row["source_token"]) / SHIFT
                weights[int(row["sentence"])][int(row["target_position"])].append((time, float(row["weight"])))
    right = inside = boundaries = 0
    distances = []
    count = 0
    for sentence, line in enumerate(open(ends)):
        places = [0.0] + [float(end) for end in line.split()]
        means = []
        for position, (begin, end) in enumerate(zip(places, places[1:])):
            row = weights[sentence][position]
            best = max(row, key=lambda cell: cell[1])[0]
            count += 1
            right += begin <= best <= end
            inside += sum(weight for time, weight in row if begin <= time <= end)
            means.append(sum(time * weight for time, weight in row) / sum(weight for _, weight in row))
        for boundary, before, behind in zip(places[1:-1], means, means[1:]):
            distances.append(abs((before + behind) / 2 - boundary))
            boundaries += 1
    print(
        f"largest weight within the digit {100 * right / count:.1f} %, weight within it "
        f"{100 * inside / count:.1f} %, boundaries off by {sum(distances) / boundaries:.1f} frames"
    )


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
