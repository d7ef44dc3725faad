"""read_arrays.py ALINEA SOURCE: what align writes as arrays, read by NumPy, beside its CSV."""

import collections
import csv
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

import numpy as np

ALINEA, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
PAIRS = [("fünf und zwanzig", "twenty five"), ("", "two"), ("zwei", "")]


def run(folder, command, *options):
    subprocess.run([ALINEA, command, *options], cwd=folder, check=True, capture_output=True)


def align(folder, model, form, *options):
    run(folder, "align", "--model", model, "--source", "source", "--target", "target", "--format", form,
        "--output", f"out.{form}", *options)  # fmt: skip


def tidy(folder):
    """The mean weights of each sentence by positions, and its tokens."""
    weights, tokens = collections.defaultdict(list), collections.defaultdict(dict)
    with open(folder / "out.tidy", newline="") as file:
        for row in csv.DictReader(file):
            s = int(row["sentence"])
            weights[s, int(row["target_position"]), int(row["source_position"])].append(float(row["weight"]))
            tokens[s, "target"][int(row["target_position"])] = row["target_token"]
            tokens[s, "source"][int(row["source_position"])] = row["source_token"]
    return weights, tokens


def read_safetensors(path):
    data = path.read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__")
    arrays = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        raw = data[8 + length + begin : 8 + length + end]
        arrays[name] = np.frombuffer(raw, "<f4").reshape(entry["shape"])
    return arrays, metadata


def check(folder, model, heads):
    align(folder, model, "tidy")
    align(folder, model, "npz")
    align(folder, model, "safetensors")
    weights, tokens = tidy(folder)
    with np.load(folder / "out.npz", allow_pickle=False) as archive:
        arrays = dict(archive)
    tensors, metadata = read_safetensors(folder / "out.safetensors")
    for s in range(len(PAIRS)):
        alpha = arrays[f"{s}/weights"]
        source, target = arrays[f"{s}/source"].tolist(), arrays[f"{s}/target"].tolist()
        assert alpha.shape[1:] == (len(target), len(source)), alpha.shape
        assert alpha.shape[0] == heads, alpha.shape
        np.testing.assert_allclose(alpha.sum(axis=2), 1, rtol=1e-5)
        assert source == [tokens[s, "source"][i] for i in range(len(source))], source
        assert target == [tokens[s, "target"][i] for i in range(len(target))], target
        for t in range(len(target)):
            for i in range(len(source)):
                assert abs(np.mean(weights[s, t, i]) - alpha[:, t, i].mean()) < 1e-4
        assert json.loads(metadata[f"{s}/source"]) == source
        assert json.loads(metadata[f"{s}/target"]) == target
        np.testing.assert_array_equal(tensors[f"{s}/weights"], alpha)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for side in ("train", "valid"):
            for language in ("de", "en"):
                lines = (SOURCE / "corpora/numbers" / f"{side}.{language}").read_text().splitlines()
                (folder / f"{side}.{language}").write_text("\n".join(lines[:120]) + "\n")
        for side, i in (("source", 0), ("target", 1)):
            (folder / side).write_text("".join(pair[i] + "\n" for pair in PAIRS))
        common = ["--source", "train.de", "--target", "train.en", "--valid-source", "valid.de",
                  "--valid-target", "valid.en", "--embedding-size", "12", "--hidden-size", "12",
                  "--batch-size", "16", "--updates", "5", "--threads", "1"]  # fmt: skip
        run(folder, "train", *common, "--model", "gru", "--cell", "gru", "--attention", "additive")
        check(folder, "gru", heads=1)
        run(folder, "train", *common, "--model", "luong", "--attention", "general", "--attention-heads", "2")
        check(folder, "luong", heads=2)


main()
