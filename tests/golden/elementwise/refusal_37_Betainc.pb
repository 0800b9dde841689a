
6
PlaceholderPlaceholder*
dtype0*
shape:
8
Placeholder_1Placeholder*
dtype0*
shape:
8
Placeholder_2Placeholder*
dtype0*
shape:
F
BetaincBetaincPlaceholderPlaceholder_1Placeholder_2*
T0"í