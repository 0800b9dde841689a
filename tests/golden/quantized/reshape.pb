
.
in0Placeholder*
dtype0*
shape:
,
BitcastBitcastin0*
T0*

type0
.
in1Placeholder*
dtype0*
shape:
.
in2Placeholder*
dtype0*
shape:
.
in3Placeholder*
dtype0*
shape:
S
QuantizedReshapeQuantizedReshapeBitcastin1in2in3*
Tshape0*
T0
;
	Bitcast_1BitcastQuantizedReshape*
T0*

type0"í