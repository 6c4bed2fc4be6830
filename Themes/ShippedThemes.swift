// The shipped themes, built into the program.
