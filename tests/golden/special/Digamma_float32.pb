
.
in0Placeholder*
dtype0*
shape:
 
DigammaDigammain0*
T0"í