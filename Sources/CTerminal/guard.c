// Leaves the terminal as it was, whatever happens. This is C because a signal handler may only call what is
// async-signal-safe, and no Swift code promises that.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CTerminal.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

// Mouse reports off, bracketed paste off, scrolling region and attributes and character set back, keypad back,
// cursor on, and last the alternate screen off.
#define RESTORE                                                                                    \
    "\033[?1000l\033[?1002l\033[?1003l\033[?1006l\033[?2004l\033[r\033[0m\033(B\017\033[?1l\033>"  \
    "\033[?25h\033[?1049l"

static const char restore_plain[] = RESTORE;
// The same after colours of the palette were changed.
static const char restore_palette[] = "\033]104\007" RESTORE;

// What is said of a fault instead of the runtime's question; the program's name stands in front of it.
static const char fault_sentence[] =
    ": a fault ended the program; with SWIFT_BACKTRACE=enable=yes,interactive=no in its environment it shows where\n";

struct taken {
    int signal;
    bool is_taken;
    struct sigaction previous;
};

static struct taken faults[] = {
    {.signal = SIGILL}, {.signal = SIGTRAP}, {.signal = SIGABRT}, {.signal = SIGBUS},
    {.signal = SIGFPE}, {.signal = SIGSEGV}, {.signal = SIGQUIT},
};
static struct taken events[] = {
    {.signal = SIGINT}, {.signal = SIGTERM}, {.signal = SIGHUP},
    {.signal = SIGTSTP}, {.signal = SIGCONT}, {.signal = SIGWINCH},
};
// Which of the signals that end a program, and mean nothing else, are taken; by their numbers.
static bool endings[_NSIG];
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int terminal = -1;
static struct termios saved_modes;
static bool has_saved_modes = false;
static volatile int event_pipe[2] = {-1, -1};
// 0: nothing to restore, 1: plain, 2: with the palette.
static volatile int armed = 0;
static bool is_exit_registered = false;
static bool has_taken_faults = false;
// Whether the runtime's handler of faults would ask a question on this terminal that nobody asked for.
static bool runtime_would_ask = false;
static char fault_stack[64 * 1024];

static void restore_terminal(void) {
    int how = __atomic_exchange_n(&armed, 0, __ATOMIC_SEQ_CST);
    if (how == 0) return;
    const char *text = how == 2 ? restore_palette : restore_plain;
    size_t left = how == 2 ? sizeof(restore_palette) - 1 : sizeof(restore_plain) - 1;
    while (left > 0) {
        ssize_t written = write(terminal, text, left);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) break;
        text += written;
        left -= (size_t)written;
    }
    if (!has_saved_modes) return;
    // A process in the background would be stopped for setting modes; it must get to its end.
    struct sigaction ignore, before;
    memset(&ignore, 0, sizeof ignore);
    ignore.sa_handler = SIG_IGN;
    sigaction(SIGTTOU, &ignore, &before);
    tcsetattr(terminal, TCSANOW, &saved_modes);
    sigaction(SIGTTOU, &before, NULL);
}

// Whether returning from the handler runs the faulting instruction again, so that the previous handler sees the
// fault itself with its own registers. A breakpoint on x86 has already been stepped over.
static bool fault_repeats(int signal, const siginfo_t *info) {
    if (info == NULL || info->si_code <= 0) return false;
    switch (signal) {
    case SIGILL:
    case SIGBUS:
    case SIGFPE:
    case SIGSEGV:
        return true;
    case SIGTRAP:
#if defined(__x86_64__) || defined(__i386__)
        return false;
#else
        return true;
#endif
    default:
        return false;
    }
}

static void set_default(int signal) {
    struct sigaction standard;
    memset(&standard, 0, sizeof standard);
    standard.sa_handler = SIG_DFL;
    sigaction(signal, &standard, NULL);
}

static void say(const char *text) {
    if (write(STDERR_FILENO, text, strlen(text)) < 0) {}
}

// Swift's runtime takes all faults with one handler, and SIGQUIT too, which no sanitizer does.
static bool is_runtimes(const struct sigaction *action) {
    for (size_t i = 0; i < COUNT(faults); i++) {
        const struct sigaction *quit = &faults[i].previous;
        if (faults[i].signal == SIGQUIT)
            return (quit->sa_flags & SA_SIGINFO) && quit->sa_sigaction == action->sa_sigaction;
    }
    return false;
}

static void on_fault(int signal, siginfo_t *info, void *context) {
    (void)context;
    int saved_errno = errno;
    restore_terminal();
    for (size_t i = 0; i < COUNT(faults); i++) {
        if (faults[i].signal != signal) continue;
        if (runtime_would_ask && is_runtimes(&faults[i].previous)) {
            set_default(signal);
            // Who sends SIGQUIT knows why the program ends.
            if (signal == SIGQUIT) break;
            say(program_invocation_short_name);
            say(fault_sentence);
        } else {
            sigaction(signal, &faults[i].previous, NULL);
        }
    }
    errno = saved_errno;
    if (fault_repeats(signal, info)) return;
    raise(signal);
    // Whoever handled it before may have returned, as the runtime does after a backtrace; nothing comes after this.
    set_default(signal);
    raise(signal);
}

static void on_ending(int signal) {
    restore_terminal();
    set_default(signal);
    raise(signal);
}

// The signals that end a program unless it handles them, apart from faults and events; nothing can be done about KILL.
static bool is_ending(int signal) {
    switch (signal) {
    case SIGUSR1:
    case SIGUSR2:
    case SIGPIPE:
    case SIGALRM:
    case SIGVTALRM:
    case SIGPROF:
    case SIGXCPU:
    case SIGXFSZ:
    case SIGSYS:
    case SIGIO:
    case SIGPWR:
    case SIGSTKFLT:
        return true;
    default:
        return signal >= SIGRTMIN && signal <= SIGRTMAX;
    }
}

static void take_endings(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_ending;
    action.sa_flags = SA_ONSTACK | SA_NODEFER;
    sigemptyset(&action.sa_mask);
    for (int signal = 1; signal < _NSIG; signal++) {
        struct sigaction previous;
        if (!is_ending(signal) || sigaction(signal, NULL, &previous) != 0) continue;
        // One that is ignored, or that somebody waits for, ends nothing.
        bool ends = !(previous.sa_flags & SA_SIGINFO) && previous.sa_handler == SIG_DFL;
        endings[signal] = ends && sigaction(signal, &action, NULL) == 0;
    }
}

static void on_event(int signal) {
    int saved_errno = errno;
    unsigned char number = (unsigned char)signal;
    int descriptor = event_pipe[1];
    // A full pipe already says enough.
    if (descriptor >= 0 && write(descriptor, &number, 1) < 0) {}
    errno = saved_errno;
}

static void set_event_handler(int signal) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_event;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(signal, &action, NULL);
}

static void set_fault_stack(void) {
    stack_t current;
    if (sigaltstack(NULL, &current) != 0 || !(current.ss_flags & SS_DISABLE)) return;
    stack_t own;
    memset(&own, 0, sizeof own);
    own.ss_sp = fault_stack;
    own.ss_size = sizeof fault_stack;
    sigaltstack(&own, NULL);
}

void terminal_guard_thread(void) {
    stack_t current;
    if (sigaltstack(NULL, &current) != 0 || !(current.ss_flags & SS_DISABLE)) return;
    stack_t own;
    memset(&own, 0, sizeof own);
    /* Kept until the process ends, like the few threads that ask for one. */
    own.ss_sp = malloc(sizeof fault_stack);
    own.ss_size = sizeof fault_stack;
    if (own.ss_sp) sigaltstack(&own, NULL);
}

static bool runtime_asks(void) {
    // The runtime's own rule, for when nobody has said what is wanted.
    const char *wish = getenv("SWIFT_BACKTRACE");
    if (wish != NULL && wish[0] != 0) return false;
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

void terminal_guard_faults(void) {
    if (has_taken_faults) return;
    has_taken_faults = true;
    runtime_would_ask = runtime_asks();
    set_fault_stack();
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    sigemptyset(&action.sa_mask);
    // All are known before the first can come.
    for (size_t i = 0; i < COUNT(faults); i++) sigaction(faults[i].signal, NULL, &faults[i].previous);
    for (size_t i = 0; i < COUNT(faults); i++) {
        // One that is ignored, as QUIT is in a job of a shell's background, ends nothing.
        if (faults[i].previous.sa_handler == SIG_IGN) continue;
        faults[i].is_taken = sigaction(faults[i].signal, &action, NULL) == 0;
    }
}

int terminal_guard_begin(int descriptor) {
    int ends[2];
    if (terminal_pipe(ends) != 0) return -1;
    event_pipe[0] = ends[0];
    event_pipe[1] = ends[1];
    terminal = descriptor;
    has_saved_modes = tcgetattr(descriptor, &saved_modes) == 0;
    if (!is_exit_registered) is_exit_registered = atexit(restore_terminal) == 0;
    terminal_guard_faults();
    take_endings();
    for (size_t i = 0; i < COUNT(events); i++) {
        struct taken *event = &events[i];
        event->is_taken = sigaction(event->signal, NULL, &event->previous) == 0;
        // What the parent chose to ignore (nohup, a shell without job control) stays ignored.
        bool can_be_ignored = event->signal != SIGCONT && event->signal != SIGWINCH;
        if (can_be_ignored && event->previous.sa_handler == SIG_IGN) event->is_taken = false;
    }
    terminal_guard_reclaim();
    return ends[0];
}

void terminal_guard_reclaim(void) {
    for (size_t i = 0; i < COUNT(events); i++) {
        if (events[i].is_taken) set_event_handler(events[i].signal);
    }
}

void terminal_guard_arm(bool palette_changed) { armed = palette_changed ? 2 : 1; }

void terminal_guard_disarm(void) { armed = 0; }

void terminal_guard_end(void) {
    armed = 0;
    for (int signal = 1; signal < _NSIG; signal++) {
        if (endings[signal]) set_default(signal);
        endings[signal] = false;
    }
    for (size_t i = 0; i < COUNT(events); i++) {
        if (events[i].is_taken) sigaction(events[i].signal, &events[i].previous, NULL);
        events[i].is_taken = false;
    }
    int reader = event_pipe[0], writer = event_pipe[1];
    event_pipe[0] = event_pipe[1] = -1;
    if (reader >= 0) close(reader);
    if (writer >= 0) close(writer);
    terminal = -1;
}

void terminal_guard_stop(void) {
    struct sigaction action;
    if (sigaction(SIGTSTP, NULL, &action) != 0 || action.sa_handler == SIG_IGN) return;
    set_default(SIGTSTP);
    raise(SIGTSTP);
    sigaction(SIGTSTP, &action, NULL);
}
