// SPDX-License-Identifier: Apache-2.0
/*
 * A takeover without anything but the kernel: one thread a queue waits for a robust, process-shared mutex, notes when it
 * got it, and keeps it until the process is killed.
 *
 *     floor FILE QUEUES init|join
 *
 * FILE, mapped by all of them:  pages 0 .. QUEUES-1   a mutex each
 *                               page QUEUES           word 0: run or rest; from byte 64 on: CLOCK_MONOTONIC, a queue each
 *
 * An owner that runs stays on its processor, as a loaded driver does. Ends with its standard input.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 4096, HELD = 64, REST_NANOS = 2000000 };

static char *memory;
static long queues;

static void hold(volatile int *running) {
    const struct timespec rest = {0, REST_NANOS};
    for (;;) {
        if (*running)
            sched_yield();
        else
            nanosleep(&rest, NULL);
    }
}

static void *serve(void *argument) {
    long queue = (long)argument;
    pthread_mutex_t *mutex = (pthread_mutex_t *)(memory + queue * PAGE);
    char *control = memory + queues * PAGE;
    struct timespec now;
    int result = pthread_mutex_lock(mutex);
    if (result == EOWNERDEAD)
        result = pthread_mutex_consistent(mutex);
    if (result != 0)
        _exit(1);
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t *held = (int64_t *)(control + HELD) + queue;
    __atomic_store_n(held, now.tv_sec * INT64_C(1000000000) + now.tv_nsec, __ATOMIC_RELEASE);
    hold((volatile int *)control);
    return NULL;
}

static void initialise(void) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    for (long i = 0; i < queues; i++)
        pthread_mutex_init((pthread_mutex_t *)(memory + i * PAGE), &attributes);
}

int main(int count, char **arguments) {
    char byte;
    if (count != 4)
        return 2;
    queues = atol(arguments[2]);
    size_t bytes = (size_t)(queues + 1) * PAGE;
    int file = open(arguments[1], O_RDWR);
    memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (file < 0 || memory == MAP_FAILED)
        return 1;
    if (strcmp(arguments[3], "init") == 0)
        initialise();
    for (long i = 0; i < queues; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, serve, (void *)i) != 0)
            return 1;
    }
    while (read(0, &byte, 1) > 0) {
    }
    return 0;
}
