#!/usr/bin/env python3
"""Models of other tasks than translation in PyTorch, as one writes them there, and their counterparts of alinea.

Modules of torch.nn and packed sequences. Each model is trained for some updates by PyTorch and by alinea, on the same
examples in batches of the same size, on one thread. Prints a row of a table for each: examples per second of processor
time of both, their ratio, and the peak memory of both. With --tagging a second row for taggers: the sentences of TAGGED
that get their tags in a second of processor time, 64 in a batch, sorted by length.

  torch_tasks.py ALINEA tagger TAGGED [--updates N] [--tagging]
  torch_tasks.py ALINEA lstm-tagger TAGGED [--updates N] [--tagging]
  torch_tasks.py ALINEA transformer-tagger TAGGED [--updates N] [--tagging]
  torch_tasks.py ALINEA reader QUESTIONS BOOK [--updates N]
  torch_tasks.py ALINEA listener [--updates N]

TAGGED has a word and its tag a line, QUESTIONS and BOOK are those of train-reader --book, plain. The listener hears
random tables, which it makes.
"""

import argparse
import collections
import os
import random
import resource
import subprocess
import sys
import tempfile
import time

import numpy
import torch
from torch import nn
from torch.nn.utils import rnn

from torch_benchmark import PADDING, pad, sinusoids


def vocabulary(words, least=1):
    counts = collections.Counter(words)
    kept = [w for w, n in counts.items() if n >= least]
    return collections.defaultdict(int, {w: 2 + i for i, w in enumerate(kept)})


def lengths_of(sequences):
    return torch.tensor([len(s) for s in sequences])


def outside(lengths, width):
    return torch.arange(width)[None] >= lengths[:, None]


def read_packed(layer, x, lengths):
    packed = rnn.pack_padded_sequence(x, lengths, True, enforce_sorted=False)
    states, last = layer(packed)
    return rnn.pad_packed_sequence(states, True)[0], last


class Tagger(nn.Module):
    """A GRU in both directions, and a softmax over the tags of each word"""

    OPTIONS = ["--hidden-size", "128", "--embedding-size", "128", "--dropout", "0.3"]
    BATCH = 32

    def __init__(self, words, tags):
        super().__init__()
        self.words = nn.Embedding(words, 128)
        self.encoder = nn.GRU(128, 128, batch_first=True, bidirectional=True)
        self.output = nn.Linear(256, tags)
        self.dropout = nn.Dropout(0.3)

    def encode(self, x, lengths):
        return read_packed(self.encoder, self.dropout(self.words(x)), lengths)[0]

    def logits(self, words):
        return self.output(self.dropout(self.encode(pad(words), lengths_of(words))))

    def loss(self, batch):
        words, tags = zip(*batch)
        logits = self.logits(words)
        return nn.functional.cross_entropy(logits.flatten(0, 1), pad(tags, PADDING).flatten(), ignore_index=PADDING)


class LstmTagger(Tagger):
    """The same with an LSTM"""

    OPTIONS = [*Tagger.OPTIONS, "--cell", "lstm"]

    def __init__(self, words, tags):
        super().__init__(words, tags)
        self.encoder = nn.LSTM(128, 128, batch_first=True, bidirectional=True)


class TransformerTagger(Tagger):
    OPTIONS = ["--encoder", "transformer", "--embedding-size", "256", "--layers", "3", "--heads", "4",
               "--feed-forward-size", "1024", "--dropout", "0.1", "--embedding-dropout", "0.1"]

    def __init__(self, words, tags):
        nn.Module.__init__(self)
        self.words = nn.Embedding(words, 256)
        layer = nn.TransformerEncoderLayer(256, 4, 1024, 0.1, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 3)
        self.output = nn.Linear(256, tags)
        self.dropout = nn.Dropout(0.1)
        self.register_buffer("positions", sinusoids(256))

    def encode(self, x, lengths):
        embedded = self.words(x) * 16 + self.positions[:x.shape[1]]
        return self.encoder(self.dropout(embedded), src_key_padding_mask=outside(lengths, x.shape[1]))


class Reader(nn.Module):
    """Attention over attention (Cui et al. 2017)"""

    OPTIONS = ["--embedding-size", "128", "--hidden-size", "128", "--dropout", "0.3"]
    BATCH = 16

    def __init__(self, words):
        super().__init__()
        self.words = nn.Embedding(words, 128)
        self.encoder = nn.GRU(128, 128, batch_first=True, bidirectional=True)
        self.dropout = nn.Dropout(0.3)

    def encode(self, x, lengths):
        return self.dropout(read_packed(self.encoder, self.dropout(self.words(x)), lengths)[0])

    def loss(self, batch):
        documents, queries, answers = zip(*batch)
        x, document_lengths, query_lengths = pad(documents), lengths_of(documents), lengths_of(queries)
        document = self.encode(x, document_lengths)
        query = self.encode(pad(queries), query_lengths)
        no_document = outside(document_lengths, document.shape[1])[:, :, None]
        no_query = outside(query_lengths, query.shape[1])[:, None]
        energies = torch.bmm(document, query.transpose(1, 2))
        alpha = torch.softmax(energies.masked_fill(no_document, float("-inf")), 1)
        beta = torch.softmax(energies.masked_fill(no_query, float("-inf")), 2).masked_fill(no_document, 0)
        beta = beta.sum(1) / document_lengths[:, None]
        seen = torch.bmm(alpha, beta[:, :, None])[:, :, 0]
        right = (x == torch.tensor(answers)[:, None]) & ~no_document[:, :, 0]
        return -torch.log((seen * right).sum(1)).mean()


class Listener(nn.Module):
    """Location-aware attention (Chorowski et al. 2015) between a pyramid of GRUs and a GRU"""

    OPTIONS = ["--encoder-layers", "2", "--subsampling", "1", "--attention", "additive", "--location-aware",
               "--location-filters", "8", "--location-width", "8", "--embedding-size", "128",
               "--encoder-hidden-size", "128", "--hidden-size", "256", "--dropout", "0.2", "--max-frames", "0"]
    BATCH = 32
    COLUMNS = 40

    def __init__(self, words):
        super().__init__()
        self.source = nn.Linear(self.COLUMNS, 128)
        self.below = nn.GRU(128, 128, batch_first=True, bidirectional=True)
        self.above = nn.GRU(512, 128, batch_first=True, bidirectional=True)
        self.target = nn.Embedding(words, 128)
        self.bridge = nn.Linear(256, 256)
        self.cell = nn.GRUCell(128 + 256, 256)
        self.key, self.query = nn.Linear(256, 256), nn.Linear(256, 256, bias=False)
        self.filters, self.location = nn.Conv1d(1, 8, 17, padding=8, bias=False), nn.Linear(8, 256, bias=False)
        self.energy = nn.Linear(256, 1, bias=False)
        self.read, self.output = nn.Linear(256 + 256 + 128, 256), nn.Linear(256, words)
        self.dropout = nn.Dropout(0.2)

    def loss(self, batch):
        rows, targets = zip(*batch)
        lengths = lengths_of(rows)
        states, _ = read_packed(self.below, self.dropout(self.source(pad(rows))), lengths)
        if states.shape[1] % 2:
            states = nn.functional.pad(states, (0, 0, 0, 1))
        lengths = (lengths + 1) // 2
        pairs = states.reshape(len(rows), -1, 512)
        states, last = read_packed(self.above, self.dropout(pairs), lengths)
        state, keys = torch.tanh(self.bridge(torch.cat([last[0], last[1]], 1))), self.key(states)
        no_state = outside(lengths, states.shape[1])
        weights = torch.zeros(len(rows), states.shape[1])
        weights[:, 0] = 1
        embedded = self.dropout(self.target(pad([[1] + t for t in targets])))
        read = []
        for t in range(embedded.shape[1]):
            before = self.location(self.filters(weights[:, None]).transpose(1, 2))
            energies = self.energy(torch.tanh(self.query(state)[:, None] + keys + before))[:, :, 0]
            weights = torch.softmax(energies.masked_fill(no_state, float("-inf")), 1)
            context = torch.bmm(weights[:, None], states)[:, 0]
            state = self.cell(torch.cat([embedded[:, t], context], 1), state)
            read.append(torch.cat([state, context, embedded[:, t]], 1))
        logits = self.output(self.dropout(torch.tanh(self.read(torch.stack(read, 1)))))
        wanted = pad([t + [0] for t in targets], PADDING)
        return nn.functional.cross_entropy(logits.flatten(0, 1), wanted.flatten(), ignore_index=PADDING)


def tagged_sentences(path):
    sentences, sentence = [], []
    for line in open(path, encoding="utf-8"):
        columns = line.split()
        if columns:
            sentence.append((columns[0], columns[-1]))
        elif sentence:
            sentences.append(sentence)
            sentence = []
    return sentences


TAGGERS = {"tagger": Tagger, "lstm-tagger": LstmTagger, "transformer-tagger": TransformerTagger}


def make_tagger(kind, path):
    sentences = tagged_sentences(path)
    words = vocabulary(w for s in sentences for w, _ in s)
    tags = vocabulary(t for s in sentences for _, t in s)
    examples = [([words[w] for w, _ in s], [tags[t] for _, t in s]) for s in sentences]
    return kind(2 + len(words), 2 + len(tags)), examples, ["train-tagger", "--train", path, "--valid-share", "0.01"]


def make_reader(path, book):
    lines = [line.split() for line in open(book, encoding="utf-8")]
    words = vocabulary((w for line in lines for w in line), 2)
    examples = []
    for row in open(path, encoding="utf-8"):
        line, token, answer = row.split("\t")[:3]
        line, token = int(line), int(token)
        document = [words[w] for before in lines[max(line - 20, 0):line] for w in before]
        query = [1 if i == token else words[w] for i, w in enumerate(lines[line])]
        if words[answer] in document:
            examples.append((document, query, words[answer]))
    return Reader(2 + len(words)), examples, ["train-reader", "--train", path, "--book", book, "--min-frequency", "2",
                                              "--valid-share", "0.01"]


def make_listener(folder):
    draw = random.Random(1)
    examples = []
    with open(os.path.join(folder, "tables.lst"), "w") as names, open(os.path.join(folder, "words.txt"), "w") as texts:
        for i in range(600):
            words = [draw.randint(2, 11) for _ in range(draw.randint(1, 7))]
            rows = numpy.random.RandomState(i).randn(40 * len(words), Listener.COLUMNS).astype("float32")
            numpy.save(os.path.join(folder, f"{i}.npy"), rows)
            print(f"{i}.npy", file=names)
            print(*words, file=texts)
            examples.append((rows, words))
    sides = [os.path.join(folder, name) for name in ("tables.lst", "words.txt")]
    return Listener(12), examples, ["train", "--source-type", "features", "--features-folder", folder,
                                    "--source", sides[0], "--target", sides[1], "--valid-source", sides[0],
                                    "--valid-target", sides[1]]


def torch_speed(model, examples, updates):
    """Examples per second of processor time, batches drawn from examples that are sorted by length"""
    examples = sorted(examples, key=lambda example: len(example[0]))
    batches = [examples[i:i + model.BATCH] for i in range(0, len(examples) - model.BATCH + 1, model.BATCH)]
    random.Random(1).shuffle(batches)
    adam = torch.optim.Adam(model.parameters())
    warmup, count = max(updates // 10, 2), 0
    for i in range(warmup + updates):
        if i == warmup:
            begin = time.process_time()
        batch = batches[i % len(batches)]
        adam.zero_grad()
        model.loss(batch).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1)
        adam.step()
        count += len(batch) if i >= warmup else 0
    return count / (time.process_time() - begin)


def torch_tagging(model, examples):
    """Sentences per second of processor time that get their tags"""
    words = sorted((words for words, _ in examples), key=len)
    model.eval()
    with torch.no_grad():
        model.logits(words[-64:])
        begin = time.process_time()
        for i in range(0, len(words), 64):
            model.logits(words[i:i + 64]).argmax(2)
        return len(words) / (time.process_time() - begin)


def run(command):
    """Processor seconds and peak megabytes"""
    begin = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if done.returncode:
        sys.exit(done.stderr.decode())
    end = resource.getrusage(resource.RUSAGE_CHILDREN)
    return end.ru_utime + end.ru_stime - begin.ru_utime - begin.ru_stime, end.ru_maxrss * 1024 / 1e6


def alinea_seconds(command, updates, folder):
    """Those of a training of so many updates"""
    return run([*command, "--updates", str(updates), "--epochs", "0", "--validate-every", "1000000",
                "--model", os.path.join(folder, f"model{updates}")])


def alinea_tagging(program, model, path, sentences, folder):
    """As that of PyTorch; without loading the model"""
    one = os.path.join(folder, "one")
    with open(one, "w") as file:
        print("word\tX", file=file)
    command = [program, "tag", "--model", model, "--threads", "1", "--batch-size", "64", "--input"]
    loading, _ = run([*command, one])
    return sentences / (run([*command, path])[0] - loading)


def alinea_speed(model, program, command, updates, folder):
    """As that of PyTorch; without reading and what else does not depend on the number of updates"""
    command = [program, *command, *model.OPTIONS, "--threads", "1", "--batch-size", str(model.BATCH)]
    few = max(updates // 10, 2)
    short, _ = alinea_seconds(command, few, folder)
    long, memory = alinea_seconds(command, updates + few, folder)
    return updates * model.BATCH / (long - short), memory


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("alinea")
    parser.add_argument("what", choices=[*TAGGERS, "reader", "listener"])
    parser.add_argument("files", nargs="*")
    parser.add_argument("--updates", type=int, default=100)
    parser.add_argument("--tagging", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    with tempfile.TemporaryDirectory() as folder:
        if options.what == "reader":
            model, examples, command = make_reader(*options.files)
        elif options.what == "listener":
            model, examples, command = make_listener(folder)
        else:
            model, examples, command = make_tagger(TAGGERS[options.what], *options.files)
        speed, memory = alinea_speed(model, options.alinea, command, options.updates, folder)
        if options.tagging:
            trained = os.path.join(folder, f"model{max(options.updates // 10, 2)}")
            tagged = alinea_tagging(options.alinea, trained, options.files[0], len(examples), folder)
    other = torch_speed(model, examples, options.updates)
    other_memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    if options.tagging:
        others = torch_tagging(model, examples)
        print(f"| {options.what}, tagging | {tagged:.0f} | | {others:.0f} | | {tagged / others:.1f} |")
    print(f"| {options.what} | {speed:.0f} | {memory:.0f} MB | {other:.0f} | {other_memory:.0f} MB | {speed / other:.1f} |")


if __name__ == "__main__":
    main()
