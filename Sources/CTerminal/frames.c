#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

// curses writes a frame in a hundred pieces, one for each way that the cursor goes. So it gets a descriptor of its own,
// which is the terminal but for the moments in which a frame is made: then it is memory, and what is there afterwards
// goes to the terminal at once.
static int terminal = -1;
static int curses = -1;
static int memory = -1;

int terminal_frames_open(int descriptor) {
    terminal_frames_close();
    curses = fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    if (curses < 0) return -1;
    terminal = descriptor;
    // Without it frames are written as they come.
    memory = memfd_create("frame", MFD_CLOEXEC);
    return curses;
}

void terminal_frames_close(void) {
    if (curses >= 0) close(curses);
    if (memory >= 0) close(memory);
    terminal = curses = memory = -1;
}

bool terminal_frame_begin(void) { return memory >= 0 && dup3(memory, curses, O_CLOEXEC) >= 0; }

static bool write_all(const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(terminal, bytes, count);
        if (written >= 0) {
            bytes += written;
            count -= (size_t)written;
        } else if (errno == EAGAIN) {
            struct pollfd ready = {terminal, POLLOUT, 0};
            poll(&ready, 1, -1);
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

bool terminal_frame_end(void) {
    if (dup3(terminal, curses, O_CLOEXEC) < 0) return false;
    off_t size = lseek(memory, 0, SEEK_CUR);
    if (size <= 0) return size == 0;
    void *frame = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, memory, 0);
    bool is_written = frame != MAP_FAILED && write_all(frame, (size_t)size);
    if (frame != MAP_FAILED) munmap(frame, (size_t)size);
    // Emptied also where the terminal is gone, so that the next frame begins anew.
    return lseek(memory, 0, SEEK_SET) == 0 && ftruncate(memory, 0) == 0 && is_written;
}
