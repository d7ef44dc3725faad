#!/usr/bin/env python3
"""Measures alinea and writes what it finds into the tables and plots of docs/benchmarks.md.

  benchmarks.py BUILD --corpus FOLDER --model MODEL [--only SECTION...]

BUILD is the build folder, with the target `benchmarks` built. FOLDER has train.de, train.en, test.de
and test.en, tokenised; MODEL is a model of shape R trained on them. Sections are the tables
of that page, all by default.
Python comes with PyTorch (python3-torch, and libopenblas0-openmp, without which it is far slower);
plots are drawn where gnuplot is.
"""

import argparse
import collections
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
DOCS = os.path.join(HERE, "..", "..", "docs")
SECTIONS = {}
# Those of curves in src/reports/colours.cpp.
COLOURS = ["#1b66b1", "#b84300", "#1d7a3a", "#8c3fa8", "#a8123e", "#00707a", "#7a5c00", "#555b63"]


def section(function):
    SECTIONS[function.__name__] = function
    return function


class Machine:
    """Runs the programs, each in a process of its own."""

    def __init__(self, options):
        self.options = options
        self.train = [os.path.join(options.corpus, f"train.{side}") for side in ("de", "en")]
        self.test = [os.path.join(options.corpus, f"test.{side}") for side in ("de", "en")]

    def path(self, *parts):
        return os.path.join(self.options.build, *parts)

    def run(self, *command, **more):
        done = subprocess.run([str(c) for c in command], stdout=subprocess.PIPE, check=True, **more)
        return done.stdout.decode()

    def json(self, *command):
        print(" ".join(str(c) for c in command[1:]), file=sys.stderr, flush=True)
        return json.loads(self.run(*command))

    def training(self, *options):
        return self.json(self.path("tests/benchmarks/training_benchmark"), *options)

    def training_on_corpus(self, *options):
        return self.training("--source", self.train[0], "--target", self.train[1], *options)

    def decoding(self, *options):
        return self.decoding_of(self.options.model, *options)

    def decoding_of(self, model, *options):
        return self.json(self.path("tests/benchmarks/decoding_benchmark"), "--model", model, "--source",
                         self.test[0], *options)

    def bleu(self, *options):
        with tempfile.NamedTemporaryFile() as out:
            with open(self.test[0], "rb") as source:
                subprocess.run([self.path("alinea"), "translate", "--model", self.options.model,
                                *map(str, options)], stdin=source, stdout=out, check=True)
            text = self.run(self.path("alinea"), "evaluate", "--hypotheses", out.name,
                            "--references", self.test[1], "--tokenize", "none")
            return re.search(r"BLEU = ([0-9.]+)", text).group(1)

    def torch(self, what, texts, *options):
        return self.json(sys.executable, os.path.join(HERE, "torch_benchmark.py"), what, *texts,
                         *options)


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(str(cell) for cell in line) + " |\n" for line in lines)


def percent(x):
    return f"{100 * x:.0f} %"


def plot(name, title, axes, series):
    """series: name -> points; both axes logarithmic"""
    if shutil.which("gnuplot") is None:
        return
    curves, blocks = [], []
    for i, (label, points) in enumerate(series.items()):
        blocks.append(f"$data{i} << EOD\n" + "".join(f"{x} {y}\n" for x, y in points) + "EOD\n")
        colour = COLOURS[i % len(COLOURS)]
        curves.append(f"$data{i} with linespoints lw 2 lc rgb '{colour}' dt {1 + i // len(COLOURS)} "
                      f"title '{label}'")
    ticks = ",".join(str(x) for x, _ in next(iter(series.values())))
    script = "".join(blocks) + f"""
set terminal svg size 640,400 font "sans-serif,12" background "white"
set output "{os.path.join(DOCS, 'images', name + '.svg')}"
set title "{title}"
set xlabel "{axes[0]}"
set ylabel "{axes[1]}"
set logscale x 2
set xtics ({ticks})
set yrange [0:*]
set grid
set key bottom right
plot {", ".join(curves)}
"""
    subprocess.run(["gnuplot"], input=script.encode(), check=True)


SHAPES = {
    "R: GRU, additive, Bahdanau": [],
    "LSTM, general, Luong": ["--cell", "lstm", "--attention", "general"],
    "the same without feeding": ["--cell", "lstm", "--attention", "general", "--no-input-feeding"],
}


@section
def training(machine):
    rows = []
    for threads in (1, 2):
        for name, options in SHAPES.items():
            m = machine.training_on_corpus("--threads", threads, *options)
            less = machine.training_on_corpus("--threads", threads, "--precision", "bf16", *options)
            theirs = "" if "feeding" in name else machine.torch(
                "train", machine.train, "--threads", threads,
                *(["--lstm-general"] if options else []))
            rows.append([
                name, threads, f"{m['target_tokens_per_second']:.0f}",
                percent(m["share_of_bound"]), f"{m['gflops']:.0f}",
                f"{m['arena_megabytes']:.0f} MB", f"{m['peak_megabytes']:.0f} MB",
                f"{less['target_tokens_per_second']:.0f}",
                f"{less['target_tokens_per_second'] / m['target_tokens_per_second']:.2f}",
                theirs and f"{theirs['target_tokens_per_second']:.0f}",
                theirs and f"{m['target_tokens_per_second'] / theirs['target_tokens_per_second']:.1f}",
            ])
    return table(["model", "threads", "target tokens/s", "share of the bound", "GFLOP/s", "arena",
                  "peak memory", "bf16, tokens/s", "of f32", "PyTorch", "ratio"], rows)


# Of the Transformers: layers of encoder and decoder, size, heads, inner size.
TRANSFORMERS = {"b: 3 + 3 layers of 256": (3, 256, 4, 1024), "c: 6 + 6 layers of 512": (6, 512, 8, 2048)}


def transformer(layers, size, heads, feed_forward):
    return ["--architecture", "transformer", "--attention", "scaled-dot", "--encoder-layers", layers,
            "--decoder-layers", layers, "--embedding-size", size, "--heads", heads,
            "--feed-forward-size", feed_forward]


@section
def transformer_training(machine):
    rows = []
    for name, shape in TRANSFORMERS.items():
        # 64 sentences, or about 4,096 target tokens with </s>
        size = ["--batch-size", 64 if name[0] == "b" else 288, "--updates", 30 if name[0] == "b" else 3]
        for threads in (1, 2) if name[0] == "b" else (2,):
            some = [*size, "--threads", threads]
            m = machine.training_on_corpus(*some, *transformer(*shape))
            less = machine.training_on_corpus(*some, "--precision", "bf16", *transformer(*shape))
            theirs = machine.torch("train", machine.train, *some, "--transformer", *shape)
            rows.append([
                name, threads, f"{m['target_tokens_per_second']:.0f}",
                percent(m["share_of_bound"]), f"{m['arena_megabytes']:.0f} MB",
                f"{m['peak_megabytes']:.0f} MB", f"{less['target_tokens_per_second']:.0f}",
                f"{less['target_tokens_per_second'] / m['target_tokens_per_second']:.2f}",
                f"{theirs['target_tokens_per_second']:.0f}",
                f"{theirs['peak_megabytes']:.0f} MB",
                f"{m['target_tokens_per_second'] / theirs['target_tokens_per_second']:.1f}",
            ])
    return table(["model", "threads", "target tokens/s", "share of the bound", "arena", "peak memory",
                  "bf16, tokens/s", "of f32", "PyTorch", "its peak memory", "ratio"], rows)


@section
def transformer_length(machine):
    """The same number of words in ever longer sentences"""
    words = 4000
    return scaling(machine, "transformer-length", "words in a sentence", (20, 50, 100, 200, 500, 1000), {
        "b": lambda n: ["--length", n, "--batch-size", words // n, "--updates", 10, "--threads", 1,
                        *transformer(*TRANSFORMERS["b: 3 + 3 layers of 256"])]})


def untrained(machine, model, options):
    """Makes a model of that shape that learned nothing"""
    machine.run(machine.path("alinea"), "train", "--source", machine.train[0], "--target",
                machine.train[1], "--valid-source", machine.test[0], "--valid-target",
                machine.test[1], "--min-frequency", 2, "--model", model, "--updates", 1,
                "--save-every", 0, *options, stderr=subprocess.DEVNULL)


def decoding_row(machine, name, model, torch_shape, threads, beam, batch, sentences):
    """14 steps a sentence"""
    some = ["--threads", threads, "--beam-size", beam, "--batch-size", batch, "--sentences",
            sentences, "--steps", 14]
    m, less = (machine.decoding_of(model, *some, "--precision", precision)
               for precision in ("f32", "int8"))
    theirs = machine.torch("decode", machine.test, "--vocabulary-of", *machine.train, *some, *torch_shape)
    return [name, "greedy" if beam == 1 else f"beam {beam}", batch,
            f"{m['sentences_per_second']:.0f}", percent(m["share_of_bound"]),
            f"{less['sentences_per_second']:.0f}", f"{m['peak_megabytes']:.0f} MB",
            f"{theirs['sentences_per_second']:.0f}",
            f"{m['sentences_per_second'] / theirs['sentences_per_second']:.1f}"]


DECODING_HEAD = ["model", "search", "batch", "sentences/s", "share of the bound", "int8", "peak memory",
                 "PyTorch", "ratio"]


@section
def transformer_decoding(machine):
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, shape in TRANSFORMERS.items():
            model = os.path.join(folder, name[0])
            untrained(machine, model, transformer(*shape))
            for beam in (1, 5):
                for batch in (64, 32, 1) if name[0] == "b" else (32, 1):
                    sentences = 20 if batch == 1 else 640 if name[0] == "b" else 64
                    rows.append(decoding_row(machine, name[0], model, ["--transformer", *shape], 2,
                                             beam, batch, sentences))
    return table(DECODING_HEAD, rows)


def per_processor_second(figures):
    """Target tokens"""
    tokens = figures["target_tokens_per_second"] * figures["milliseconds_per_update"]
    return tokens / figures["processor_milliseconds_per_update"]


# fairseq's fconv of this size: 4 + 4 layers of 256, kernels of 3 words.
CONVOLUTIONAL = ["--architecture", "convolutional", "--attention", "dot", "--encoder-layers", 4,
                 "--decoder-layers", 4, "--embedding-size", 256, "--channels", 256, "--kernel", 3,
                 "--dropout", 0.2]
TORCH_CONVOLUTIONAL = ["--convolutional", 4, 4, 256, 3]


@section
def convolutional_training(machine):
    """One thread, by processor time, which other work on the machine disturbs least"""
    some = ["--threads", 1, "--batch-size", 64, "--updates", 20]
    m = machine.training_on_corpus(*some, *CONVOLUTIONAL)
    less = machine.training_on_corpus(*some, "--precision", "bf16", *CONVOLUTIONAL)
    theirs = machine.torch("train", machine.train, *some, *TORCH_CONVOLUTIONAL)
    ours, bf16, other = (per_processor_second(figures) for figures in (m, less, theirs))
    share = m["milliseconds_of_products"] / m["processor_milliseconds_per_update"]
    return table(["model", "target tokens per processor second", "share of the bound", "peak memory",
                  "bf16", "PyTorch", "its peak memory", "ratio"],
                 [["4 + 4 convolutions of 256", f"{ours:.0f}", percent(share), f"{m['peak_megabytes']:.0f} MB",
                   f"{bf16:.0f}", f"{other:.0f}", f"{theirs['peak_megabytes']:.0f} MB", f"{ours / other:.1f}"]])


@section
def convolutional_decoding(machine):
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        model = os.path.join(folder, "model")
        untrained(machine, model, CONVOLUTIONAL)
        for beam in (1, 5):
            for batch in (64, 32, 1):
                rows.append(decoding_row(machine, "4 + 4 convolutions of 256", model, TORCH_CONVOLUTIONAL,
                                         2, beam, batch, 20 if batch == 1 else 640))
    return table(DECODING_HEAD, rows)


@section
def outside(machine):
    """Where the time of a training goes, by library, as perf sees it"""
    with tempfile.TemporaryDirectory() as folder:
        record = os.path.join(folder, "perf")
        machine.run("perf", "record", "-q", "-F", "999", "-o", record, machine.path("alinea"), "train",
                    "--source", machine.train[0], "--target", machine.train[1], "--valid-source",
                    machine.test[0], "--valid-target", machine.test[1], "--min-frequency", "2",
                    "--threads", "1", "--model", os.path.join(folder, "model"), "--updates", "100",
                    "--validate-every", "1000", "--save-every", "0", stderr=subprocess.DEVNULL)
        text = machine.run("perf", "report", "-i", record, "--stdio", "--sort", "dso",
                           stderr=subprocess.DEVNULL)
    shares = {"products (oneDNN)": 0, "alinea's own loops": 0,
              "memory, files, other": 0}
    for share, library in re.findall(r"^ +([0-9.]+)% +(\S.*?) *$", text, flags=re.M):
        names = list(shares)
        name = (names[0] if "JIT" in library or "dnnl" in library
                else names[1] if library == "alinea" else names[2])
        shares[name] += float(share)
    return table(["where", "share of the time of a training of R with 100 updates, including reading and saving"],
                 [[name, f"{share:.0f} %"] for name, share in shares.items()])


@section
def decoding(machine):
    rows = []
    for threads in (1, 2):
        for beam in (1, 5):
            for batch in (64, 1):
                some = ["--threads", threads, "--beam-size", beam, "--batch-size", batch]
                if batch == 1:
                    some += ["--sentences", 200]
                m = machine.decoding(*some)
                less = [machine.decoding(*some, "--precision", precision)["sentences_per_second"]
                        for precision in ("bf16", "int8")]
                theirs = machine.torch("decode", machine.test, "--vocabulary-of", *machine.train,
                                       *some)
                rows.append([
                    "greedy" if beam == 1 else f"beam {beam}", batch, threads,
                    f"{m['sentences_per_second']:.0f}", f"{m['tokens_per_second']:.0f}",
                    percent(m["share_of_bound"]), f"{less[0]:.0f}", f"{less[1]:.0f}",
                    f"{m['first_sentence_milliseconds']:.0f} ms",
                    f"{m['load_milliseconds']:.0f} ms", f"{m['peak_megabytes']:.0f} MB",
                    f"{theirs['sentences_per_second']:.0f}",
                    f"{m['sentences_per_second'] / theirs['sentences_per_second']:.1f}",
                ])
    return table(["search", "batch", "threads", "sentences/s", "tokens/s", "share of the bound",
                  "bf16", "int8", "first sentence", "loading", "peak memory", "PyTorch", "ratio"],
                 rows)


@section
def precision(machine):
    """What fewer bits cost"""
    rows = [[name, *(machine.bleu("--beam-size", beam, "--precision", name) for beam in (1, 5))]
            for name in ("f32", "bf16", "int8")]
    return table(["precision", "BLEU, greedy", "BLEU, beam 5"], rows)


def lexicon(machine, path):
    """How often each source word is linked to a target word, by the model's own attention"""
    links = os.path.join(os.path.dirname(path), "links")
    machine.run(machine.path("alinea"), "align", "--model", machine.options.model, "--source",
                machine.train[0], "--target", machine.train[1], "--format", "pharaoh", "--links",
                "threshold", "--threshold", "0.2", "--output", links)
    pairs, sources = collections.Counter(), collections.Counter()
    for line in zip(*(open(name, encoding="utf-8") for name in (*machine.train, links))):
        source, target, linked = (side.split() for side in line)
        for s, t in (map(int, link.split("-")) for link in linked):
            pairs[target[t], source[s]] += 1
            sources[source[s]] += 1
    with open(path, "w", encoding="utf-8") as out:
        for (target, source), count in sorted(pairs.items()):
            print(target, source, count / sources[source], file=out)


@section
def shortlist(machine):
    """What it costs and wins to look at few words"""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "lexicon")
        lexicon(machine, path)
        for first, best in ((0, 0), (100, 100), (100, 20), (50, 10)):
            options = ["--shortlist", path, "--shortlist-first", first, "--shortlist-best",
                       best] if first else []
            row = [first or "all", best or "all"]
            for beam in (1, 5):
                row += [f"""{machine.decoding('--threads', 2, '--beam-size', beam, '--precision',
                                             precision, *options)['sentences_per_second']:.0f}"""
                        for precision in ("f32", "int8")]
                row.append(machine.bleu("--beam-size", beam, *options))
            rows.append(row)
    return table(["frequent words", "of each source word", "greedy, sentences/s", "in int8", "BLEU",
                  "beam 5, sentences/s", "in int8", "BLEU"], rows)


@section
def startup(machine):
    line = open(machine.test[0], encoding="utf-8").readline().encode()
    command = [machine.path("alinea"), "translate", "--model", machine.options.model]
    times = []
    for _ in range(11):
        begin = time.perf_counter()
        machine.run(*command, input=line)
        times.append(1e3 * (time.perf_counter() - begin))
    times.sort()
    return table(["`alinea translate`, one line", "ms"],
                 [["median of 11", f"{times[5]:.0f}"], ["best", f"{times[0]:.0f}"]])


def scaling(machine, name, unit, values, series):
    """series: label -> options of a value; a row a value, tokens/s and share of the bound each"""
    rows, curves = [], {label: [] for label in series}
    for value in values:
        row = [value]
        for label, options in series.items():
            m = machine.training(*options(value))
            curves[label].append((value, m["target_tokens_per_second"]))
            row += [f"{m['target_tokens_per_second']:.0f}", percent(m["share_of_bound"]),
                    f"{m['arena_megabytes']:.0f} MB"]
        rows.append(row)
    plot(f"speed-{name}", f"Training speed by {unit}", (unit, "target tokens/s"), curves)
    head = [unit]
    for label in series:
        head += [f"{label}, tokens/s", "share of the bound", "arena"]
    return table(head, rows)


@section
def batch(machine):
    corpus = ["--source", machine.train[0], "--target", machine.train[1]]
    return scaling(machine, "batch", "sentences in a batch", (16, 32, 64, 128, 256), {
        "1 thread": lambda n: [*corpus, "--batch-size", n, "--updates", max(15, 1600 // n),
                               "--threads", 1],
        "2 threads": lambda n: [*corpus, "--batch-size", n, "--updates", max(15, 1600 // n),
                                "--threads", 2]})


@section
def hidden(machine):
    corpus = ["--source", machine.train[0], "--target", machine.train[1]]
    return scaling(machine, "hidden", "hidden units", (256, 512, 1024), {
        "R": lambda n: [*corpus, "--hidden-size", n, "--updates", 20, "--threads", 2]})


@section
def length(machine):
    made_up = lambda n: ["--length", n, "--updates", max(6, 400 // n), "--threads", 2]
    return scaling(machine, "length", "words in a sentence", (10, 20, 40, 80, 160), {
        "global": made_up,
        "local-m, D = 10": lambda n: [*made_up(n), "--attention-mode", "local-m"]})


@section
def vocabulary(machine):
    return scaling(machine, "vocabulary", "vocabulary size", (8000, 32000, 100000), {
        "R": lambda n: ["--vocabulary", n, "--updates", 10, "--threads", 2]})


@section
def corpus(machine):
    """Memory of a training as its corpus grows"""
    sides = [open(path, "rb").read().splitlines(keepends=True)[:10000] for path in machine.train]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, side) for side in ("de", "en")]
        for count in (10_000, 100_000, 1_000_000, 10_000_000):
            for path, lines in zip(paths, sides):
                with open(path, "wb") as out:
                    for _ in range(count // 10000):
                        out.writelines(lines)
            row = [f"{count:,}"]
            for more in ([], ["--corpus-on-disk"]):
                command = [machine.path("alinea"), "train", "--source", paths[0], "--target",
                           paths[1], "--valid-source", machine.test[0], "--valid-target",
                           machine.test[1], "--min-frequency", "2", "--model",
                           os.path.join(folder, "model"), "--overwrite", "--updates", "3",
                           "--hidden-size", "64", "--embedding-size", "64", "--save-every", "0",
                           "--threads", "2", *more]
                print(count, "lines", *more, file=sys.stderr, flush=True)
                begin = time.perf_counter()
                child = subprocess.Popen(command, stdout=subprocess.DEVNULL,
                                         stderr=subprocess.DEVNULL)
                _, status, usage = os.wait4(child.pid, 0)
                if status != 0:
                    raise RuntimeError("training failed")
                row += [f"{usage.ru_maxrss * 1024 / 1e6:.0f} MB",
                        f"{time.perf_counter() - begin:.0f} s"]
            rows.append(row)
    return table(["pairs of lines", "peak memory", "time", "with `--corpus-on-disk`", "time"], rows)


def write(name, text):
    page = os.path.join(DOCS, "benchmarks.md")
    old = open(page, encoding="utf-8").read()
    new, count = re.subn(rf"(<!-- {name} -->\n).*?(<!-- end -->)",
                         lambda m: m.group(1) + "\n" + text + "\n" + m.group(2), old, flags=re.S)
    if count != 1:
        raise RuntimeError(f"expected one place for {name} in {page}, found {count}")
    open(page, "w", encoding="utf-8").write(new)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("--corpus", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--only", nargs="+", choices=[*SECTIONS], default=[*SECTIONS])
    options = parser.parse_args()
    machine = Machine(options)
    for name in options.only:
        text = SECTIONS[name](machine)
        print(text, flush=True)
        write(name, text)


if __name__ == "__main__":
    main()
