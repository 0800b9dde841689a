
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
.
in3Placeholder*
dtype0*
shape:
.
in4Placeholder*
dtype0*
shape:
S

Requantize
RequantizeBitcastin1in2in3in4*
Tinput0*
out_type0
U
Requantize_1
RequantizeBitcastin1in2in3in4*
Tinput0*
out_type0
5
	Bitcast_1Bitcast
Requantize*
T0*

type0
7
	Bitcast_2BitcastRequantize_1*
T0*

type0"í