"""The program and its models, for tests of the package beside it."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
NUMBERS = SOURCE / "corpora" / "numbers"


def run(command, *arguments, text=""):
    """The standard output of a command of the program, which has to go well."""
    done = subprocess.run(
        [PROGRAM, command, *map(str, arguments)], input=text, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise AssertionError(f"alinea {command}: {done.stderr}")
    return done.stdout


class WithFolder(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls._temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls._temporary.cleanup)
        cls.folder = pathlib.Path(cls._temporary.name)

    @classmethod
    def train_translator(cls, name, *options):
        for side in ("train", "valid"):
            for language in ("de", "en"):
                lines = (NUMBERS / f"{side}.{language}").read_text().splitlines()[:200]
                (cls.folder / f"{side}.{language}").write_text("\n".join(lines) + "\n")
        model = cls.folder / name
        hidden = [] if "transformer" in options else ["--hidden-size", 12]
        run("train", "--source", cls.folder / "train.de", "--target", cls.folder / "train.en",
            "--valid-source", cls.folder / "valid.de", "--valid-target", cls.folder / "valid.en",
            "--model", model, "--embedding-size", 12, "--batch-size", 16, *hidden,
            "--updates", 120, "--learning-rate", 0.01, "--threads", 1, *options)  # fmt: skip
        return model


def main():
    del sys.argv[1:]
    unittest.main()
