"""Words of a node's stream of random numbers in plain Python, for ops that Python computes."""

from nbtf.ops.random import KEPT

_MASK = (1 << 32) - 1


class Stream:
    """The words of one run, one after the other; the next run begins `outputs` outputs later."""

    def __init__(self, call, outputs):
        kept = {name: call.resources.kept_words(call.node.name, name, count) for name, count in KEPT.items()}
        seeds = call.attrs.seed, call.attrs.seed2
        if seeds == (0, 0):
            seeds = tuple(kept["entropy"].tolist())
        self._key, self._nonce = (seed & (1 << 64) - 1 for seed in seeds)
        self._next = int(kept["stream"][0])
        kept["stream"][0] += outputs
        self._words = []

    def word(self):
        """32 bits."""
        if not self._words:
            self._words = [*reversed(self._output(self._next))]
            self._next += 1
        return self._words.pop()

    def _output(self, number):
        """Philox4x32-10."""
        c0, c1, c2, c3 = number & _MASK, number >> 32, self._nonce & _MASK, self._nonce >> 32
        k0, k1 = self._key & _MASK, self._key >> 32
        for _ in range(10):
            a, b = c0 * 0xD2511F53, c2 * 0xCD9E8D57
            c0, c1, c2, c3 = (b >> 32) ^ c1 ^ k0, b & _MASK, (a >> 32) ^ c3 ^ k1, a & _MASK
            k0, k1 = (k0 + 0x9E3779B9) & _MASK, (k1 + 0xBB67AE85) & _MASK
        return c0, c1, c2, c3

    def below(self, limit):
        """An integer in [0, limit), below 2**32, all equally likely."""
        if limit & (limit - 1) == 0:
            return self.word() & (limit - 1)
        rest = _MASK % limit + 1
        while True:
            word = self.word()
            if word >= rest:
                return word % limit

    def unit_float(self):
        """[0, 1) in steps of 2**-23."""
        return (self.word() & 0x7FFFFF) * 2.0**-23
