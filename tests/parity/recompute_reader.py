"""The reader of docs/model.md, a question at a time, as layers.py and encoders.py say."""

from torch import log, softmax, stack, zeros

from encoders import Encoders
from model_folder import BEGIN


class Answered(Encoders):
    """log P(answer) of one question, and α [Q, D], β [Q] and s [D]"""

    def __init__(self, model, document, query, answer, markers):
        super().__init__(model)
        self.ponder = zeros(())
        blank = query.index(None)
        read = lambda word: BEGIN if word is None else model.id(markers.get(word, word))
        h = self.encode([read(word) for word in document])[0]
        u = self.encode_query([read(word) for word in query])
        M = h @ u.T  # [D, Q]
        self.alpha = softmax(M, 0).T
        if self.options.reader == "sum":
            self.beta = None
            self.s = self.alpha[blank]
        else:
            self.beta = softmax(M, 1).mean(0)
            self.s = self.beta @ self.alpha
        places = [i for i, word in enumerate(document) if word == answer]
        self.log_probability = log(self.s[places].sum())

    def encode_query(self, ids):
        if self.options.encoder != "recurrent":
            return self.encode(ids)[0]
        return self.recurrent_encode(list(self.parameters["encoder.embedding.weight"][ids]), "query")[0]


def loss(questions):
    """-Σ log P(answer), divided by the number of questions; plus the ponder cost, likewise divided"""
    return stack([q.ponder - q.log_probability for q in questions]).sum() / len(questions)
