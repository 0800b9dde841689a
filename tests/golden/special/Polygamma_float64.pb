
.
in0Placeholder*
dtype0*
shape:
.
in1Placeholder*
dtype0*
shape:
)
	Polygamma	Polygammain0in1*
T0"í