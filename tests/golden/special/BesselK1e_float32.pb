
.
in0Placeholder*
dtype0*
shape:
$
	BesselK1e	BesselK1ein0*
T0"í