"""read_events.py ALINEA SOURCE: the file for TensorBoard, read by Google's protobuf and a CRC of its own.

Every record's checksums hold, and the scalars are those of training.csv, also after a resume that took
rows back.
"""

import csv
import pathlib
import struct
import subprocess
import sys
import tempfile

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

ALINEA, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
sys.dont_write_bytecode = True
sys.path.insert(0, str(SOURCE / "tests" / "support"))

from small_corpus import FILES, write_small_corpus  # noqa: E402


def event_class():
    """Event and Summary as TensorFlow's event.proto and summary.proto have them."""
    field = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(name="event.proto", package="t", syntax="proto3")

    def add(message, name, number, kind, repeated=False, type_name=None):
        message.field.add(name=name, number=number, type=kind, type_name=type_name,
                          label=field.LABEL_REPEATED if repeated else field.LABEL_OPTIONAL)  # fmt: skip

    value = file.message_type.add(name="Value")
    add(value, "tag", 1, field.TYPE_STRING)
    add(value, "simple_value", 2, field.TYPE_FLOAT)
    summary = file.message_type.add(name="Summary")
    add(summary, "value", 1, field.TYPE_MESSAGE, True, ".t.Value")
    event = file.message_type.add(name="Event")
    add(event, "wall_time", 1, field.TYPE_DOUBLE)
    add(event, "step", 2, field.TYPE_INT64)
    add(event, "file_version", 3, field.TYPE_STRING)
    add(event, "summary", 5, field.TYPE_MESSAGE, False, ".t.Summary")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    found = pool.FindMessageTypeByName("t.Event")
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(found)
    return message_factory.MessageFactory(pool).GetPrototype(found)


def masked_crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def read_events(path):
    Event = event_class()
    data = path.read_bytes()
    events, at = [], 0
    while at < len(data):
        (length,), (of_length,) = struct.unpack_from("<Q", data, at), struct.unpack_from("<I", data, at + 8)
        body = data[at + 12 : at + 12 + length]
        (of_body,) = struct.unpack_from("<I", data, at + 12 + length)
        assert of_length == masked_crc32c(data[at : at + 8]), "the checksum of a length"
        assert of_body == masked_crc32c(body), "the checksum of an event"
        events.append(Event.FromString(body))
        assert not events[-1].UnknownFields() if hasattr(events[-1], "UnknownFields") else True
        at += 16 + length
    return events


def train(folder, *options):
    subprocess.run(
        [ALINEA, "train", *FILES, "--model", "m", "--embedding-size", "7", "--hidden-size", "8",
         "--batch-size", "16", "--log-every", "2", "--validate-every", "5", "--threads", "1",
         "--validate-by", "bleu", *options],
        cwd=folder, check=True, capture_output=True)  # fmt: skip


def compare(folder):
    version, *events = read_events(folder / "m" / "events.out.tfevents.alinea")
    assert version.file_version == "brain.Event:2", version
    with open(folder / "m" / "training.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(events) > 4, (len(rows), len(events))
    for row, event in zip(rows, events):
        assert event.step == int(row.pop("update")), event
        row.pop("epoch")
        expected = {tag: float(value) for tag, value in row.items() if value}
        found = {value.tag: value.simple_value for value in event.summary.value}
        assert found.keys() == expected.keys(), (found, expected)
        for tag, value in found.items():
            assert abs(value - expected[tag]) <= 1e-6 * abs(expected[tag]), (tag, value, expected[tag])
        assert abs(event.wall_time - version.wall_time - expected["seconds"]) < 1e-3, event
    return [event.step for event in events]


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_small_corpus(SOURCE, folder)
        train(folder, "--updates", "9")
        assert not (folder / "m" / "events.out.tfevents.alinea").exists()
        train(folder, "--updates", "14", "--tensorboard")
        before = compare(folder)
        train(folder, "--updates", "20", "--tensorboard")
        after = compare(folder)
        assert after[: len(before)] == before and after[-1] == 20, (before, after)
        train(folder, "--updates", "4", "--overwrite")
        assert not (folder / "m" / "events.out.tfevents.alinea").exists(), "left by the model before"


main()
