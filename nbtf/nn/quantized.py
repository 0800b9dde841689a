"""tf.nn: quantized ops."""

from nbtf.graph.raw_ops import OpFunction

quantized_avg_pool = OpFunction("QuantizedAvgPool")
quantized_conv2d = OpFunction("QuantizedConv2D", "quantized_conv2d")
quantized_max_pool = OpFunction("QuantizedMaxPool")
quantized_relu_x = OpFunction("QuantizedReluX")
