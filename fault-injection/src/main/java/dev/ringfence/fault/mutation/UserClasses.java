// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;

/** A user's classes, which may not be on our own class path: read, never loaded. */
public final class UserClasses {
    private static final String SUFFIX = ".class";

    private final List<Path> classpath;

    /** @param classpath directories and jars */
    public UserClasses(List<Path> classpath) {
        this.classpath = List.copyOf(classpath);
    }

    /** Empty when there is no such class there, nor on our own class path. */
    public Optional<byte[]> classFile(String className) {
        URL[] urls = classpath.stream().map(UserClasses::url).toArray(URL[]::new);
        try (URLClassLoader loader = new URLClassLoader(urls, UserClasses.class.getClassLoader());
                InputStream in = loader.getResourceAsStream(entry(className))) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The class itself, those in it, and those of its package in the same place that have something to mutate; sorted. */
    public List<String> around(String className) {
        String prefix = className.substring(0, className.lastIndexOf('.') + 1);
        Stream<String> others = classpath.stream()
                .flatMap(UserClasses::entries)
                .filter(entry -> entry.endsWith(SUFFIX))
                .map(entry ->
                        entry.substring(0, entry.length() - SUFFIX.length()).replace('/', '.'))
                .filter(name -> name.startsWith(prefix) && name.indexOf('.', prefix.length()) < 0);
        return Stream.concat(Stream.of(className), others)
                .distinct()
                .filter(name -> classFile(name).filter(UserClasses::isMutable).isPresent())
                .sorted()
                .toList();
    }

    private static boolean isMutable(byte[] classFile) {
        boolean isInterface = Modifier.isInterface(new ClassReader(classFile).getAccess());
        return !isInterface && !Mutator.sites(classFile).isEmpty();
    }

    private static String entry(String className) {
        return className.replace('.', '/') + SUFFIX;
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("path=" + path, e);
        }
    }

    private static Stream<String> entries(Path path) {
        try {
            if (Files.isDirectory(path)) {
                try (Stream<Path> files = Files.walk(path)) {
                    return files.map(file -> path.relativize(file).toString()).toList().stream();
                }
            }
            try (JarFile jar = new JarFile(path.toFile())) {
                return jar.stream().map(entry -> entry.getName()).toList().stream();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
