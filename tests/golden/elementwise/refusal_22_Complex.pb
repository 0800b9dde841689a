
6
PlaceholderPlaceholder*
dtype0*
shape:
8
Placeholder_1Placeholder*
dtype0*
shape:
C
ComplexComplexPlaceholderPlaceholder_1*

Tout0*
T0"í