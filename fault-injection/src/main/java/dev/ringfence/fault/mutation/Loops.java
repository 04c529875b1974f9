// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import static org.objectweb.asm.Opcodes.*;

import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.IincInsnNode;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.JumpInsnNode;

/** Loops that run on, or one round too many or too few. A loop is what lies between a jump backwards and its target. */
final class Loops {
    private static final int FAR = 16;

    private Loops() {}

    static List<Edit> edits(Code code, AbstractInsnNode at) {
        if (at instanceof IincInsnNode increment) {
            return insideLoop(code, at) ? List.of(random -> standStill(code, increment)) : List.of();
        }
        if (at.getOpcode() == LCMP) {
            boolean decides = Code.next(at) instanceof JumpInsnNode jump && decides(code, jump);
            return decides ? bounds(code, at, Type.LONG_TYPE) : List.of();
        }
        if (!(at instanceof JumpInsnNode jump) || !decides(code, jump)) {
            return List.of();
        }
        List<Edit> edits = new ArrayList<>();
        edits.add(random -> endless(code, jump));
        boolean compared = Code.previous(at) != null && Code.previous(at).getOpcode() == LCMP;
        boolean order = at.getOpcode() >= IFLT && at.getOpcode() <= IFLE && !compared;
        if (order || at.getOpcode() >= IF_ICMPEQ && at.getOpcode() <= IF_ICMPLE) {
            edits.addAll(bounds(code, at, Type.INT_TYPE));
        }
        return edits;
    }

    /** It either goes back for another round, or leaves. */
    private static boolean decides(Code code, JumpInsnNode jump) {
        return Branches.isConditional(jump) && (isBackEdge(code, jump) || leavesLoop(code, jump));
    }

    private static boolean isBackEdge(Code code, JumpInsnNode jump) {
        return code.indexOf(jump.label) < code.indexOf(jump);
    }

    private static boolean insideLoop(Code code, AbstractInsnNode at) {
        return loopEnd(code, at) >= 0;
    }

    private static boolean leavesLoop(Code code, JumpInsnNode jump) {
        int end = loopEnd(code, jump);
        return end >= 0 && code.indexOf(jump.label) > end;
    }

    /** Where the innermost loop around an instruction jumps back, or -1. */
    private static int loopEnd(Code code, AbstractInsnNode at) {
        int index = code.indexOf(at);
        int innermost = -1;
        int begin = -1;
        for (AbstractInsnNode insn : code.instructions()) {
            if (insn instanceof JumpInsnNode jump && isBackEdge(code, jump)) {
                int from = code.indexOf(jump.label);
                int to = code.indexOf(jump);
                // Of several ways back to one beginning the last ends the loop.
                if (from <= index && index <= to && from >= begin) {
                    begin = from;
                    innermost = to;
                }
            }
        }
        return innermost;
    }

    private static String endless(Code code, JumpInsnNode jump) {
        String was = Snippets.mnemonic(jump.getOpcode());
        if (isBackEdge(code, jump)) {
            Branches.always(code, jump);
            return was + ": always another round";
        }
        Branches.never(code, jump);
        return was + ": the loop is never left here";
    }

    private static String standStill(Code code, IincInsnNode increment) {
        String words = code.name(increment, increment.var) + " += " + increment.incr + " -> 0";
        increment.incr = 0;
        return words;
    }

    private static List<Edit> bounds(Code code, AbstractInsnNode compare, Type type) {
        String what = "bound of " + Snippets.mnemonic(compare.getOpcode());
        return List.of(
                random -> add(code, compare, type, 1, what + " + 1"),
                random -> add(code, compare, type, -1, what + " - 1"),
                random -> {
                    code.instructions()
                            .insertBefore(
                                    compare,
                                    Snippets.list(
                                            Snippets.constant(Type.INT_TYPE, FAR), new InsnNode(type.getOpcode(ISHL))));
                    return what + " << " + FAR;
                });
    }

    private static String add(Code code, AbstractInsnNode compare, Type type, int step, String words) {
        code.instructions()
                .insertBefore(
                        compare, Snippets.list(Snippets.constant(type, step), new InsnNode(type.getOpcode(IADD))));
        return words;
    }
}
