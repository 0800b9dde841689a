"""Zeros and sums of variants, which the gradients of functional loops and branches need."""

from nbtf.graph.registry import op


@op("_VariantZeros")
class VariantZeros:
    """Lists and optionals of the same structure, all zeros: x [...] -> y [...]."""

    instruction = "variant_zeros"


@op("_VariantSum")
class VariantSum:
    """Lists and optionals added tensor by tensor; one that is not set is a zero: x [...], y [...] -> z [...]."""

    instruction = "variant_sum"
