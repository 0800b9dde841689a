
.
in0Placeholder*
dtype0*
shape:
.
in1Placeholder*
dtype0*
shape:
,
BitcastBitcastin1*
T0*

type0
.
in2Placeholder*
dtype0*
shape:
.
	Bitcast_1Bitcastin2*
T0*

type0
.
in3Placeholder*
dtype0*
shape:
.
	Bitcast_2Bitcastin3*
T0*

type0
.
in4Placeholder*
dtype0*
shape:
.
in5Placeholder*
dtype0*
shape:
.
in6Placeholder*
dtype0*
shape:
.
in7Placeholder*
dtype0*
shape:
.
in8Placeholder*
dtype0*
shape:
.
in9Placeholder*
dtype0*
shape:
v
QuantizedConcatQuantizedConcatin0Bitcast	Bitcast_1	Bitcast_2in4in5in6in7in8in9*
N*
T0
:
	Bitcast_3BitcastQuantizedConcat*
T0*

type0"í