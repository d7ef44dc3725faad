"""Compares BLEU and chrF of random text with the definitions of sacreBLEU 2, and ROUGE with those of
ROUGE-1.5.5, written out here.

    definitions.py ALINEA [SEED]

ALINEA is the program. Exits with 1 if a number differs.
"""

import math
import random
import re
import subprocess
import sys
import tempfile
import unicodedata
from collections import Counter
from pathlib import Path

SENTENCES = 2000

# Ranges of characters that sacreBLEU's "zh" sets apart. It writes U+20000 to U+2A6D6 and U+2F800 to
# U+2FA1D as "\u20000" and so on, which Python reads as two characters; strings are compared.
CHINESE = [
    ("\u3400", "\u4db5"), ("\u4e00", "\u9fa5"), ("\u9fa6", "\u9fbb"), ("\uf900", "\ufa2d"),
    ("\ufa30", "\ufa6a"), ("\ufa70", "\ufad9"), ("\u20000", "\u2a6d6"), ("\u2f800", "\u2fa1d"),
    ("\uff00", "\uffef"), ("\u2e80", "\u2eff"), ("\u3000", "\u303f"), ("\u31c0", "\u31ef"),
    ("\u2f00", "\u2fdf"), ("\u2ff0", "\u2fff"), ("\u3100", "\u312f"), ("\u31a0", "\u31bf"),
    ("\ufe10", "\ufe1f"), ("\ufe30", "\ufe4f"), ("\u2600", "\u26ff"), ("\u2700", "\u27bf"),
    ("\u3200", "\u32ff"), ("\u3300", "\u33ff"),
]


def western(line):
    line = re.sub(r"([\{-\~\[-\` -\&\(-\+\:-\@\/])", r" \1 ", line)
    line = re.sub(r"([^0-9])([\.,])", r"\1 \2 ", line)
    line = re.sub(r"([\.,])([^0-9])", r" \1 \2", line)
    return re.sub(r"([0-9])(-)", r"\1 \2 ", line)


def tokenize_13a(line):
    line = line.replace("<skipped>", "").replace("-\n", "").replace("\n", " ")
    for entity, character in (("&quot;", '"'), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">")):
        line = line.replace(entity, character)
    return western(f" {line} ")


def tokenize_zh(line):
    def is_chinese(character):
        return any(first <= character <= last for first, last in CHINESE)

    return western("".join(f" {c} " if is_chinese(c) else c for c in line.strip()))


def tokenize_intl(line):
    """By categories of Unicode, for which Python's own expressions have no names."""

    def part(line, matches, separated):
        parts, i = [], 0
        while i < len(line):
            if i + 1 < len(line) and matches(line[i], line[i + 1]):
                parts.append(separated.format(line[i], line[i + 1]))
                i += 2
            else:
                parts.append(line[i])
                i += 1
        return "".join(parts)

    def is_a(kind, character):
        return unicodedata.category(character).startswith(kind)

    line = part(line, lambda a, b: not is_a("N", a) and is_a("P", b), "{} {} ")
    line = part(line, lambda a, b: is_a("P", a) and not is_a("N", b), " {} {}")
    return "".join(f" {c} " if is_a("S", c) else c for c in line)


TOKENIZERS = {"none": str, "13a": tokenize_13a, "char": " ".join, "intl": tokenize_intl,
              "zh": tokenize_zh}


def ngrams(tokens, order):
    return Counter(tuple(tokens[i:i + order]) for i in range(len(tokens) - order + 1))


def given(references):
    """A line of white space is no reference."""
    return [reference for reference in references if reference.split()]


def bleu(hypotheses, references, tokenize):
    """The line that the program prints."""
    correct, total, hypothesis_length, reference_length = [0] * 4, [0] * 4, 0, 0
    for hypothesis, *others in zip(hypotheses, *references):
        tokens = tokenize(hypothesis.rstrip()).split()
        others = [tokenize(reference.rstrip()).split() for reference in given(others)]
        hypothesis_length += len(tokens)
        reference_length += min((abs(len(r) - len(tokens)), len(r)) for r in others)[1]
        for n in range(4):
            most = Counter()
            for reference in others:
                most |= ngrams(reference, n + 1)
            found = ngrams(tokens, n + 1)
            correct[n] += sum((found & most).values())
            total[n] += sum(found.values())
    if not all(correct):
        sys.exit("the texts have too few n-grams in common to compare anything")
    precisions = [100 * c / t for c, t in zip(correct, total)]
    ratio = hypothesis_length / reference_length
    penalty = 1 if ratio >= 1 else math.exp(1 - 1 / ratio)
    score = penalty * math.exp(sum(map(math.log, precisions)) / 4)
    shown = "/".join(f"{p:.1f}" for p in precisions)
    return (f"BLEU = {score:.2f} {shown} (BP = {penalty:.3f} ratio = {ratio:.3f} "
            f"hyp_len = {hypothesis_length} ref_len = {reference_length})")


def f_score(counts):
    precisions = [common / found for found, there, common in counts if found and there]
    recalls = [common / there for found, there, common in counts if found and there]
    if not any(precisions):
        return 0
    precision, recall = sum(precisions) / len(precisions), sum(recalls) / len(recalls)
    return 100 * 5 * precision * recall / (4 * precision + recall)


def chrf(hypotheses, references):
    sums = [[0, 0, 0] for _ in range(6)]
    for hypothesis, *others in zip(hypotheses, *references):
        best, best_score = None, -1
        for reference in given(others):
            counts = []
            for order in range(1, 7):
                found = ngrams("".join(hypothesis.split()), order)
                there = ngrams("".join(reference.split()), order)
                counts.append((sum(found.values()) if there else 0, sum(there.values()),
                               sum((found & there).values())))
            if f_score(counts) > best_score:
                best, best_score = counts, f_score(counts)
        sums = [[a + b for a, b in zip(*both)] for both in zip(sums, best)]
    return f"chrF2 = {f_score(sums):.2f}"


def rouge_words(line):
    """Runs of letters, marks and digits in lower case; of ASCII text what the script makes of it."""
    is_of_word = lambda c: unicodedata.category(c)[0] == "M" or unicodedata.category(c) in [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Nd"]
    return "".join(c.lower() if is_of_word(c) else " " for c in line).split()


def common_subsequence(a, b):
    lengths = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            lengths[i + 1][j + 1] = (
                lengths[i][j] + 1 if x == y else max(lengths[i][j + 1], lengths[i + 1][j]))
    return lengths[-1][-1]


def rouge(hypotheses, references):
    """The lines that the program prints, but for the signature."""
    sums = {name: [0.0] * 3 for name in "12L"}
    for hypothesis, *others in zip(hypotheses, *references):
        summary, best = rouge_words(hypothesis), {name: (0.0, 0.0, 0.0) for name in "12L"}
        for reference in given(others):
            words = rouge_words(reference)
            for name in "12L":
                if name == "L":
                    common, found, there = common_subsequence(summary, words), len(summary), len(words)
                else:
                    left, right = ngrams(summary, int(name)), ngrams(words, int(name))
                    common = sum((left & right).values())
                    found, there = sum(left.values()), sum(right.values())
                if common:
                    recall, precision = common / there, common / found
                    f1 = 2 * recall * precision / (recall + precision)
                    best[name] = max(best[name], (f1, recall, precision))
        for name, scores in best.items():
            sums[name] = [a + 100 * b / len(hypotheses) for a, b in zip(sums[name], scores)]
    return [f"ROUGE-{name} = {f1:.2f} (recall = {recall:.2f} precision = {precision:.2f})"
            for name, (f1, recall, precision) in sums.items()]


def random_text(source):
    """A line of what the tokenisations treat differently."""
    pieces = list("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~") + list("0123456789") + list("abXYz") * 3
    pieces += [" "] * 12 + [".", ",", "-"] * 4
    pieces += list("中文他买了。，、！？：「」“”‘’（）【】《》—…·ひらカナー１２Ａｂ％￥①㈱㍿")
    pieces += list("äßéñøŁЖж«»„¿¡€£¥°±×÷§¶©®™†•–→∞≤■☃✓😀ไทย한글٣،؟४।²½Ⅷ\u0301\U00020000\U0002f800")
    pieces += ["\u00a0", "\u3000", "\u2009", "\t"]
    pieces += ["&quot;", "&amp;", "&lt;", "&gt;", "&amp;lt;", "<skipped>", "1,000.5", "3-4", "x-y"]
    return "".join(source.choices(pieces, k=source.randint(0, 60)))


def changed(line, source):
    """The line with a few characters left out, doubled or moved."""
    characters = list(line)
    for _ in range(source.randint(0, 4)):
        if characters:
            at = source.randrange(len(characters))
            characters[at:at + 1] = source.choice(
                [[], [characters[at]] * 2, [" ", characters[at]], ["."], ["中"]])
    return "".join(characters)


def main():
    program = sys.argv[1]
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    source = random.Random(seed)
    hypotheses = [random_text(source) for _ in range(SENTENCES)]
    references = [[changed(line, source) for line in hypotheses] for _ in range(2)]
    references[0] = [line if line.split() else "x" for line in references[0]]
    differences = 0
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("hypotheses", "first", "second")]
        for file, lines in zip(files, [hypotheses, *references]):
            file.write_text("".join(line + "\n" for line in lines), newline="\n")
        for name, tokenize in TOKENIZERS.items():
            printed = subprocess.run(
                [program, "evaluate", "--hypotheses", files[0], "--references", files[1],
                 "--references", files[2], "--tokenize", name],
                check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            lines = printed.stdout.splitlines()
            for expected in (bleu(hypotheses, references, tokenize), chrf(hypotheses, references)):
                if expected not in lines:
                    differences += 1
                    print(f"--tokenize {name}: expected {expected}, got {lines}")
        ascii_lines = [[re.sub(r"[^ -~]", " ", line) for line in lines]
                       for lines in [hypotheses, *references]]
        for file, lines in zip(files, ascii_lines):
            file.write_text("".join(line + "\n" for line in lines), newline="\n")
        printed = subprocess.run(
            [program, "evaluate", "--rouge", "--hypotheses", files[0], "--references", files[1],
             "--references", files[2]], check=True, stdout=subprocess.PIPE, text=True)
        for expected in rouge(ascii_lines[0], ascii_lines[1:]):
            if expected not in printed.stdout.splitlines():
                differences += 1
                print(f"--rouge: expected {expected}, got {printed.stdout}")
    print(f"seed {seed}: {differences} differences")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
