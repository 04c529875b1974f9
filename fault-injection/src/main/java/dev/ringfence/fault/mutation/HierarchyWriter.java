// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.util.HashSet;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;

/**
 * Computes frames from class files alone: to ask the classes themselves would load them, perhaps by another loader than
 * theirs, and sooner than the driver does.
 */
final class HierarchyWriter extends ClassWriter {
    private static final String OBJECT = "java/lang/Object";

    HierarchyWriter(ClassReader reader) {
        super(reader, COMPUTE_FRAMES);
    }

    @Override
    protected String getCommonSuperClass(String one, String other) {
        Set<String> supers = new HashSet<>();
        for (String name = one; name != null; name = superClass(name)) {
            supers.add(name);
        }
        for (String name = other; name != null; name = superClass(name)) {
            if (supers.contains(name)) {
                return name;
            }
        }
        return OBJECT;
    }

    /** An interface's is Object, as verifiers see it. */
    private static String superClass(String name) {
        try (InputStream in = HierarchyWriter.class.getClassLoader().getResourceAsStream(name + ".class")) {
            if (in == null || name.equals(OBJECT)) {
                return null;
            }
            ClassReader reader = new ClassReader(in);
            return Modifier.isInterface(reader.getAccess()) ? OBJECT : reader.getSuperName();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
