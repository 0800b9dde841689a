
.
in0Placeholder*
dtype0*
shape:
.
in1Placeholder*
dtype0*
shape:
'
ReluGradReluGradin0in1*
T0
)
	Relu6Grad	Relu6Gradin0in1*
T0"í