// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * The functions of glibc we call, bound by name.
 *
 * <p>No signature here may have exactly six integer arguments and nothing else: JNR-FFI's x86-64 stub then passes its
 * own return address as the sixth. {@code mmap} escapes by taking a {@link Pointer}; {@code syscall} has seven.
 *
 * <p>Public only because JNR-FFI implements it in a class loader of its own; for this package alone.
 */
public interface LibC {
    LibC INSTANCE = LibraryLoader.create(LibC.class).load("c");
    Runtime RUNTIME = Runtime.getRuntime(INSTANCE);

    int memfd_create(String name, int flags);

    int ftruncate(int fd, long bytes);

    Pointer mmap(Pointer address, long bytes, int protection, int flags, int fd, long offset);

    int munmap(long address, long bytes);

    int mprotect(long address, long bytes, int protection);

    int open(String path, int flags, int mode);

    int close(int fd);

    int dup(int fd);

    int fcntl(int fd, int command, int argument);

    int flock(int fd, int operation);

    int ioctl(int fd, long request, long argument);

    int fallocate(int fd, int mode, long offset, long bytes);

    int fdatasync(int fd);

    long lseek(int fd, long offset, int whence);

    long read(int fd, long buffer, long bytes);

    long write(int fd, long buffer, long bytes);

    long readv(int fd, long vectors, int count);

    long writev(int fd, long vectors, int count);

    long preadv(int fd, long vectors, int count, long offset);

    long pwritev(int fd, long vectors, int count, long offset);

    int pipe2(long ends, int flags);

    int poll(long descriptors, long count, int timeoutMillis);

    int socket(int domain, int type, int protocol);

    int socketpair(int domain, int type, int protocol, long pair);

    int bind(int fd, long address, int bytes);

    int listen(int fd, int backlog);

    int accept4(int fd, long address, long bytes, int flags);

    int connect(int fd, long address, int bytes);

    int shutdown(int fd, int how);

    int getsockopt(int fd, int level, int name, long value, long bytes);

    int setsockopt(int fd, int level, int name, long value, int bytes);

    long sendmsg(int fd, long message, int flags);

    long recvmsg(int fd, long message, int flags);

    int clock_gettime(int clock, long time);

    int getpid();

    int kill(int pid, int signal);

    int prctl(int option, long a, long b, long c, long d);

    int setrlimit(int resource, long limits);

    int getrlimit(int resource, long limits);

    long syscall(long number, long a, long b, long c, long d, long e, long f);

    int pthread_mutexattr_init(long attributes);

    int pthread_mutexattr_setpshared(long attributes, int shared);

    int pthread_mutexattr_setrobust(long attributes, int robust);

    int pthread_mutexattr_settype(long attributes, int type);

    int pthread_mutexattr_destroy(long attributes);

    int pthread_mutex_init(long mutex, long attributes);

    int pthread_mutex_lock(long mutex);

    int pthread_mutex_trylock(long mutex);

    int pthread_mutex_consistent(long mutex);

    int pthread_mutex_unlock(long mutex);
}
