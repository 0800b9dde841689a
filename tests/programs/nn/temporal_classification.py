"""tf.nn: connectionist temporal classification."""


def build(tf):
    logits = tf.placeholder(tf.float32, [6, 2, 4], "logits")
    batches = tf.placeholder(tf.float32, [2, None, None], "batches")
    lengths = tf.placeholder(tf.int32, [None], "lengths")
    rows = tf.placeholder(tf.int32, [2, 5], "rows")
    open_rows = tf.placeholder(tf.int32, [None, None], "open_rows")
    labels = tf.SparseTensor([[0, 0], [0, 1], [1, 0]], tf.constant([1, 2, 0]), [2, 2])
    others = tf.SparseTensor([[0, 0], [0, 1], [1, 0]], tf.constant([1, 3, 1]), [2, 2])
    nn = tf.nn
    loss = nn.ctc_loss(labels, logits, lengths)
    loss_of_batches = nn.ctc_loss(
        labels, sequence_length=lengths, preprocess_collapse_repeated=True, time_major=False, logits=batches
    )
    first = nn.ctc_loss_v2(others, logits, None, lengths, blank_index=0)
    negative = nn.ctc_loss_v2(others, batches, None, lengths, logits_time_major=False, blank_index=-2)
    greedy, greedy_score = nn.ctc_greedy_decoder(logits, lengths)
    greedy_first, _ = nn.ctc_greedy_decoder(logits, lengths, merge_repeated=False, blank_index=0)
    paths, scores = nn.ctc_beam_search_decoder(logits, lengths, beam_width=4, top_paths=2)
    paths_v2, scores_v2 = nn.ctc_beam_search_decoder_v2(logits, lengths)
    collapsed, collapsed_lengths = nn.collapse_repeated(rows, lengths)
    open_collapsed, _ = nn.collapse_repeated(open_rows, [3, 5], name="open")
    different, which = nn.ctc_unique_labels(rows)
    open_different, open_which = nn.ctc_unique_labels(open_rows, name="unique")
    return {
        "loss": loss,
        "loss_of_batches": loss_of_batches,
        "d_loss": tf.gradients(loss, logits)[0],
        "first": first,
        "d_first": tf.gradients(first, logits)[0],
        "negative": negative,
        "last": nn.ctc_loss_v2(labels, logits, None, lengths, blank_index=3),
        "greedy": greedy[0].values,
        "greedy_at": greedy[0].indices,
        "greedy_score": greedy_score,
        "greedy_first": greedy_first[0].values,
        "path": paths[0].values,
        "second_path": paths[1].values,
        "second_at": paths[1].indices,
        "shape": paths[1].dense_shape,
        "scores": scores,
        "path_v2": paths_v2[0].values,
        "scores_v2": scores_v2,
        "collapsed": collapsed,
        "collapsed_lengths": collapsed_lengths,
        "open_collapsed": open_collapsed,
        "different": different,
        "which": which,
        "open_different": open_different,
        "open_which": open_which,
    }


LINES = [[(5 * t + 7 * c) % 9 / 3 for c in range(4)] for t in range(12)]
FEEDS = {
    "logits:0": [LINES[2 * t : 2 * t + 2] for t in range(6)],
    "batches:0": [LINES[:6], LINES[6:]],
    "lengths:0": [6, 5],
    "rows:0": [[1, 1, 2, 2, 3], [4, 5, 4, 4, 4]],
    "open_rows:0": [[1, 1, 2, 2, 3], [4, 5, 4, 4, 4]],
}


def errors(tf):
    nn = tf.nn
    logits = lambda *dims: tf.zeros(dims or [6, 2, 4])
    labels = lambda: tf.SparseTensor([[0, 0]], tf.constant([1]), [2, 2])
    return {
        "dense": (lambda: nn.ctc_loss(tf.constant([[1, 2], [1, 0]]), logits(), [6, 6]), "to be a SparseTensor"),
        "two names": (lambda: nn.ctc_loss(labels(), logits(), [6, 6], logits=logits()), "logits"),
        "no blank": (lambda: nn.ctc_loss_v2(labels(), logits(), None, [6, 6]), "must be provided"),
        "rank": (lambda: nn.ctc_greedy_decoder(logits(2, 4), [6, 6]), "rank 3"),
        "lengths": (lambda: nn.ctc_beam_search_decoder(logits(), [6]), "must be equal|imension"),
    }
