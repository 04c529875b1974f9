// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import static org.objectweb.asm.Opcodes.*;

import java.util.List;
import java.util.SplittableRandom;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.IntInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;

/** A flipped bit in the code's constants, in an object's fields or in shared memory, as it is read. */
final class Bits {
    private static final String WINDOW = "dev/ringfence/memory/Window";

    private Bits() {}

    static List<Edit> edits(Code code, AbstractInsnNode at) {
        Long constant = constant(at);
        if (constant != null) {
            return List.of(random -> flipConstant(code, at, constant, random));
        }
        if (at instanceof FieldInsnNode get && (at.getOpcode() == GETFIELD || at.getOpcode() == GETSTATIC)) {
            return read(code, at, Type.getType(get.desc), get.name);
        }
        if (at instanceof MethodInsnNode call && call.owner.equals(WINDOW) && call.name.startsWith("get")) {
            return read(code, at, Type.getReturnType(call.desc), Snippets.words(call));
        }
        return List.of();
    }

    private static Long constant(AbstractInsnNode at) {
        int opcode = at.getOpcode();
        if (opcode >= ICONST_M1 && opcode <= ICONST_5) {
            return (long) opcode - ICONST_0;
        }
        if (opcode == LCONST_0 || opcode == LCONST_1) {
            return (long) opcode - LCONST_0;
        }
        if (at instanceof IntInsnNode push && opcode != NEWARRAY) {
            return (long) push.operand;
        }
        if (at instanceof LdcInsnNode ldc && (ldc.cst instanceof Integer || ldc.cst instanceof Long)) {
            return ((Number) ldc.cst).longValue();
        }
        return null;
    }

    private static String flipConstant(Code code, AbstractInsnNode at, long value, SplittableRandom random) {
        boolean isLong = at.getOpcode() == LCONST_0
                || at.getOpcode() == LCONST_1
                || at instanceof LdcInsnNode ldc && ldc.cst instanceof Long;
        Type type = isLong ? Type.LONG_TYPE : Type.INT_TYPE;
        long flipped = value ^ 1L << random.nextInt(isLong ? Long.SIZE : Integer.SIZE);
        flipped = isLong ? flipped : (int) flipped;
        Snippets.replace(code, at, Snippets.constant(type, flipped));
        return "constant " + value + " -> " + flipped;
    }

    private static List<Edit> read(Code code, AbstractInsnNode at, Type type, String what) {
        int bits = bits(type);
        return bits == 0 ? List.of() : List.of(random -> flipRead(code, at, type, random.nextInt(bits), what));
    }

    private static String flipRead(Code code, AbstractInsnNode at, Type type, int bit, String what) {
        Type computed = Type.LONG_TYPE.equals(type) ? type : Type.INT_TYPE;
        // The highest bit of a byte or a short is the sign, which stands in all higher ones too.
        long mask = Type.BYTE_TYPE.equals(type)
                ? (byte) (1 << bit)
                : Type.SHORT_TYPE.equals(type) ? (short) (1 << bit) : 1L << bit;
        code.instructions()
                .insert(at, Snippets.list(Snippets.constant(computed, mask), new InsnNode(computed.getOpcode(IXOR))));
        return "bit " + bit + " of " + what + " flipped";
    }

    private static int bits(Type type) {
        return switch (type.getSort()) {
            case Type.BOOLEAN -> 1;
            case Type.BYTE -> Byte.SIZE;
            case Type.SHORT, Type.CHAR -> Short.SIZE;
            case Type.INT -> Integer.SIZE;
            case Type.LONG -> Long.SIZE;
            default -> 0;
        };
    }
}
