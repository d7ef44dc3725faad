"""The models that page_in_browser.py has served: trained for a moment each."""

import os
import subprocess


class Models:
    """Of `program`, in the folder `scratch`, by the corpus of numbers of `project` and by texts made up here."""

    def __init__(self, project, program, scratch):
        self.program, self.scratch = program, scratch
        self.numbers = os.path.join(project, "corpora", "numbers")
        self.translator("gru", "--updates", "150")
        self.translator("slow", "--updates", "40", "--hidden-size", "512")
        self.translator("transformer", "--updates", "20", "--architecture", "transformer", "--heads", "2",
                        "--encoder-layers", "2", "--decoder-layers", "2")
        self.labels("train-classifier", "films", ["--hidden-size", "6"],
                    ["good\ta fine film. i like it", "bad\ta poor film. i left", "good\tfine fine music", "bad\tso bad"] * 10)
        self.labels("train-classifier", "pairs", ["--pairs", "--hidden-size", "6"],
                    ["yes\tthe dog runs fast\tthe dog moves", "no\tthe dog runs fast\tthe dog sleeps",
                     "yes\ta cat lies still\ta cat sleeps", "no\ta cat lies still\ta cat moves"] * 10)
        self.labels("train-tagger", "tags", ["--encoder", "transformer", "--heads", "2"],
                    ["the\tO", "dog\tB-A", "plays\tB-V", "", "play\tB-V", "now\tO", ""] * 20)

    def train(self, command, name, *options):
        done = subprocess.run([self.program, command, "--model", f"{self.scratch}/{name}", *options],
                              stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)

    def translator(self, name, *options):
        sides = [(f"--{of}{side}", f"{self.numbers}/{file}.{language}")
                 for of, file in (("", "train"), ("valid-", "valid")) for side, language in (("source", "de"), ("target", "en"))]
        sizes = [] if "--hidden-size" in options or "--architecture" in options else ["--hidden-size", "48"]
        self.train("train", name, *(word for pair in sides for word in pair), "--embedding-size", "32", *sizes, *options)

    def labels(self, command, name, options, lines):
        """A model that labels texts or words, by lines that it is validated by, too."""
        with open(f"{self.scratch}/{name}.txt", "w") as file:
            file.write("\n".join(lines) + "\n")
        self.train(command, name, "--train", f"{self.scratch}/{name}.txt", "--valid", f"{self.scratch}/{name}.txt",
                   "--updates", "40", "--embedding-size", "8", "--learning-rate", "0.01", "--threads", "1", *options)

    def serve(self):
        """The server and its address."""
        names = ["gru", "transformer", "slow", "films", "tags", "pairs"]
        server = subprocess.Popen([self.program, "serve", "--port", "0", "--threads", "1",
                                   *(word for name in names for word in ("--model", f"{self.scratch}/{name}"))],
                                  stderr=subprocess.PIPE, text=True)
        line = server.stderr.readline()
        if " at http" not in line:
            raise RuntimeError(line + server.stderr.read())
        return server, line.rsplit(" at ", 1)[1].strip()
