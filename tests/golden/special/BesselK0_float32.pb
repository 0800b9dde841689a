
.
in0Placeholder*
dtype0*
shape:
"
BesselK0BesselK0in0*
T0"í