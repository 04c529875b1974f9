// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import static org.objectweb.asm.Opcodes.*;

import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.FieldNode;
import org.objectweb.asm.tree.IincInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/** The wrong register: in a class file, the wrong variable, or the wrong field of the same object. */
final class Registers {
    private Registers() {}

    static List<Edit> source(Code code, AbstractInsnNode at) {
        List<Edit> edits = new ArrayList<>();
        Type type = Code.variableType(at.getOpcode());
        if (at instanceof VarInsnNode load && type != null && load.getOpcode() <= ALOAD) {
            for (int other : code.alike(at, load.var, type)) {
                String words = "load of " + code.name(at, load.var) + " -> " + code.name(at, other);
                edits.add(random -> {
                    load.var = other;
                    return words;
                });
            }
        } else if (at instanceof FieldInsnNode field && (at.getOpcode() == GETFIELD || at.getOpcode() == GETSTATIC)) {
            addFields(code, field, "load of ", edits);
        }
        return edits;
    }

    static List<Edit> destination(Code code, AbstractInsnNode at) {
        List<Edit> edits = new ArrayList<>();
        Type type = Code.variableType(at.getOpcode());
        if (at instanceof VarInsnNode store && type != null && store.getOpcode() >= ISTORE) {
            for (int other : code.alike(at, store.var, type)) {
                edits.add(random -> store(code, store, type, other));
            }
        } else if (at instanceof IincInsnNode increment) {
            for (int other : code.alike(at, increment.var, Type.INT_TYPE)) {
                String words = "increment of " + code.name(at, increment.var) + " -> " + code.name(at, other);
                edits.add(random -> {
                    increment.var = other;
                    return words;
                });
            }
        } else if (at instanceof FieldInsnNode field && (at.getOpcode() == PUTFIELD || at.getOpcode() == PUTSTATIC)) {
            addFields(code, field, "store to ", edits);
        }
        return edits;
    }

    private static String store(Code code, VarInsnNode store, Type type, int other) {
        String words = "store to " + code.name(store, store.var) + " -> " + code.name(store, other);
        if (!code.isAssigned(store, store.var, type)) {
            // What would have had its first value here still needs one: the verifier asks for it.
            code.instructions().insert(store, new VarInsnNode(store.getOpcode(), store.var));
            code.instructions().insert(store, Snippets.zero(type));
        }
        store.var = other;
        return words;
    }

    private static void addFields(Code code, FieldInsnNode field, String verb, List<Edit> edits) {
        if (!field.owner.equals(code.owner().name)) {
            return;
        }
        boolean isStatic = field.getOpcode() == GETSTATIC || field.getOpcode() == PUTSTATIC;
        boolean isStore = field.getOpcode() == PUTFIELD || field.getOpcode() == PUTSTATIC;
        for (FieldNode other : code.owner().fields) {
            boolean fits = other.desc.equals(field.desc)
                    && !other.name.equals(field.name)
                    && (other.access & ACC_STATIC) != 0 == isStatic
                    && !(isStore && (other.access & ACC_FINAL) != 0)
                    && (other.access & ACC_SYNTHETIC) == 0;
            if (fits) {
                edits.add(random -> {
                    String words = verb + field.name + " -> " + other.name;
                    field.name = other.name;
                    return words;
                });
            }
        }
    }
}
