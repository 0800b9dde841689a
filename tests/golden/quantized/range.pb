
.
in0Placeholder*
dtype0*
shape:
,
BitcastBitcastin0*
T0*

type0
.
in1Placeholder*
dtype0*
shape:
.
in2Placeholder*
dtype0*
shape:
K
RequantizationRangeRequantizationRangeBitcastin1in2*
Tinput0"í