"""The screens of a plan as a folder of texts: taken away, put together again, taken back."""
