
.
in0Placeholder*
dtype0*
shape:
"
BesselJ1BesselJ1in0*
T0"í