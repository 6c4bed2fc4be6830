#ifndef CPSEUDOTERMINAL_H
#define CPSEUDOTERMINAL_H

/// Opens the near end of a new pseudo-terminal and names the far end; its descriptor, or -1 with errno.
///
/// It is not inherited, so that closing it hangs up whatever runs at the far end.
int pseudo_terminal_open(char *name, int capacity);

/// Sets the window's size, which tells the programs in it; 0, or -1 with errno.
int pseudo_terminal_set_size(int descriptor, int columns, int rows);

/// Starts a program at the far end, as the leader of its own session, with standard signals and no other descriptors.
///
/// Returns 0 or the error's number.
int pseudo_terminal_spawn(int *process, const char *terminal, char *const arguments[], char *const environment[]);

/// A descriptor that becomes readable when the process ends; -1 with errno.
int pseudo_terminal_process_handle(int process);

#endif
