
.
in0Placeholder*
dtype0	*
shape:
.
in1Placeholder*
dtype0	*
shape:

AddAddin0in1*
T0	
!
AddV2AddV2in0in1*
T0	

SubSubin0in1*
T0	

MulMulin0in1*
T0	
9
SquaredDifferenceSquaredDifferencein0in1*
T0	
%
MaximumMaximumin0in1*
T0	
%
MinimumMinimumin0in1*
T0	
A
EqualEqualin0in1*
T0	*
incompatible_shape_error(
G
NotEqualNotEqualin0in1*
T0	*
incompatible_shape_error(

LessLessin0in1*
T0	
)
	LessEqual	LessEqualin0in1*
T0	
%
GreaterGreaterin0in1*
T0	
/
GreaterEqualGreaterEqualin0in1*
T0	
+

BitwiseAnd
BitwiseAndin0in1*
T0	
)
	BitwiseOr	BitwiseOrin0in1*
T0	
+

BitwiseXor
BitwiseXorin0in1*
T0	
)
	LeftShift	LeftShiftin0in1*
T0	
+

RightShift
RightShiftin0in1*
T0	"í