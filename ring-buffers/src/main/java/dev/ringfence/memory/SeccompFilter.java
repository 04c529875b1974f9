// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

import java.util.ArrayList;
import java.util.List;

/**
 * A filter on the system calls of this whole process, all its threads, for the rest of its life.
 *
 * <p>A classic BPF program over {@code struct seccomp_data} {nr 0, arch 4, ip 8, args 16...} (seccomp(2)). Installed from inside,
 * once the JVM has started and the sockets are open, because a launcher could not forbid {@code execve} before it.
 */
public final class SeccompFilter {
    private static final int SYS_SECCOMP = 317;
    private static final int SECCOMP_SET_MODE_FILTER = 1;
    private static final int SECCOMP_FILTER_FLAG_TSYNC = 1;
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int AUDIT_ARCH_X86_64 = 0xC000003E;
    private static final int X32_SYSCALL_BIT = 0x40000000;
    private static final int CLONE_THREAD = 0x10000;
    private static final int ENOSYS = 38;

    private static final int LOAD_WORD = 0x20;
    private static final int JUMP_EQUAL = 0x15;
    private static final int JUMP_GREATER_EQUAL = 0x35;
    private static final int JUMP_ANY_BIT = 0x45;
    private static final int RETURN = 0x06;
    private static final int ALLOW = 0x7fff0000;
    private static final int ERRNO = 0x00050000;

    private static final int NR_OFFSET = 0;
    private static final int ARCH_OFFSET = 4;
    private static final int FIRST_ARGUMENT_OFFSET = 16;

    private static final int KILL = 62;
    private static final int TGKILL = 234;
    private static final int CLONE = 56;
    private static final int CLONE3 = 435;

    /** New sockets and programs, other processes, priorities, mounts, modules, and everything asynchronous. */
    private static final int[] DENIED = {
        41, 42, 49, 50, 53, // socket, connect, bind, listen, socketpair
        57, 58, 59, 322, // fork, vfork, execve, execveat
        101, 310, 311, 312, // ptrace, process_vm_readv, process_vm_writev, kcmp
        129, 200, 297, 424, 434, 438, // rt_sigqueueinfo, tkill, rt_tgsigqueueinfo, pidfd_{send_signal,open,getfd}
        141, 142, 144, 203, 314, // setpriority, sched_setparam, sched_setscheduler, sched_setaffinity, sched_setattr
        155, 161, 165, 166, 272, 308, // pivot_root, chroot, mount, umount2, unshare, setns
        428, 429, 430, 431, 432, 433, 442, // the mount API with descriptors
        133, 259, 304, // mknod, mknodat, open_by_handle_at
        169, 175, 176, 246, 313, 320, // reboot, modules, kexec
        248, 249, 250, 298, 321, 323, // keys, perf_event_open, bpf, userfaultfd
        206, 425, 426, 427, // io_setup, io_uring: nothing may write after its thread is dead
    };

    private record Instruction(int code, int ifTrue, int ifFalse, int value) {}

    private SeccompFilter() {}

    /**
     * Confines a driver: it may use what it has open, its own threads and memory, and nothing more.
     *
     * @throws LinuxException when the kernel has no seccomp
     */
    public static void confineDriver() {
        LinuxException.check("prctl(PR_SET_NO_NEW_PRIVS)", LibC.INSTANCE.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
        List<Instruction> program = program(LibC.INSTANCE.getpid());
        try (Scratch code = new Scratch(program.size() * 8);
                Scratch header = new Scratch(16)) {
            for (int i = 0; i < program.size(); i++) {
                Instruction instruction = program.get(i);
                code.window().putShort(i * 8L, (short) instruction.code());
                code.window().putByte(i * 8L + 2, (byte) instruction.ifTrue());
                code.window().putByte(i * 8L + 3, (byte) instruction.ifFalse());
                code.window().putInt(i * 8L + 4, instruction.value());
            }
            header.window().putShort(0, (short) program.size());
            header.window().putLong(8, code.address());
            long result = LibC.INSTANCE.syscall(
                    SYS_SECCOMP, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, header.address(), 0, 0, 0);
            if (LinuxException.check("seccomp", result) != 0) {
                throw new LinuxException("seccomp: thread " + result + " could not be confined", Errno.EINVAL);
            }
        }
    }

    private static List<Instruction> program(int ownPid) {
        List<Instruction> program = new ArrayList<>();
        program.add(new Instruction(LOAD_WORD, 0, 0, ARCH_OFFSET));
        program.add(new Instruction(JUMP_EQUAL, 1, 0, AUDIT_ARCH_X86_64));
        program.add(new Instruction(RETURN, 0, 0, ERRNO | Errno.EPERM));
        program.add(new Instruction(LOAD_WORD, 0, 0, NR_OFFSET));
        program.add(new Instruction(JUMP_GREATER_EQUAL, 0, 1, X32_SYSCALL_BIT));
        program.add(new Instruction(RETURN, 0, 0, ERRNO | Errno.EPERM));
        for (int number : DENIED) {
            program.add(new Instruction(JUMP_EQUAL, 0, 1, number));
            program.add(new Instruction(RETURN, 0, 0, ERRNO | Errno.EPERM));
        }
        // clone3 takes its flags by pointer, where no filter can see them; glibc then falls back to clone.
        program.add(new Instruction(JUMP_EQUAL, 0, 1, CLONE3));
        program.add(new Instruction(RETURN, 0, 0, ERRNO | ENOSYS));
        whenFirstArgument(program, CLONE, JUMP_ANY_BIT, CLONE_THREAD);
        whenFirstArgument(program, KILL, JUMP_EQUAL, ownPid);
        whenFirstArgument(program, TGKILL, JUMP_EQUAL, ownPid);
        program.add(new Instruction(RETURN, 0, 0, ALLOW));
        return program;
    }

    private static void whenFirstArgument(List<Instruction> program, int number, int test, int value) {
        program.add(new Instruction(JUMP_EQUAL, 0, 4, number));
        program.add(new Instruction(LOAD_WORD, 0, 0, FIRST_ARGUMENT_OFFSET));
        program.add(new Instruction(test, 0, 1, value));
        program.add(new Instruction(RETURN, 0, 0, ALLOW));
        program.add(new Instruction(RETURN, 0, 0, ERRNO | Errno.EPERM));
    }
}
