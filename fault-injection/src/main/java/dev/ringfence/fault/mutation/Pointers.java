// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import static org.objectweb.asm.Opcodes.*;

import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/** A garbled pointer: the offset of an access to shared memory, the index of an array, or a reference. */
final class Pointers {
    private static final List<String> MEMORY =
            List.of("dev/ringfence/memory/Window", "dev/ringfence/memory/IoVector", "java/nio/ByteBuffer");
    private static final long[] STEPS = {1, -1, 4, -4, 8, -8, 64, -64, 4096, -4096};
    private static final int FACTOR = 8;
    private static final long RANDOM_BOUND = 1L << 31;

    private Pointers() {}

    static List<Edit> edits(Code code, AbstractInsnNode at) {
        if (at instanceof MethodInsnNode call) {
            return call(code, call);
        }
        if (isArrayAccess(at.getOpcode())) {
            return edits(Type.INT_TYPE, "index", change -> changeIndex(code, at, change));
        }
        boolean variable = at instanceof VarInsnNode load
                && load.getOpcode() == ALOAD
                && !(load.var == 0 && (code.method().access & ACC_STATIC) == 0);
        boolean field = at instanceof FieldInsnNode get
                && get.getOpcode() == GETFIELD
                && Code.isReference(Type.getType(get.desc));
        if (!variable && !field) {
            return List.of();
        }
        String name = at instanceof FieldInsnNode get ? get.name : code.name(at, ((VarInsnNode) at).var);
        return List.of(random -> {
            code.instructions().insert(at, Snippets.list(new InsnNode(POP), new InsnNode(ACONST_NULL)));
            return name + " -> null";
        });
    }

    private static List<Edit> call(Code code, MethodInsnNode call) {
        Type[] arguments = Type.getArgumentTypes(call.desc);
        if (MEMORY.contains(call.owner) && !call.name.equals("<init>")) {
            for (int i = 0; i < arguments.length; i++) {
                int argument = i;
                if (Type.LONG_TYPE.equals(arguments[i]) || Type.INT_TYPE.equals(arguments[i])) {
                    String what = "offset of " + Snippets.words(call);
                    return edits(arguments[i], what, change -> Snippets.changeArgument(code, call, argument, change));
                }
            }
        }
        return List.of();
    }

    private interface Place {
        void change(InsnList change);
    }

    private static List<Edit> edits(Type type, String what, Place place) {
        List<Edit> edits = new ArrayList<>();
        for (long step : STEPS) {
            edits.add(random -> {
                place.change(Snippets.list(Snippets.constant(type, step), new InsnNode(type.getOpcode(IADD))));
                return what + (step < 0 ? " - " : " + ") + Math.abs(step);
            });
        }
        edits.add(random -> {
            place.change(Snippets.list(Snippets.constant(type, FACTOR), new InsnNode(type.getOpcode(IMUL))));
            return what + " * " + FACTOR;
        });
        edits.add(random -> {
            long value = random.nextLong(RANDOM_BOUND);
            place.change(Snippets.list(Snippets.pop(type), Snippets.constant(type, value)));
            return what + " -> " + value;
        });
        return edits;
    }

    private static boolean isArrayAccess(int opcode) {
        return opcode >= IALOAD && opcode <= SALOAD || opcode >= IASTORE && opcode <= SASTORE;
    }

    private static void changeIndex(Code code, AbstractInsnNode access, InsnList change) {
        if (access.getOpcode() <= SALOAD) {
            code.instructions().insertBefore(access, change);
            return;
        }
        Type value = elementType(access.getOpcode());
        int saved = code.newLocal(value);
        InsnList all = Snippets.list(new VarInsnNode(value.getOpcode(ISTORE), saved));
        all.add(change);
        all.add(new VarInsnNode(value.getOpcode(ILOAD), saved));
        code.instructions().insertBefore(access, all);
    }

    static Type elementType(int arrayStore) {
        return switch (arrayStore) {
            case LASTORE -> Type.LONG_TYPE;
            case FASTORE -> Type.FLOAT_TYPE;
            case DASTORE -> Type.DOUBLE_TYPE;
            case AASTORE -> Type.getObjectType("java/lang/Object");
            default -> Type.INT_TYPE;
        };
    }
}
