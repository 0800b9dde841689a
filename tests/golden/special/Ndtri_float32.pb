
.
in0Placeholder*
dtype0*
shape:

NdtriNdtriin0*
T0"í