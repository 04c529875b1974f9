// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import java.io.IOException;
import java.lang.instrument.ClassDefinition;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * Replaces one class of a running process by a mutant. The process is started with {@code -javaagent:} and the jar of
 * {@link #writeJar}; this class itself is on its class path. Any thread, one mutant at a time.
 *
 * <p>A method that runs when its class is replaced runs to its end as it was; the next call of it is of the new one.
 */
public final class MutantAgent {
    private static volatile Instrumentation instrumentation;
    private static Class<?> mutated;

    private MutantAgent() {}

    public static void premain(String arguments, Instrumentation given) {
        instrumentation = given;
    }

    /** Writes the jar that {@code -javaagent:} takes, which has nothing but a manifest; its path. */
    public static Path writeJar(Path directory) throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.putValue("Premain-Class", MutantAgent.class.getName());
        attributes.putValue("Can-Redefine-Classes", "true");
        Path jar = directory.resolve("mutant-agent.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
            out.finish();
        }
        return jar;
    }

    /**
     * Replaces a class by its mutant; an earlier mutant is taken back.
     *
     * @return empty when done, else why the mutant is stillborn
     */
    public static Optional<String> install(String className, Mutant mutant) {
        return replace(className, mutant.classFile());
    }

    static synchronized Optional<String> replace(String className, byte[] mutant) {
        restore();
        try {
            Class<?> target = Class.forName(className, false, MutantAgent.class.getClassLoader());
            redefine(target, mutant);
            mutated = target;
            return Optional.empty();
        } catch (ClassNotFoundException e) {
            throw new IllegalArgumentException("className=" + className, e);
        } catch (LinkageError | UnsupportedOperationException e) {
            return Optional.of(e.toString());
        }
    }

    /** Puts the original back. */
    public static synchronized void restore() {
        if (mutated != null) {
            redefine(mutated, Mutator.classFile(mutated.getName()));
            mutated = null;
        }
    }

    private static void redefine(Class<?> target, byte[] classFile) {
        if (instrumentation == null) {
            throw new IllegalStateException("the process was started without the agent: class=" + target.getName());
        }
        try {
            instrumentation.redefineClasses(new ClassDefinition(target, classFile));
        } catch (ClassNotFoundException | UnmodifiableClassException e) {
            throw new IllegalStateException("class=" + target.getName(), e);
        }
    }
}
