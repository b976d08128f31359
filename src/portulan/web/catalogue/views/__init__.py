"""The screens of the catalogues."""
