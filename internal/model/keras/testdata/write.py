# Wrote the files beside it, with Keras 3.16 on its numpy backend: KERAS_BACKEND=numpy python3 write.py FOLDER
import sys

import keras
from keras import layers

folder = sys.argv[1] + "/"


@keras.saving.register_keras_serializable("my_package")
class MyLayer(layers.Layer):
    def call(self, x):
        return x


def model(*inner):
    return keras.Sequential([keras.Input((3,)), *inner, layers.Dense(1, activation="sigmoid")], name="m")


for name, m in {
    "dense": model(),
    "lambda": model(layers.Lambda(lambda x: x * 2)),
    "custom": model(MyLayer()),
}.items():
    if name == "dense":
        m.compile(optimizer=keras.optimizers.SGD(0.1), loss="mse", metrics=["accuracy"])
    m.save(folder + "keras3-" + name + ".keras")
    m.save(folder + "keras3-" + name + ".h5")
