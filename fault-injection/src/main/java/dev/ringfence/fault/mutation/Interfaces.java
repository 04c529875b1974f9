// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import static org.objectweb.asm.Opcodes.*;

import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;

/** Wrong arguments of a call into another part of the driver: ring, grants, memory, protocol, device. */
final class Interfaces {
    private Interfaces() {}

    static List<Edit> edits(Code code, AbstractInsnNode at) {
        boolean elsewhere = at instanceof MethodInsnNode call
                && call.owner.startsWith("dev/ringfence/")
                && !call.owner.equals(code.owner().name)
                && !call.name.equals("<init>");
        return elsewhere ? call(code, (MethodInsnNode) at) : List.of();
    }

    private static List<Edit> call(Code code, MethodInsnNode call) {
        List<Edit> edits = new ArrayList<>();
        Type[] types = Type.getArgumentTypes(call.desc);
        for (int i = 0; i < types.length; i++) {
            int argument = i;
            if (!(i == types.length - 1 && isZero(Code.previous(call)))) {
                edits.add(random -> zero(code, call, types[argument], argument));
            }
            for (int j = i + 1; j < types.length; j++) {
                int other = j;
                if (types[i].equals(types[j])) {
                    edits.add(random -> {
                        Snippets.swapArguments(code, call, argument, other);
                        return "arguments " + (argument + 1) + " and " + (other + 1) + " of " + Snippets.words(call)
                                + " swapped";
                    });
                }
            }
        }
        return edits;
    }

    private static boolean isZero(AbstractInsnNode insn) {
        return insn != null
                && (insn.getOpcode() == ACONST_NULL || insn.getOpcode() == ICONST_0 || insn.getOpcode() == LCONST_0);
    }

    private static String zero(Code code, MethodInsnNode call, Type type, int argument) {
        Snippets.changeArgument(code, call, argument, Snippets.list(Snippets.pop(type), Snippets.zero(type)));
        String value = Code.isReference(type) ? "null" : Type.BOOLEAN_TYPE.equals(type) ? "false" : "0";
        return "argument " + (argument + 1) + " of " + Snippets.words(call) + " -> " + value;
    }
}
