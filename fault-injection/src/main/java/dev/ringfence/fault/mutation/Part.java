// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import dev.ringfence.backend.RequestService;
import dev.ringfence.grant.GrantMap;
import dev.ringfence.ring.Journal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;

/** Which classes of a driver process may be mutated. */
public enum Part {
    /** The device class: what a driver author writes. */
    DEVICE,
    /** The back-end kit, which all drivers share. */
    KIT,
    /** Rings, journals and grants, as far as a driver has them. */
    JOURNAL;

    /** Nested classes of these are left out too. */
    private static final Set<String> LEFT_OUT = Set.of(
            // Misbehaves by order, for the lab.
            "dev.ringfence.backend.Misbehaviour",
            // They play the guest, the hypervisor and the dead, before the process serves anybody.
            "dev.ringfence.backend.DressRehearsal",
            "dev.ringfence.backend.Rehearsal",
            "dev.ringfence.backend.RehearsalScript",
            "dev.ringfence.backend.RequestScript",
            "dev.ringfence.backend.block.BlockScript",
            "dev.ringfence.backend.entropy.EntropyScript",
            "dev.ringfence.backend.net.NetScript",
            "dev.ringfence.backend.net.ReceiveScript",
            "dev.ringfence.backend.net.TransmitScript",
            // The switches of the lab.
            "dev.ringfence.ring.Defect",
            // The front-end's side of a ring: of a driver only its rehearsal has it.
            "dev.ringfence.ring.FrontRing",
            // The line of succession: hypervisor and standbys write it, no request passes it.
            "dev.ringfence.ring.SuccessionRegion");

    /** Of the grants; the rest is the guest's side, the hypervisor's, or of page flips, which no driver does. */
    private static final Set<String> GRANTS = Set.of(
            "dev.ringfence.grant.GrantMap",
            "dev.ringfence.grant.PinCounts",
            "dev.ringfence.grant.GrantEntry",
            "dev.ringfence.grant.GrantStatus",
            "dev.ringfence.grant.RegionLayout");

    /** As ledgers and reports write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Those classes that have a place to mutate, by name; in order of their names.
     *
     * @param driver "block", "net" or "entropy": the device class's package
     */
    public List<String> classes(String driver) {
        Stream<String> found =
                switch (this) {
                    case DEVICE -> classes(RequestService.class, RequestService.class.getPackageName() + "." + driver);
                    case KIT -> classes(RequestService.class, RequestService.class.getPackageName());
                    case JOURNAL ->
                        Stream.concat(
                                classes(Journal.class, Journal.class.getPackageName()),
                                classes(GrantMap.class, GrantMap.class.getPackageName())
                                        .filter(name -> GRANTS.contains(outermost(name))));
                };
        // Enums and exceptions without code of their own have no sites.
        return found.filter(name -> !LEFT_OUT.contains(outermost(name)))
                .filter(Part::isMutable)
                .sorted()
                .toList();
    }

    private static boolean isMutable(String name) {
        byte[] classFile = Mutator.classFile(name);
        boolean isInterface = Modifier.isInterface(new ClassReader(classFile).getAccess());
        return !isInterface && !Mutator.sites(classFile).isEmpty();
    }

    private static String outermost(String name) {
        int nested = name.indexOf('$');
        return nested < 0 ? name : name.substring(0, nested);
    }

    /** Of one package, in the jar or directory that {@code anchor} comes from. */
    private static Stream<String> classes(Class<?> anchor, String packageName) {
        String prefix = packageName.replace('.', '/') + "/";
        String suffix = ".class";
        return entries(anchor)
                .filter(entry -> entry.startsWith(prefix) && entry.endsWith(suffix))
                .filter(entry -> entry.indexOf('/', prefix.length()) < 0 && !entry.contains("-info"))
                .map(entry ->
                        entry.substring(0, entry.length() - suffix.length()).replace('/', '.'));
    }

    private static Stream<String> entries(Class<?> anchor) {
        try {
            Path source = Path.of(
                    anchor.getProtectionDomain().getCodeSource().getLocation().toURI());
            return Files.isDirectory(source) ? files(source) : jarEntries(source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("class=" + anchor, e);
        }
    }

    private static Stream<String> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.map(file -> directory.relativize(file).toString()).toList().stream();
        }
    }

    private static Stream<String> jarEntries(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream().map(entry -> entry.getName()).toList().stream();
        }
    }
}
