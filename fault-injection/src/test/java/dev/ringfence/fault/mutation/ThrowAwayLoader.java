// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Has one class as a mutant and its neighbours as they are; what the mutant calls and counts in is everybody's. */
final class ThrowAwayLoader extends ClassLoader {
    private static final Map<String, byte[]> ORIGINALS = new ConcurrentHashMap<>();

    private final String mutated;
    private final byte[] classFile;
    private final String own;

    /** @param own what the names of those begin with that it loads itself; others are everybody's */
    ThrowAwayLoader(String mutated, byte[] classFile, String own) {
        super(ThrowAwayLoader.class.getClassLoader());
        this.mutated = mutated;
        this.classFile = classFile;
        this.own = own;
    }

    /** Loads and verifies the mutant; without running any of it. */
    Class<?> verified() throws ClassNotFoundException {
        Class<?> loaded = loadClass(mutated);
        // Asking for its methods links a class, and linking verifies it.
        assertThat(loaded.getDeclaredMethods()).isNotEmpty();
        return loaded;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        boolean shared = !name.startsWith(own)
                || name.equals(Activation.class.getName())
                || name.equals(Misdeeds.class.getName());
        if (shared) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            byte[] bytes = name.equals(mutated) ? classFile : ORIGINALS.computeIfAbsent(name, Mutator::classFile);
            return defineClass(name, bytes, 0, bytes.length);
        }
    }
}
