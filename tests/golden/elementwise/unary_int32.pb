
.
in0Placeholder*
dtype0*
shape:

AbsAbsin0*
T0

NegNegin0*
T0

SignSignin0*
T0

SquareSquarein0*
T0

RoundRoundin0*
T0

ReluReluin0*
T0

Relu6Relu6in0*
T0
$
	ZerosLike	ZerosLikein0*
T0
"
OnesLikeOnesLikein0*
T0

InvertInvertin0*
T0
0
PopulationCountPopulationCountin0*
T0"í