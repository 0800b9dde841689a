
.
in0Placeholder*
dtype0*
shape:

LgammaLgammain0*
T0"í