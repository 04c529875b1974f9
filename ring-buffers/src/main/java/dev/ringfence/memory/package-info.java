// SPDX-License-Identifier: Apache-2.0
/**
 * Memory shared between processes, and every system call of the project.
 *
 * <pre>
 *   SharedMemory    a sealed memfd, mapped: the machine memory of a connection
 *     Window        a checked slice of it; the one class that orders accesses, and so the one place to crash at
 *     Mapping       a part of it once more, whose pages can be taken away from this process and given back
 *   RobustMutex     the kernel's fence: its waiter runs only after the owner is dead
 *   Doorbell        one direction of an event channel        PidFd   proof of a death
 *   IoVector        preadv/pwritev straight to and from granted pages
 *   TapDevice       a network interface whose wire is a file; NetworkInterface, NetworkNamespace: what and where it is
 *   DatagramPair    a queue of frames in the kernel, which outlives who writes and who reads it
 *   MessageSocket   messages with descriptors attached (SCM_RIGHTS)
 *   LibC            the binding: nothing outside this package sees a raw address or calls the kernel
 * </pre>
 *
 * Start reading at {@link dev.ringfence.memory.SharedMemory}, then {@link dev.ringfence.memory.Window}.
 */
package dev.ringfence.memory;
