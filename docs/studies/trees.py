"""Turns trees of the Stanford Sentiment Treebank into lines 'label TAB text', for `alinea train-classifier`:

    trees.py [--phrases] < TREES > LINES

Labels 0 and 1 are negative, 3 and 4 positive, and what is neutral, 2, is left out. With --phrases every phrase
of every tree is a line, once for each of its labels; otherwise only whole sentences are.
"""

import re
import sys


def phrases(tree):
    """(label, words) of every node, the whole sentence last."""
    open_nodes = []
    for opened, word, closed in re.findall(r"\((\d) ?|([^()\s]+)|(\))", tree):
        if opened:
            open_nodes.append((int(opened), []))
        elif word:
            open_nodes[-1][1].append(word)
        elif closed:
            label, words = open_nodes.pop()
            yield label, words
            if open_nodes:
                open_nodes[-1][1].extend(words)


def main():
    seen = set()
    for tree in sys.stdin:
        nodes = list(phrases(tree))
        for label, words in nodes if "--phrases" in sys.argv[1:] else nodes[-1:]:
            line = f"{'negative' if label < 2 else 'positive'}\t{' '.join(words)}"
            if label != 2 and ("--phrases" not in sys.argv[1:] or line not in seen):
                seen.add(line)
                print(line)


if __name__ == "__main__":
    main()
