
.
in0Placeholder*
dtype0*
shape:

AbsAbsin0*
T0

NegNegin0*
T0

SignSignin0*
T0

SquareSquarein0*
T0

SqrtSqrtin0*
T0

RsqrtRsqrtin0*
T0
&

Reciprocal
Reciprocalin0*
T0

InvInvin0*
T0

ExpExpin0*
T0

Expm1Expm1in0*
T0

LogLogin0*
T0

Log1pLog1pin0*
T0

SinSinin0*
T0

CosCosin0*
T0

TanTanin0*
T0

AsinAsinin0*
T0

AcosAcosin0*
T0

AtanAtanin0*
T0

SinhSinhin0*
T0

CoshCoshin0*
T0

TanhTanhin0*
T0

AsinhAsinhin0*
T0

AcoshAcoshin0*
T0

AtanhAtanhin0*
T0

CeilCeilin0*
T0

FloorFloorin0*
T0

RoundRoundin0*
T0
 
SigmoidSigmoidin0*
T0
"
SoftplusSoftplusin0*
T0
"
SoftsignSoftsignin0*
T0

EluEluin0*
T0

SeluSeluin0*
T0

ReluReluin0*
T0

Relu6Relu6in0*
T0
4
	LeakyRelu	LeakyReluin0*
T0*
alpha%млL>

IsNanIsNanin0*
T0

IsInfIsInfin0*
T0
"
IsFiniteIsFinitein0*
T0
$
	ZerosLike	ZerosLikein0*
T0
"
OnesLikeOnesLikein0*
T0"М