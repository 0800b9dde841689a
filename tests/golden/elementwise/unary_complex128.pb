
.
in0Placeholder*
dtype0*
shape:

NegNegin0*
T0

SignSignin0*
T0

SquareSquarein0*
T0

SqrtSqrtin0*
T0

RsqrtRsqrtin0*
T0
&

Reciprocal
Reciprocalin0*
T0

InvInvin0*
T0

ExpExpin0*
T0

Expm1Expm1in0*
T0

LogLogin0*
T0

Log1pLog1pin0*
T0

SinSinin0*
T0

CosCosin0*
T0

TanTanin0*
T0

AsinAsinin0*
T0

AcosAcosin0*
T0

AtanAtanin0*
T0

SinhSinhin0*
T0

CoshCoshin0*
T0

TanhTanhin0*
T0

AsinhAsinhin0*
T0

AcoshAcoshin0*
T0

AtanhAtanhin0*
T0
 
SigmoidSigmoidin0*
T0
$
	ZerosLike	ZerosLikein0*
T0
"
OnesLikeOnesLikein0*
T0
&
RealRealin0*

Tout0*
T0
&
ImagImagin0*

Tout0*
T0

ConjConjin0*
T0
2

ComplexAbs
ComplexAbsin0*

Tout0*
T0
(
AngleAnglein0*

Tout0*
T0"í