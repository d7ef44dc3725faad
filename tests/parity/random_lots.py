"""Lots that a text draws: the Mersenne Twister of 64 bits behind std::seed_seq, and a Fisher-Yates shuffle."""

MASK_32, MASK_64 = 2**32 - 1, 2**64 - 1


def fnv_1a(data):
    result = 0xCBF29CE484222325
    for byte in data:
        result = (result ^ byte) * 0x100000001B3 & MASK_64
    return result


def seed_sequence(seeds, count):
    """The numbers that std::seed_seq{seeds...}.generate writes, 623 or more of them ([rand.util.seedseq])"""
    b, size = [0x8B8B8B8B] * count, len(seeds)
    p = (count - 11) // 2
    q = p + 11
    rounds = max(size + 1, count)
    for k in range(rounds + count):
        here, first, second, before = k % count, (k + p) % count, (k + q) % count, (k - 1) % count
        if k < rounds:
            mixed = b[here] ^ b[first] ^ b[before]
            one = 1664525 * (mixed ^ mixed >> 27) & MASK_32
            two = one + (size if k == 0 else here + seeds[k - 1] if k <= size else here) & MASK_32
            b[first], b[second] = b[first] + one & MASK_32, b[second] + two & MASK_32
        else:
            mixed = b[here] + b[first] + b[before] & MASK_32
            one = 1566083941 * (mixed ^ mixed >> 27) & MASK_32
            two = one - here & MASK_32
            b[first], b[second] = b[first] ^ one, b[second] ^ two
        b[here] = two
    return b


class MersenneTwister64:
    SIZE, MIDDLE = 312, 156

    def __init__(self, seeds):
        halves = seed_sequence(seeds, 2 * self.SIZE)
        self.state = [low + (high << 32) for low, high in zip(halves[::2], halves[1::2])]
        self.next = self.SIZE

    def __call__(self):
        if self.next == self.SIZE:
            for i in range(self.SIZE):
                x = (self.state[i] >> 31 << 31) | (self.state[(i + 1) % self.SIZE] & 2**31 - 1)
                turned = x >> 1 ^ (0xB5026F5AA96619E9 if x & 1 else 0)
                self.state[i] = self.state[(i + self.MIDDLE) % self.SIZE] ^ turned
            self.next = 0
        z = self.state[self.next]
        self.next += 1
        z ^= z >> 29 & 0x5555555555555555
        z ^= z << 17 & 0x71D67FFFEDA60000
        z ^= z << 37 & 0xFFF7EEE000000000
        return z ^ z >> 43

    def below(self, bound):
        value = self()
        while value >= MASK_64 - MASK_64 % bound:
            value = self()
        return value % bound


def shuffled(items, seed, stream):
    random = MersenneTwister64([seed & MASK_32, seed >> 32, stream & MASK_32, stream >> 32])
    for i in range(len(items), 1, -1):
        j = random.below(i)
        items[i - 1], items[j] = items[j], items[i - 1]
    return items
