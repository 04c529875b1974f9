// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import static org.objectweb.asm.Opcodes.*;

import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;

/**
 * A piece of code that begins and ends with an empty stack, is run through from its beginning to its end, and gives no
 * variable a value: it can stand elsewhere, or twice.
 */
record Statement(List<AbstractInsnNode> instructions) {
    /** The one that begins here, or null. */
    static Statement at(Code code, AbstractInsnNode first) {
        if (first == null || !code.stackIsEmptyBefore(first)) {
            return null;
        }
        List<AbstractInsnNode> instructions = new ArrayList<>();
        for (AbstractInsnNode insn = first; insn != null; insn = insn.getNext()) {
            if (code.isTarget(insn) || isFixed(insn.getOpcode())) {
                return null;
            }
            if (insn.getOpcode() >= 0) {
                instructions.add(insn);
                AbstractInsnNode after = Code.next(insn);
                if (after != null && code.stackIsEmptyBefore(after)) {
                    return new Statement(instructions);
                }
            }
        }
        return null;
    }

    private static boolean isFixed(int opcode) {
        return opcode >= ISTORE && opcode <= ASTORE
                || opcode == IINC
                || opcode >= IFEQ && opcode <= RETURN
                || opcode == ATHROW
                || opcode == MONITORENTER
                || opcode == MONITOREXIT
                || opcode == IFNULL
                || opcode == IFNONNULL;
    }

    AbstractInsnNode last() {
        return instructions.get(instructions.size() - 1);
    }

    /** The call that it is made for, or null. */
    MethodInsnNode call() {
        AbstractInsnNode end = last();
        if (end.getOpcode() == POP || end.getOpcode() == POP2) {
            end = Code.previous(end);
        }
        boolean isCall = end instanceof MethodInsnNode call && !call.name.equals("<init>");
        return isCall ? (MethodInsnNode) end : null;
    }

    boolean isStore() {
        int opcode = last().getOpcode();
        return opcode == PUTFIELD || opcode == PUTSTATIC || opcode >= IASTORE && opcode <= SASTORE;
    }

    /** What it is, in words. */
    String words() {
        MethodInsnNode call = call();
        if (call != null) {
            return Snippets.words(call);
        }
        return last() instanceof org.objectweb.asm.tree.FieldInsnNode put
                ? "store to " + put.name
                : Snippets.mnemonic(last().getOpcode());
    }

    /** The same once more. */
    List<AbstractInsnNode> copy() {
        return instructions.stream().map(insn -> insn.clone(java.util.Map.of())).toList();
    }
}
