
6
PlaceholderPlaceholder*
dtype0*
shape:
8
Placeholder_1Placeholder*
dtype0*
shape:
:
AddNAddNPlaceholderPlaceholder_1*
N*
T0"í