
.
in0Placeholder*
dtype0*
shape:
$
	BesselI1e	BesselI1ein0*
T0"í