
.
in0Placeholder*
dtype0*
shape:
.
in1Placeholder*
dtype0*
shape:
-
SigmoidGradSigmoidGradin0in1*
T0
'
TanhGradTanhGradin0in1*
T0
'
SqrtGradSqrtGradin0in1*
T0
)
	RsqrtGrad	RsqrtGradin0in1*
T0
3
ReciprocalGradReciprocalGradin0in1*
T0
%
InvGradInvGradin0in1*
T0"í