"""Elements handed on as they are, or to other places."""

from __future__ import annotations

from nbtf.graph.raw_ops import OpFunction

identity = OpFunction("Identity")
identity_n = OpFunction("IdentityN")
stop_gradient = OpFunction("StopGradient")
no_op = OpFunction("NoOp")
guarantee_const = OpFunction("GuaranteeConst")
