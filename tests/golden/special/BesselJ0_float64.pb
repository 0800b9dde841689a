
.
in0Placeholder*
dtype0*
shape:
"
BesselJ0BesselJ0in0*
T0"í