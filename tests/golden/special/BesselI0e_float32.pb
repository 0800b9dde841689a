
.
in0Placeholder*
dtype0*
shape:
$
	BesselI0e	BesselI0ein0*
T0"í