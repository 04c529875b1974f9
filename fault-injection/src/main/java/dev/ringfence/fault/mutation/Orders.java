// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.MethodInsnNode;

/** The order of accesses to shared memory, which nothing but these instructions keeps. */
final class Orders {
    private static final String WINDOW = "dev/ringfence/memory/Window";
    private static final String VAR_HANDLE = "java/lang/invoke/VarHandle";
    private static final Map<String, String> PLAIN_WINDOW = Map.of(
            "getShortAcquire", "getShort",
            "getIntAcquire", "getInt",
            "getLongAcquire", "getLong",
            "putIntRelease", "putInt",
            "putLongRelease", "putLong");
    private static final Map<String, String> PLAIN_VAR_HANDLE = Map.of(
            "getAcquire", "get",
            "getOpaque", "get",
            "getVolatile", "get",
            "setRelease", "set",
            "setOpaque", "set",
            "setVolatile", "set");
    private static final Map<String, String> PLAIN_ATOMIC =
            Map.of("get", "getPlain", "set", "setPlain", "getAcquire", "getPlain", "setRelease", "setPlain");

    private Orders() {}

    static List<Edit> edits(Code code, AbstractInsnNode at) {
        List<Edit> edits = new ArrayList<>();
        if (at instanceof MethodInsnNode call) {
            weaken(code, call, edits);
        }
        Statement first = Statement.at(code, at);
        if (first != null && isEffect(first)) {
            Statement second = Statement.at(code, Code.next(first.last()));
            boolean swappable = second != null
                    && isEffect(second)
                    && (first.call() != null || second.call() != null)
                    && noTargetBetween(code, first.last(), second.instructions().get(0));
            if (swappable) {
                edits.add(random -> swap(code, first, second));
            }
        }
        return edits;
    }

    private static boolean isEffect(Statement statement) {
        return statement.call() != null || statement.isStore();
    }

    private static boolean noTargetBetween(Code code, AbstractInsnNode from, AbstractInsnNode to) {
        for (AbstractInsnNode insn = from; insn != to; insn = insn.getNext()) {
            if (code.isTarget(insn)) {
                return false;
            }
        }
        return true;
    }

    private static void weaken(Code code, MethodInsnNode call, List<Edit> edits) {
        boolean fence = call.name.endsWith("Fence") && (call.owner.equals(WINDOW) || call.owner.equals(VAR_HANDLE));
        String plain = plain(call);
        if (fence) {
            edits.add(random -> Omissions.leaveOut(code, call, new InsnList(), ""));
        } else if (plain != null) {
            edits.add(random -> {
                String words = call.name + " -> " + plain;
                call.name = plain;
                return words;
            });
        } else if (call.owner.equals(WINDOW) && call.name.startsWith("compareAndSet")) {
            edits.add(random -> {
                Snippets.replace(
                        code,
                        call,
                        new MethodInsnNode(
                                Opcodes.INVOKESTATIC,
                                Misdeeds.OWNER,
                                call.name,
                                "(L" + WINDOW + ";" + call.desc.substring(1)));
                return call.name + " -> a comparison, then a store";
            });
        }
    }

    private static String plain(MethodInsnNode call) {
        if (call.owner.startsWith("java/util/concurrent/atomic/Atomic")) {
            return PLAIN_ATOMIC.get(call.name);
        }
        return switch (call.owner) {
            case WINDOW -> PLAIN_WINDOW.get(call.name);
            case VAR_HANDLE -> PLAIN_VAR_HANDLE.get(call.name);
            default -> null;
        };
    }

    private static String swap(Code code, Statement first, Statement second) {
        String words = first.words() + " after " + second.words();
        AbstractInsnNode begin = first.instructions().get(0);
        int firstLine = code.line(begin);
        InsnList moved = line(code.line(second.instructions().get(0)));
        for (AbstractInsnNode insn : second.instructions()) {
            code.instructions().remove(insn);
            moved.add(insn);
        }
        moved.add(line(firstLine));
        code.instructions().insertBefore(begin, moved);
        return words;
    }

    private static InsnList line(int line) {
        LabelNode label = new LabelNode();
        return line == 0 ? new InsnList() : Snippets.list(label, new LineNumberNode(line, label));
    }
}
