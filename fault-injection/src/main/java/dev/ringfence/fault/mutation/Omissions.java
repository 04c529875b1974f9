// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import static org.objectweb.asm.Opcodes.*;

import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.IincInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/** What the programmer forgot, or the processor skipped: calls and stores. */
final class Omissions {
    private Omissions() {}

    static List<Edit> edits(Code code, AbstractInsnNode at) {
        if (at instanceof MethodInsnNode call && !call.name.equals("<init>")) {
            return call(code, call);
        }
        if (at instanceof IincInsnNode increment) {
            return List.of(random -> {
                code.instructions().remove(at);
                return "no increment of " + code.name(increment, increment.var);
            });
        }
        if (at instanceof VarInsnNode store && store.getOpcode() >= ISTORE && store.getOpcode() <= ASTORE) {
            return List.of(random -> variable(code, store));
        }
        if (at instanceof FieldInsnNode put && (at.getOpcode() == PUTFIELD || at.getOpcode() == PUTSTATIC)) {
            return List.of(random -> field(code, put));
        }
        if (at.getOpcode() >= IASTORE && at.getOpcode() <= SASTORE) {
            return List.of(random -> {
                Snippets.replace(code, at, Snippets.pop(Pointers.elementType(at.getOpcode())), new InsnNode(POP2));
                return "no " + Snippets.mnemonic(at.getOpcode());
            });
        }
        return List.of();
    }

    private static List<Edit> call(Code code, MethodInsnNode call) {
        Type type = Type.getReturnType(call.desc);
        List<Edit> edits = new ArrayList<>();
        if (Type.VOID_TYPE.equals(type)) {
            edits.add(random -> leaveOut(code, call, new InsnList(), ""));
            return edits;
        }
        String zero = Code.isReference(type)
                ? ", null instead"
                : Type.BOOLEAN_TYPE.equals(type) ? ", false instead" : ", 0 instead";
        edits.add(random -> leaveOut(code, call, Snippets.list(Snippets.zero(type)), zero));
        if (Type.BOOLEAN_TYPE.equals(type)) {
            edits.add(random -> leaveOut(code, call, Snippets.list(new InsnNode(ICONST_1)), ", true instead"));
        } else if (Type.INT_TYPE.equals(type) || Type.LONG_TYPE.equals(type)) {
            edits.add(random -> leaveOut(code, call, Snippets.list(Snippets.constant(type, -1)), ", -1 instead"));
        }
        return edits;
    }

    /** @param instead what is put where the call's result would have been */
    static String leaveOut(Code code, MethodInsnNode call, InsnList instead, String words) {
        code.instructions().insertBefore(call, Snippets.popOperands(call));
        code.instructions().insertBefore(call, instead);
        code.instructions().remove(call);
        return "no call of " + Snippets.words(call) + words;
    }

    private static String variable(Code code, VarInsnNode store) {
        Type type = Code.variableType(store.getOpcode());
        String words = "no store to " + code.name(store, store.var);
        if (code.isAssigned(store, store.var, type)) {
            Snippets.replace(code, store, Snippets.pop(type));
        } else {
            // The verifier wants a value where the register would have any.
            code.instructions().insertBefore(store, Snippets.list(Snippets.pop(type), Snippets.zero(type)));
        }
        return words;
    }

    private static String field(Code code, FieldInsnNode put) {
        AbstractInsnNode value = Snippets.pop(Type.getType(put.desc));
        if (put.getOpcode() == PUTSTATIC) {
            Snippets.replace(code, put, value);
        } else {
            Snippets.replace(code, put, value, new InsnNode(POP));
        }
        return "no store to " + put.name;
    }
}
