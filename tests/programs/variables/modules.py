"""tf.Module: names, scopes, the variables and submodules of attributes."""


def build(tf):
    class Dense(tf.Module):
        def __init__(self, name=None):
            super().__init__(name=name)
            with self.name_scope:
                self.w = tf.get_variable(f"w_{self.name}", [2, 2], initializer=tf.zeros_initializer())
                self.bias = tf.Variable([1.0, 2.0], name="bias", trainable=False)

        @tf.Module.with_name_scope
        def __call__(self, x):
            return tf.matmul(x, self.w) + self.bias

    class MyHTTPNetV2(tf.Module):
        def __init__(self):
            super().__init__()
            self.layers = [Dense(), Dense("second")]
            self.named = {"z": tf.Variable(3.0, name="z"), "again": self.layers[0], "a": (tf.Variable(4.0, name="a"),)}
            self.other = self

    with tf.name_scope("outer"):
        net = MyHTTPNetV2()
    x = tf.ones([1, 2])
    fetches = {"first": net.layers[0](x), "first_again": net.layers[0](x), "second": net.layers[1](x)}
    texts = [net.name, net.name_scope.name, *(one.name for one in net.layers)]
    found = (net.variables, net.trainable_variables, net.non_trainable_variables)
    texts += [",".join(one.name for one in variables) for variables in found]
    texts += [",".join(one.name for one in net.submodules), tf.Module("other").name_scope.name]
    texts += [type(net.variables).__name__, tf.Module().name, tf.Module("Camel").name]
    with net.name_scope as scope:
        texts.append(scope)
        fetches["inside"] = tf.constant(1.0)
    fetches["texts"] = tf.constant(texts)
    return fetches


def run(tf, session, fetches):
    session.run(tf.global_variables_initializer())
    return session.run(fetches)


def errors(tf):
    return {
        "digit": (lambda: tf.Module("1x"), "is not a valid module name"),
        "space": (lambda: tf.Module("a b"), "is not a valid module name"),
        "empty": (lambda: tf.Module(""), "is not a valid module name"),
        "number": (lambda: tf.Module(3), "expected string or bytes-like object"),
    }
