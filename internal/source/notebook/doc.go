// Package notebook reads Jupyter notebooks (.ipynb, nbformat 3 and 4) as source code: all code cells as one text that a parser of their
// language can read, the lines that go to a shell, and what was printed, each with the place in the file that it came from.
package notebook
