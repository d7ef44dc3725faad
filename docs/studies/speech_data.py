"""The data of the study in speech.md, made of public recordings with nothing but Python.

    speech_data.py digits FSDD OUT     strings of spoken digits, as WAV files
    speech_data.py an4 AN4 OUT         the utterances of AN4, the first 100 held out

FSDD has train.tar.gz (DIGIT_SPEAKER_INDEX.wav, index 5 to 49) and perhaps strings.valid.tsv.gz (the
digits and the files of a string), else such strings are drawn; AN4 has train.mfc.tar.gz and
train.tsv.gz (utterance, speaker, words, phones).
Texts are NAME.lst, the list of files, and NAME.txt, what is said; of digits NAME.ends has the frame in
which each of them ends, at 10 ms.
"""

import gzip
import io
import random
import sys
import tarfile
import wave
from pathlib import Path

TRAINING_STRINGS = 6000
LONG_STRINGS = 100
SHIFT = 0.01


def recordings(fsdd):
    """(digit, speaker, index) of each recording: its samples as bytes."""
    found = {}
    with tarfile.open(fsdd / "train.tar.gz") as archive:
        for member in archive:
            if member.name.endswith(".wav"):
                digit, speaker, index = Path(member.name).stem.split("_")
                with wave.open(io.BytesIO(archive.extractfile(member).read())) as sound:
                    assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8000, 1, 2)
                    found[digit, speaker, int(index)] = sound.readframes(sound.getnframes())
    return found


def write_strings(out, name, strings, sounds):
    (out / name).mkdir(exist_ok=True)
    with (
        open(out / f"{name}.lst", "w") as files,
        open(out / f"{name}.txt", "w") as texts,
        open(out / f"{name}.ends", "w") as ends,
    ):
        for number, keys in enumerate(strings):
            path = out / name / f"{number:05}.wav"
            with wave.open(str(path), "wb") as sound:
                sound.setparams((1, 2, 8000, 0, "NONE", ""))
                sound.writeframes(b"".join(sounds[key] for key in keys))
            samples, places = 0, []
            for key in keys:
                samples += len(sounds[key]) // 2
                places.append(f"{samples / 8000 / SHIFT:.1f}")
            print(f"{name}/{number:05}.wav", file=files)
            print(*(key[0] for key in keys), file=texts)
            print(*places, file=ends)


def draw(generator, sounds, indices, least, most):
    """One speaker's recordings, as many as drawn."""
    speaker = generator.choice(sorted({key[1] for key in sounds}))
    own = sorted(key for key in sounds if key[1] == speaker and key[2] in indices)
    return [generator.choice(own) for _ in range(generator.randint(least, most))]


def digits(fsdd, out):
    sounds, generator = recordings(fsdd), random.Random(1)
    train = [draw(generator, sounds, range(5, 45), 1, 7) for _ in range(TRAINING_STRINGS)]
    long = [draw(generator, sounds, range(45, 50), 15, 30) for _ in range(LONG_STRINGS)]
    if (fsdd / "strings.valid.tsv.gz").exists():
        valid = []
        for line in gzip.open(fsdd / "strings.valid.tsv.gz", "rt"):
            parts = [Path(file).stem.split("_") for file in line.split("\t")[1].split()]
            valid.append([(digit, speaker, int(index)) for digit, speaker, index in parts])
    else:
        valid = [draw(generator, sounds, range(45, 50), 1, 7) for _ in range(500)]
    for name, strings in [("train", train), ("valid", valid), ("long", long)]:
        write_strings(out, name, strings, sounds)


def an4(folder, out):
    lines = gzip.open(folder / "train.tsv.gz", "rt").read().splitlines()
    for name, part in [("valid", lines[:100]), ("train", lines[100:])]:
        with (
            open(out / f"{name}.lst", "w") as files,
            open(out / f"{name}.txt", "w") as words,
            open(out / f"{name}.phones", "w") as phones,
        ):
            for line in part:
                utterance, _, said, sounds = line.split("\t")
                print(f"{folder.resolve()}/train.mfc.tar.gz:{utterance}.mfc", file=files)
                print(said, file=words)
                print(sounds, file=phones)


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] not in ("digits", "an4"):
        sys.exit(__doc__)
    destination = Path(sys.argv[3])
    destination.mkdir(parents=True, exist_ok=True)
    {"digits": digits, "an4": an4}[sys.argv[1]](Path(sys.argv[2]), destination)
