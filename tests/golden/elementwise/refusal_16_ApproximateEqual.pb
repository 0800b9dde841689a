
6
PlaceholderPlaceholder*
dtype0*
shape:
8
Placeholder_1Placeholder*
dtype0*
shape:
]
ApproximateEqualApproximateEqualPlaceholderPlaceholder_1*
T0*
	tolerance%¬Å'7"í