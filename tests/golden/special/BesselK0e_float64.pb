
.
in0Placeholder*
dtype0*
shape:
$
	BesselK0e	BesselK0ein0*
T0"í