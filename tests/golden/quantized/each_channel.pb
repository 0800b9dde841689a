
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
b
RequantizePerChannelRequantizePerChannelBitcastin1in2in3in4*
T0*
out_type0
d
RequantizePerChannel_1RequantizePerChannelBitcastin1in2in3in4*
T0*
out_type0
?
	Bitcast_1BitcastRequantizePerChannel*
T0*

type0
A
	Bitcast_2BitcastRequantizePerChannel_1*
T0*

type0"í