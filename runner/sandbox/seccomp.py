"""The system calls that a box may make: those that Python services, tests and tools need.

An allow-list for 64-bit Linux, chosen by purpose. Beside what any engine's own profile denies
it denies the key rings, `io_uring`, `ptrace` and access to the memory of other processes,
System V and POSIX message queues, and all sockets but local ones, IP and routing questions
(so no `AF_ALG`, no `AF_VSOCK`). Calls of another instruction set (32-bit ones) end the process.
What is denied answers "not implemented" where the engine can say so ("not permitted" else), so
that libraries take their older way.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

_ENOSYS = 38
_AF_UNIX, _AF_INET, _AF_INET6, _AF_NETLINK = 1, 2, 10, 16
_NETLINK_ROUTE = 0
_NEW_NAMESPACES = 0x7E020000
"""All `CLONE_NEW…` flags of clone(2) but that of time namespaces, which it cannot take."""

_FILES = """
    access chdir chmod chown close close_range copy_file_range creat dup dup2 dup3 faccessat
    faccessat2 fadvise64 fallocate fchdir fchmod fchmodat fchmodat2 fchown fchownat fcntl
    fdatasync flock fstat fstatfs fsync ftruncate futimesat getcwd getdents getdents64 ioctl
    lchown link linkat lseek lstat mkdir mkdirat mknod mknodat newfstatat open openat openat2
    pipe pipe2 pread64 preadv preadv2 pwrite64 pwritev pwritev2 read readahead readlink readlinkat
    readv rename renameat renameat2 rmdir sendfile splice stat statfs statx symlink symlinkat sync
    sync_file_range syncfs tee truncate umask unlink unlinkat utime utimensat utimes vmsplice
    write writev
    fgetxattr flistxattr fremovexattr fsetxattr getxattr lgetxattr listxattr llistxattr
    lremovexattr lsetxattr removexattr setxattr
"""
_WAITING = """
    epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd eventfd2
    inotify_add_watch inotify_init inotify_init1 inotify_rm_watch poll ppoll pselect6 select
    signalfd signalfd4 timerfd_create timerfd_gettime timerfd_settime
"""
_MEMORY = """
    brk madvise map_shadow_stack membarrier memfd_create mincore mlock mlock2 mlockall mmap
    mprotect mremap mseal msync munlock munlockall munmap pkey_alloc pkey_free pkey_mprotect
"""
_PROCESSES = """
    arch_prctl execve execveat exit exit_group fork futex futex_requeue futex_wait futex_waitv
    futex_wake get_robust_list getcpu getpgid getpgrp getpid getppid getpriority getrlimit
    getrusage getsid gettid kill landlock_add_rule landlock_create_ruleset
    landlock_restrict_self pause pidfd_open pidfd_send_signal prctl prlimit64 restart_syscall
    rseq sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr
    sched_getparam sched_getscheduler sched_rr_get_interval sched_setaffinity sched_setattr
    sched_setparam sched_setscheduler sched_yield seccomp set_robust_list set_tid_address setpgid
    setpriority setrlimit setsid sysinfo tgkill times tkill uname vfork wait4 waitid
"""
_USERS = """
    capget capset getegid geteuid getgid getgroups getresgid getresuid getuid setfsgid setfsuid
    setgid setgroups setregid setresgid setresuid setreuid setuid
"""
_SIGNALS_AND_TIME = """
    alarm clock_getres clock_gettime clock_nanosleep getitimer getrandom gettimeofday nanosleep
    rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend
    rt_sigtimedwait rt_tgsigqueueinfo setitimer sigaltstack time timer_create timer_delete
    timer_getoverrun timer_gettime timer_settime
"""
_NETWORK = """
    accept accept4 bind connect getpeername getsockname getsockopt listen recvfrom recvmmsg
    recvmsg sendmmsg sendmsg sendto setsockopt shutdown socketpair
"""
_PURPOSES = (_FILES, _WAITING, _MEMORY, _PROCESSES, _USERS, _SIGNALS_AND_TIME, _NETWORK)


@cache
def profile() -> str:
    """The profile as the JSON that engines take in `SecurityOpt`, always the same text."""
    rules = [
        _rule(sorted(name for purpose in _PURPOSES for name in purpose.split())),
        *(_rule(["socket"], _equals(0, family)) for family in (_AF_UNIX, _AF_INET, _AF_INET6)),
        _rule(["socket"], _equals(0, _AF_NETLINK), _equals(2, _NETLINK_ROUTE)),
        _rule(["clone"], _argument(0, "SCMP_CMP_MASKED_EQ", _NEW_NAMESPACES)),
        # Its flags lie in memory, where no filter can look: callers fall back to clone.
        {**_rule(["clone3"]), "action": "SCMP_ACT_ERRNO", "errnoRet": _ENOSYS},
    ]
    document = {
        "defaultAction": "SCMP_ACT_ERRNO",
        "defaultErrnoRet": _ENOSYS,
        "syscalls": rules,
    }
    return json.dumps(document, separators=(",", ":"))


def _rule(names: list[str], *arguments: dict[str, Any]) -> dict[str, Any]:
    return {"names": names, "action": "SCMP_ACT_ALLOW", "args": list(arguments)}


def _equals(index: int, value: int) -> dict[str, Any]:
    return _argument(index, "SCMP_CMP_EQ", value)


def _argument(index: int, operator: str, value: int) -> dict[str, Any]:
    """A condition on an argument; for a masked comparison `value` is the mask, against 0."""
    return {"index": index, "op": operator, "value": value, "valueTwo": 0}
