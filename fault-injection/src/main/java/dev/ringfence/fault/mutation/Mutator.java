// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.SplittableRandom;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;

/**
 * Puts one fault into a class file. The same class file, site and seed give the same mutant; whatever is not in the mutated
 * method stays as it is, byte for byte. Any thread.
 */
public final class Mutator {
    private Mutator() {}

    /** Every place where an operator applies, in the order of the class file; {@code index} counts them. */
    public static List<MutationSite> sites(byte[] classFile) {
        return new Survey(new ClassReader(classFile))
                .places().stream().map(Survey.Place::site).toList();
    }

    /**
     * Makes a mutant. It counts by {@link Activation#hit} how often the changed place is reached.
     *
     * @param site its index among {@link #sites}
     * @param seed chooses among the edits an operator allows at the site
     * @throws IndexOutOfBoundsException there is no such site
     */
    public static Mutant apply(byte[] classFile, int site, long seed) {
        ClassReader reader = new ClassReader(classFile);
        Survey.Place place = new Survey(reader, site).places().get(site);
        SplittableRandom random = new SplittableRandom(seed);
        Edit edit = place.edits().get(random.nextInt(place.edits().size()));
        MethodInsnNode hit = new MethodInsnNode(Opcodes.INVOKESTATIC, Activation.OWNER, "hit", "()V");
        place.code().instructions().insertBefore(place.at(), hit);
        String words = edit.make(random);
        return new Mutant(write(reader, place.code().method()), place.site(), words);
    }

    /** The bytes of a class as its loader has found them, whoever has changed it since. */
    public static byte[] classFile(String className) {
        String resource = className.replace('.', '/') + ".class";
        try (InputStream in = Mutator.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalArgumentException("not on the class path: className=" + className);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] write(ClassReader reader, MethodNode mutated) {
        ClassWriter writer = new HierarchyWriter(reader);
        // The writer copies methods whose visitors it finds unchanged, and computes frames for this one alone.
        ClassVisitor others = new ClassVisitor(Opcodes.ASM9, writer) {
            @Override
            public MethodVisitor visitMethod(
                    int access, String name, String descriptor, String signature, String[] exceptions) {
                MethodVisitor visitor = super.visitMethod(access, name, descriptor, signature, exceptions);
                if (!name.equals(mutated.name) || !descriptor.equals(mutated.desc)) {
                    return visitor;
                }
                mutated.accept(visitor);
                return null;
            }
        };
        reader.accept(others, 0);
        return writer.toByteArray();
    }
}
