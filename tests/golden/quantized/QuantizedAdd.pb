
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
dtype0*
shape:
.
	Bitcast_1Bitcastin1*
T0*

type0
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
.
in5Placeholder*
dtype0*
shape:
g
QuantizedAddQuantizedAddBitcast	Bitcast_1in2in3in4in5*
T10*
T20*
Toutput0
7
	Bitcast_2BitcastQuantizedAdd*
T0*

type0"í