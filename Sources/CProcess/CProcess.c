#define _GNU_SOURCE
#include "CProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

/* Above every descriptor a child is given, so that placing one never overwrites another. */
enum { lowest_own_descriptor = 16, first_unused_descriptor = 6 };

static int lift(int *descriptor) {
    int lifted = fcntl(*descriptor, F_DUPFD_CLOEXEC, lowest_own_descriptor);
    int error = errno;
    close(*descriptor);
    if (lifted < 0) return error;
    *descriptor = lifted;
    return 0;
}

int cprocess_pipe(int ends[2]) {
#ifdef __linux__
    if (pipe2(ends, O_CLOEXEC) != 0) return errno;
#else
    if (pipe(ends) != 0) return errno;
#endif
    int error = lift(&ends[0]);
    if (error != 0) {
        close(ends[1]);
        return error;
    }
    error = lift(&ends[1]);
    if (error != 0) close(ends[0]);
    return error;
}

int cprocess_set_nonblocking(int descriptor) {
    int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) < 0) return errno;
    return 0;
}

void cprocess_block_sigpipe(void) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

static void close_from(int first) {
#if defined(__linux__) && defined(SYS_close_range)
    if (syscall(SYS_close_range, first, ~0U, 0) == 0) return;
#endif
    long limit = sysconf(_SC_OPEN_MAX);
    if (limit < 0 || limit > 65536) limit = 65536;
    for (int descriptor = first; descriptor < limit; descriptor++) close(descriptor);
}

static void place(int descriptor, int target) {
    if (descriptor < 0) {
        close(target);
    } else if (dup2(descriptor, target) < 0) {
        _exit(126);
    }
}

/* Runs between fork and exec: only async-signal-safe calls. */
static void become(const struct cprocess_launch *launch, pid_t parent) {
    setsid();
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(126);
#else
    (void)parent;
#endif
    struct sigaction standard;
    memset(&standard, 0, sizeof standard);
    standard.sa_handler = SIG_DFL;
    for (int signal = 1; signal < NSIG; signal++) sigaction(signal, &standard, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);

    int input = open("/dev/null", O_RDONLY);
    if (input < 0) _exit(126);
    place(input, 0);
    place(launch->output, 1);
    place(launch->output, 2);
    place(launch->request, 3);
    place(launch->reply, 4);
    place(launch->extra, 5);
    close_from(first_unused_descriptor);

#ifdef __linux__
    if (launch->filter != NULL && launch->filter_size > 0) {
        struct sock_fprog program = {
            .len = (unsigned short)(launch->filter_size / sizeof(struct sock_filter)),
            .filter = (struct sock_filter *)launch->filter,
        };
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) _exit(126);
        if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) _exit(126);
    }
#endif
    if (launch->directory != NULL && chdir(launch->directory) != 0) {
        static const char lost[] = "the folder it should start in cannot be entered\n";
        ssize_t told = write(2, lost, sizeof lost - 1);
        (void)told;
        _exit(126);
    }
    execve(launch->path, launch->arguments, launch->environment);
    static const char message[] = "the program cannot be executed\n";
    ssize_t written = write(2, message, sizeof message - 1);
    (void)written;
    _exit(127);
}

int cprocess_start(const struct cprocess_launch *launch, pid_t *process) {
    /* No signal may reach a handler of this process inside the child. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0) become(launch, parent);
    int error = child < 0 ? errno : 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error == 0) *process = child;
    return error;
}

/* A line with a number puts that process group under its care, one with a minus before it takes the group out of it. At the
   end of its input, which comes with the end of whoever tells it, however that one ends, it kills those that are left. */
static const char warden[] =
    "cd /\n"
    "groups=' '\n"
    "while read -r group; do\n"
    "  case $group in\n"
    "    -*) gone=${group#-}\n"
    "      case $groups in *\" $gone \"*) groups=\"${groups%%\" $gone \"*} ${groups#*\" $gone \"}\" ;; esac ;;\n"
    "    *) groups=\"$groups$group \" ;;\n"
    "  esac\n"
    "done\n"
    "for group in $groups; do kill -s KILL -- \"-$group\"; done\n";

/* Two ends that are closed on exec, lie above the descriptors a child is given, and raise no SIGPIPE. */
static int socket_pair(int ends[2]) {
    int kind = SOCK_STREAM;
#ifdef SOCK_CLOEXEC
    kind |= SOCK_CLOEXEC;
#endif
    if (socketpair(AF_UNIX, kind, 0, ends) != 0) return errno;
    int error = lift(&ends[0]);
    if (error != 0) {
        close(ends[1]);
        return error;
    }
    error = lift(&ends[1]);
    if (error != 0) {
        close(ends[0]);
        return error;
    }
#ifdef SO_NOSIGPIPE
    int on = 1;
    setsockopt(ends[1], SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
    return 0;
}

/* Spawned rather than forked: nothing of this process's memory, with the keys in it, is copied, however large it is. */
static int spawn_warden(int input, pid_t *process) {
    posix_spawn_file_actions_t actions;
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0) return error;
    posix_spawnattr_t attributes;
    error = posix_spawnattr_init(&attributes);
    if (error != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return error;
    }
    /* Whatever ends this process's session or group does not end the warden, nor does a signal that can be held back. */
    short flags = POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
#ifdef POSIX_SPAWN_CLOEXEC_DEFAULT
    flags |= POSIX_SPAWN_CLOEXEC_DEFAULT;
#endif
    sigset_t all;
    sigfillset(&all);
    if (error == 0) error = posix_spawnattr_setflags(&attributes, flags);
    if (error == 0) error = posix_spawnattr_setsigmask(&attributes, &all);
    if (error == 0) error = posix_spawnattr_setsigdefault(&attributes, &all);
    if (error == 0) error = posix_spawn_file_actions_adddup2(&actions, input, 0);
    if (error == 0) error = posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    if (error == 0) error = posix_spawn_file_actions_adddup2(&actions, 1, 2);
#if defined(__GLIBC__)
#if __GLIBC_PREREQ(2, 34)
    if (error == 0) error = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
#endif
#endif
    char *const arguments[] = {"sh", "-c", (char *)warden, "optrace-warden", NULL};
    char *const environment[] = {NULL};
    if (error == 0) error = posix_spawn(process, "/bin/sh", &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

int cprocess_warden(pid_t *process, int *descriptor) {
    int ends[2];
    int error = socket_pair(ends);
    if (error != 0) return error;
    error = spawn_warden(ends[0], process);
    close(ends[0]);
    if (error != 0) {
        close(ends[1]);
        return error;
    }
    *descriptor = ends[1];
    return 0;
}

int cprocess_ward(pid_t process, int descriptor, pid_t group, int is_gone) {
    /* A child of another thread that has not become its program yet may hold the other end open: what is sent into it then
       is read by nobody, and no error says so. */
    siginfo_t ended = {0};
    if (waitid(P_PID, (id_t)process, &ended, WEXITED | WNOHANG | WNOWAIT) != 0) return errno;
    if (ended.si_pid != 0) return EPIPE;
#ifdef MSG_NOSIGNAL
    const int quiet = MSG_NOSIGNAL;
#else
    const int quiet = 0;
#endif
    char line[32];
    int size = snprintf(line, sizeof line, "%s%ld\n", is_gone ? "-" : "", (long)group);
    for (int sent = 0; sent < size;) {
        ssize_t count = send(descriptor, line + sent, (size_t)(size - sent), quiet);
        if (count >= 0) {
            sent += (int)count;
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

static void *wait_for(void *process) {
    while (waitpid((pid_t)(intptr_t)process, NULL, 0) < 0 && errno == EINTR) {}
    return NULL;
}

void cprocess_dismiss(pid_t process) {
    /* It ends when it is its turn, which is no reason to hold up the caller. */
    pid_t ended = waitpid(process, NULL, WNOHANG);
    if (ended != 0 && !(ended < 0 && errno == EINTR)) return;
    pthread_t thread;
    if (pthread_create(&thread, NULL, wait_for, (void *)(intptr_t)process) == 0) {
        pthread_detach(thread);
    } else {
        wait_for((void *)(intptr_t)process);
    }
}

int cprocess_exit_code(int wait_status) {
    if (WIFEXITED(wait_status)) return WEXITSTATUS(wait_status);
    if (WIFSIGNALED(wait_status)) return 128 + WTERMSIG(wait_status);
    return -1;
}

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))

static const int refused[] = {
#ifdef SYS_fork
    SYS_fork,
#endif
#ifdef SYS_vfork
    SYS_vfork,
#endif
    SYS_unshare, SYS_setns, SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot,
    SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev,
    SYS_bpf, SYS_perf_event_open, SYS_userfaultfd,
    SYS_add_key, SYS_request_key, SYS_keyctl,
    SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load,
    SYS_memfd_create,
#ifdef SYS_io_uring_setup
    SYS_io_uring_setup,
#endif
#ifdef SYS_open_tree
    SYS_open_tree, SYS_move_mount, SYS_fsopen, SYS_fsmount,
#endif
};

size_t cprocess_filter(void *buffer, size_t capacity) {
    enum { refusals = sizeof refused / sizeof refused[0] };
    struct sock_filter program[refusals + 24];
    size_t count = 0;
#define ADD(...) program[count++] = (struct sock_filter)__VA_ARGS__
#define ERROR(number) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (number))
    ADD(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)));
#ifdef __x86_64__
    ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0));
#else
    ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_AARCH64, 1, 0));
#endif
    ADD(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
    ADD(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)));
#ifdef __x86_64__
    /* The x32 calls would be a second door to everything refused below. */
    ADD(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1));
    ADD(ERROR(EPERM));
#endif
    /* clone3 hides its flags behind a pointer; without it the C library falls back to clone. */
    ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1));
    ADD(ERROR(ENOSYS));
    ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 4));
    ADD(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])));
    ADD(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 1, 0));
    ADD(ERROR(EPERM));
    ADD(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    for (size_t index = 0; index < refusals; index++) {
        unsigned char to_refusal = (unsigned char)(refusals - index);
        ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)refused[index], to_refusal, 0));
    }
    ADD(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    ADD(ERROR(EPERM));
    size_t size = count * sizeof program[0];
    if (size > capacity) return 0;
    memcpy(buffer, program, size);
    return size;
}

#else

size_t cprocess_filter(void *buffer, size_t capacity) {
    (void)buffer;
    (void)capacity;
    return 0;
}

#endif

int cprocess_file(const void *bytes, size_t count, int *descriptor) {
#ifdef __linux__
    int file = memfd_create("input", MFD_CLOEXEC);
    if (file < 0) return errno;
#else
    char path[] = "/tmp/optrace-input-XXXXXX";
    int file = mkostemp(path, O_CLOEXEC);
    if (file < 0) return errno;
    unlink(path);
#endif
    const char *rest = bytes;
    while (count > 0) {
        ssize_t written = write(file, rest, count);
        if (written < 0) {
            if (errno == EINTR) continue;
            int error = errno;
            close(file);
            return error;
        }
        rest += written;
        count -= (size_t)written;
    }
    if (lseek(file, 0, SEEK_SET) < 0) {
        int error = errno;
        close(file);
        return error;
    }
    *descriptor = file;
    return 0;
}
