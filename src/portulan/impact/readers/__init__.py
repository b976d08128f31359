"""The formats we read: impact requests, NumEcoEval inventories, factors of Base Carbone.

One pure module per format; problems are listed in `findings`, in French and in English.
"""
