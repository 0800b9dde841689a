
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
dtype0*
shape:
.
in2Placeholder*
dtype0*
shape:
.
in3Placeholder*
dtype0*
shape:
.
	Bitcast_1Bitcastin3*
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
dtype0*
shape:
.
	Bitcast_2Bitcastin6*
T0*

type0
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
dtype0*
shape:
.
	Bitcast_3Bitcastin9*
T0*

type0
/
in10Placeholder*
dtype0*
shape:
/
in11Placeholder*
dtype0*
shape:
/
in12Placeholder*
dtype0*
shape:
/
	Bitcast_4Bitcastin12*
T0*

type0
/
in13Placeholder*
dtype0*
shape:
/
in14Placeholder*
dtype0*
shape:
›
)QuantizedBatchNormWithGlobalNormalization)QuantizedBatchNormWithGlobalNormalizationBitcastin1in2	Bitcast_1in4in5	Bitcast_2in7in8	Bitcast_3in10in11	Bitcast_4in13in14*
Tinput0*
out_type0*
scale_after_normalization(*
variance_epsilon%oƒ:
T
	Bitcast_5Bitcast)QuantizedBatchNormWithGlobalNormalization*
T0*

type0"í