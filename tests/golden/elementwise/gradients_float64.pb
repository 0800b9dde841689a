
.
in0Placeholder*
dtype0*
shape:
.
in1Placeholder*
dtype0*
shape:
'
ReluGradReluGradin0in1*
T0
)
	Relu6Grad	Relu6Gradin0in1*
T0
A
LeakyReluGradLeakyReluGradin0in1*
T0*
alpha%млL>
%
EluGradEluGradin0in1*
T0
'
SeluGradSeluGradin0in1*
T0
/
SoftplusGradSoftplusGradin0in1*
T0
/
SoftsignGradSoftsignGradin0in1*
T0
-
SigmoidGradSigmoidGradin0in1*
T0
'
TanhGradTanhGradin0in1*
T0
'
SqrtGradSqrtGradin0in1*
T0
)
	RsqrtGrad	RsqrtGradin0in1*
T0
3
ReciprocalGradReciprocalGradin0in1*
T0
%
InvGradInvGradin0in1*
T0"М