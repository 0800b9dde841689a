
.
in0Placeholder*
dtype0*
shape:
"
BesselK1BesselK1in0*
T0"í