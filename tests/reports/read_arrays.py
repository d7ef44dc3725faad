"""read_arrays.py ALINEA SOURCE: what align and translate write as arrays, read by NumPy.

Weights are those of the CSV and the softmax of the energies beside them; the states are one for each
position, the same whatever the translation is.
"""

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
sys.dont_write_bytecode = True
sys.path.insert(0, str(SOURCE / "tests" / "support"))

from small_corpus import FILES, write_small_corpus  # noqa: E402

PAIRS = [("fünf und zwanzig", "twenty five"), ("", "two"), ("zwei", "")]
EXTRAS = ["--energies", "--encoder-states"]


def run(folder, command, *options, **more):
    done = subprocess.run([ALINEA, command, *options], cwd=folder, check=True, capture_output=True, **more)
    return done.stdout


def load(path):
    with np.load(path, allow_pickle=False) as archive:
        return dict(archive)


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
    weights, tokens = tidy(folder)
    plain = load(folder / "out.npz")
    align(folder, model, "npz", *EXTRAS)
    align(folder, model, "safetensors", *EXTRAS)
    arrays = load(folder / "out.npz")
    assert {name.split("/")[1] for name in plain} == {"weights", "source", "target"}, plain.keys()
    for name, array in plain.items():
        np.testing.assert_array_equal(array, arrays[name])
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
        for name in ("weights", "energies", "states"):
            np.testing.assert_array_equal(tensors[f"{s}/{name}"], arrays[f"{s}/{name}"])
        check_energies(alpha, arrays[f"{s}/energies"])
        states = arrays[f"{s}/states"]
        assert states.shape[0] == len(source) and states.shape[1] > 0, states.shape
        assert len(np.unique(states, axis=0)) == len(source), states


def check_energies(alpha, energies):
    assert energies.shape == alpha.shape, energies.shape
    shares = np.exp(energies - energies.max(axis=2, keepdims=True))
    np.testing.assert_allclose(shares / shares.sum(axis=2, keepdims=True), alpha, atol=1e-6)
    assert np.ptp(energies) > 0


def check_translate(folder, model):
    """What the search saw is what align sees of the translations that it found."""
    source = (folder / "source").read_text()
    target = run(folder, "translate", "--model", model, "--alignments", "found.npz", "--alignment-format",
                 "npz", *EXTRAS, input=source.encode())  # fmt: skip
    (folder / "found").write_bytes(target)
    run(folder, "align", "--model", model, "--source", "source", "--target", "found", "--format", "npz",
        "--output", "again.npz", *EXTRAS)  # fmt: skip
    found, again = load(folder / "found.npz"), load(folder / "again.npz")
    answered = 0
    for name, array in found.items():
        sentence, what = name.split("/")
        if array.size == 0 or what in ("source", "target"):
            continue
        answered += what == "energies"
        # A translation that was cut off by its maximum length has no row for </s>.
        expected = again[name] if what == "states" else again[name][:, : array.shape[1]]
        np.testing.assert_allclose(array, expected, atol=1e-5)
        if what == "energies":
            check_energies(found[f"{sentence}/weights"], array)
    assert answered == sum(bool(line) for line in source.splitlines()), answered


def check_refused(folder):
    for options in (["--format", "tidy"], ["--format", "npz", "--alignment-unit", "word"]):
        for extra in EXTRAS:
            done = subprocess.run(
                [ALINEA, "align", "--model", "gru", "--source", "source", "--target", "target", "--output",
                 "refused", *options, extra], cwd=folder, capture_output=True, text=True)  # fmt: skip
            assert done.returncode == 2 and extra in done.stderr, done
            assert not (folder / "refused").exists()


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_small_corpus(SOURCE, folder)
        for side, i in (("source", 0), ("target", 1)):
            (folder / side).write_text("".join(pair[i] + "\n" for pair in PAIRS))
        common = [*FILES, "--embedding-size", "12", "--batch-size", "16", "--updates", "5", "--threads", "1"]
        recurrent = [*common, "--hidden-size", "12"]
        run(folder, "train", *recurrent, "--model", "gru", "--cell", "gru", "--attention", "additive")
        check(folder, "gru", heads=1)
        check_translate(folder, "gru")
        check_refused(folder)
        run(folder, "train", *recurrent, "--model", "luong", "--attention", "general", "--attention-heads", "2")
        check(folder, "luong", heads=2)
        run(folder, "train", *common, "--model", "transformer", "--architecture", "transformer", "--heads", "2")
        check(folder, "transformer", heads=2 * 3)
        check_translate(folder, "transformer")
        run(folder, "train", *recurrent, "--model", "chorowski", "--location-aware", "--sharpening", "2")
        check(folder, "chorowski", heads=1)
        check_translate(folder, "chorowski")


main()
