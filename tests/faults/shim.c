/* Loaded before a program (LD_PRELOAD): counts the calls that write below one folder, and lets the
 * Nth kill the process, or fail. `fault_at` begins to count anew. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static char folder[1024];
static long count, at = -1;
static int failure, lasting, half; /* failure: an errno, or 0 to kill */

void fault_at(const char *path, long nth, int error, int for_ever, int half_written) {
    snprintf(folder, sizeof folder, "%s", path ? path : "");
    count = 0; at = nth; failure = error; lasting = for_ever; half = half_written;
}
long fault_count(void) { return count; }

static int ours(const char *path) {
    size_t length = strlen(folder);
    return length && path && strncmp(path, folder, length) == 0;
}
static int ours_open(int file) {
    char link[64], path[1024];
    if (!folder[0]) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return ours(path);
}
static int next_is_half(size_t size) { return half && count + 1 == at && size > 1; }
static int faulty(void) {
    count++;
    if (at < 0 || !(count == at || (lasting && count > at))) return 0;
    if (failure) { errno = failure; return 1; }
    kill(getpid(), SIGKILL);
    pause();
    return 1;
}
#define REAL(name) static typeof(&name) real; if (!real) real = dlsym(RTLD_NEXT, #name)

ssize_t write(int f, const void *b, size_t n) {
    REAL(write);
    if (ours_open(f)) { if (next_is_half(n)) real(f, b, n / 2); if (faulty()) return -1; }
    return real(f, b, n);
}
#define PWRITE(name, offset) ssize_t name(int f, const void *b, size_t n, offset o) { REAL(name); \
    if (ours_open(f)) { if (next_is_half(n)) real(f, b, n / 2, o); if (faulty()) return -1; } \
    return real(f, b, n, o); }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)
int fsync(int f) { REAL(fsync); return ours_open(f) && faulty() ? -1 : real(f); }
int fdatasync(int f) { REAL(fdatasync); return ours_open(f) && faulty() ? -1 : real(f); }
int ftruncate(int f, off_t n) { REAL(ftruncate); return ours_open(f) && faulty() ? -1 : real(f, n); }
int ftruncate64(int f, off64_t n) { REAL(ftruncate64); return ours_open(f) && faulty() ? -1 : real(f, n); }
int rename(const char *a, const char *b) { REAL(rename); return ours(a) && faulty() ? -1 : real(a, b); }
int unlink(const char *a) { REAL(unlink); return ours(a) && faulty() ? -1 : real(a); }
int mkdir(const char *a, mode_t m) { REAL(mkdir); return ours(a) && faulty() ? -1 : real(a, m); }
int posix_fallocate(int f, off_t o, off_t n) { REAL(posix_fallocate); return ours_open(f) && faulty() ? errno : real(f, o, n); }
int posix_fallocate64(int f, off64_t o, off64_t n) { REAL(posix_fallocate64); return ours_open(f) && faulty() ? errno : real(f, o, n); }
#define OPEN(name) int name(const char *path, int flags, ...) { REAL(name); mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); } \
    if (ours(path) && (flags & (O_WRONLY | O_RDWR | O_CREAT)) && faulty()) return -1; \
    return real(path, flags, mode); }
OPEN(open)
OPEN(open64)
