// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.ringfence.backend.RequestQueue;
import dev.ringfence.backend.block.BlockDevice;
import dev.ringfence.memory.PrivateMemory;
import dev.ringfence.memory.Window;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodInsnNode;

/** What each edit of the operators does that are about shared memory, devices and Java. */
final class DriverFaultsTest {
    private static final int BYTES = 16_384;

    /** A window is good for as long as its memory is kept. */
    private final List<PrivateMemory> kept = new ArrayList<>();

    private Window zeros() {
        PrivateMemory memory = new PrivateMemory(BYTES);
        kept.add(memory);
        memory.window().fill(0, BYTES, (byte) 0);
        return memory.window();
    }

    /** Each 8 bytes say where they are. */
    private Window numbered() {
        Window window = zeros();
        for (int offset = 0; offset < BYTES; offset += Long.BYTES) {
            window.putLong(offset, offset);
        }
        return window;
    }

    @Test
    void offsetsOfSharedMemoryAreOff() {
        assertThat(Outcomes.of("read", Operator.POINTER, numbered(), 512L))
                .contains(
                        entry("0: window -> null", "NullPointerException"),
                        entry("1: offset of Window.getLong + 8", 520L),
                        entry("1: offset of Window.getLong - 64", 448L),
                        entry("1: offset of Window.getLong * 8", 4096L),
                        entry("1: offset of Window.getLong - 4096", "IndexOutOfBoundsException"));
        assertThat(Outcomes.of("read", Operator.BIT, numbered(), 512L).values())
                .hasSize(Long.SIZE)
                .allMatch(value -> Long.bitCount((long) value ^ 512) == 1);
    }

    @Test
    void argumentsAreSwappedOrZero() {
        assertThat(Outcomes.each("write", Operator.INTERFACE, (mutant, edit) -> {
                    Window window = zeros();
                    Outcomes.call(mutant, window, 8L, 5);
                    return window.getInt(0) * 10 + window.getInt(8);
                }))
                .containsOnly(
                        entry("argument 1 of Window.putInt -> 0", 50), entry("argument 2 of Window.putInt -> 0", 0));
        Map<String, Long> copied = Outcomes.each("copy", Operator.INTERFACE, (mutant, edit) -> {
            Window to = zeros();
            Outcomes.call(mutant, numbered(), 8L, to, 16L, 24L);
            return to.getLong(16);
        });
        assertThat(copied)
                .containsOnly(
                        entry("argument 1 of Window.copyTo -> 0", 0L),
                        entry("argument 2 of Window.copyTo -> null", 0L),
                        entry("argument 3 of Window.copyTo -> 0", 24L),
                        entry("argument 4 of Window.copyTo -> 0", 0L),
                        entry("arguments 1 and 3 of Window.copyTo swapped", 24L),
                        entry("arguments 1 and 4 of Window.copyTo swapped", 24L),
                        entry("arguments 3 and 4 of Window.copyTo swapped", 0L));
    }

    @Test
    void orderedAccessesBecomePlain() {
        Map<String, Mutant> ordered = Outcomes.mutants("ordered", Operator.ORDER);
        assertThat(calls(ordered.get("1: putIntRelease -> putInt")))
                .containsExactly("putInt", "fullFence", "getIntAcquire");
        assertThat(calls(ordered.get("3: getIntAcquire -> getInt")))
                .containsExactly("putIntRelease", "fullFence", "getInt");
        assertThat(calls(ordered.get("2: no call of Window.fullFence")))
                .containsExactly("putIntRelease", "getIntAcquire");
        assertThat(calls(ordered.get("0: Window.putIntRelease after Window.fullFence")))
                .containsExactly("fullFence", "putIntRelease", "getIntAcquire");
        assertThat(Outcomes.of("ordered", Operator.ORDER, numbered()).values()).containsOnly(7);
        assertThat(Outcomes.of("counted", Operator.ORDER, new AtomicLong(6)))
                .containsOnly(entry("get -> getPlain", 6L));
        assertThat(Outcomes.of("exchange", Operator.ORDER, numbered(), 0, 5))
                .containsOnly(entry("compareAndSetInt -> a comparison, then a store", true));
        assertThat(Outcomes.of("exchange", Operator.ORDER, numbered(), 1, 5))
                .containsOnly(entry("compareAndSetInt -> a comparison, then a store", false));
    }

    private static List<String> calls(Mutant mutant) {
        ClassNode owner = new ClassNode();
        new ClassReader(mutant.classFile()).accept(owner, 0);
        return owner.methods.stream()
                .filter(method -> method.name.equals(mutant.site().method()))
                .flatMap(method -> Arrays.stream(method.instructions.toArray()))
                .filter(MethodInsnNode.class::isInstance)
                .map(insn -> ((MethodInsnNode) insn).name)
                .filter(name -> !name.equals("hit"))
                .toList();
    }

    @Test
    void statementsAreSwappedOrDoneTwice() {
        assertThat(Outcomes.each("addTwo", Operator.ORDER, (mutant, edit) -> added(mutant)))
                .containsOnly(entry("List.add after List.add", List.of("two", "one")));
        assertThat(Outcomes.each("addTwo", Operator.TWICE, (mutant, edit) -> added(mutant)))
                .containsOnly(
                        entry("0: List.add twice", List.of("one", "one", "two")),
                        entry("1: List.add twice", List.of("one", "two", "two")));
    }

    private static List<String> added(Mutant mutant) {
        List<String> list = new ArrayList<>();
        Outcomes.call(mutant, list);
        return list;
    }

    @Test
    void writesAreLostOrGoAstray() {
        assertThat(Outcomes.each("store", Operator.IO, (mutant, edit) -> told(BlockDevice.class, mutant, 8192L)))
                .containsOnly(
                        entry("no call of BlockDevice.write, success instead", ""),
                        entry("BlockDevice.write 512 bytes astray", "write[8704, null]"),
                        entry("BlockDevice.write -512 bytes astray", "write[7680, null]"),
                        entry("BlockDevice.write 4096 bytes astray", "write[12288, null]"),
                        entry("BlockDevice.write -4096 bytes astray", "write[4096, null]"));
        assertThat(Outcomes.each("flush", Operator.IO, (mutant, edit) -> told(BlockDevice.class, mutant)))
                .containsOnly(entry("no call of BlockDevice.flush, success instead", ""));
        assertThat(Outcomes.each("answer", Operator.IO, (mutant, edit) -> told(RequestQueue.class, mutant)))
                .containsOnly(entry("the answer has the id after its own", "respond[1, 3, 3, 4]"));
        Map<String, Mutant> pinned = Outcomes.mutants("pinned", Operator.IO);
        assertThat(calls(pinned.get("0: the grant is used and not pinned"))).containsExactly("validate", "unpin");
        assertThat(calls(pinned.get("1: no call of GrantMap.unpin: what is granted stays in use")))
                .containsExactly("pin");
    }

    /** What a mutant calls of the interface it is given first. */
    private static String told(Class<?> type, Mutant mutant, Object... more) {
        StringBuilder told = new StringBuilder();
        Object called =
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    told.append(method.getName()).append(Arrays.toString(arguments));
                    return method.getReturnType() == int.class ? 0 : null;
                });
        List<Object> arguments = new ArrayList<>(List.of(called));
        arguments.addAll(List.of(more));
        Outcomes.call(mutant, arguments.toArray());
        return told.toString();
    }

    @Test
    void whatIsThrownSaysThatTheMutantThrewIt() throws ReflectiveOperationException {
        Map<String, Mutant> mutants = Outcomes.mutants("four", Operator.THROW);
        assertThat(mutants)
                .containsOnlyKeys(
                        "throws RuntimeException",
                        "throws Error",
                        "throws StackOverflowError",
                        "parks for ever",
                        "spins for ever",
                        "hog: keeps 1 MiB more each time");
        assertThat(calls(mutants.get("parks for ever"))).containsExactly("park");
        assertThat(calls(mutants.get("spins for ever"))).containsExactly("spin");
        assertThat(Outcomes.call(mutants.get("hog: keeps 1 MiB more each time")))
                .isEqualTo(4);
        assertThat(thrown(mutants.get("throws RuntimeException"))).isInstanceOf(RuntimeException.class);
        assertThat(thrown(mutants.get("throws Error"))).isInstanceOf(AssertionError.class);
        assertThat(thrown(mutants.get("throws StackOverflowError"))).isInstanceOf(StackOverflowError.class);
    }

    private static Throwable thrown(Mutant mutant) throws ReflectiveOperationException {
        try {
            throw new AssertionError("returned " + Outcomes.invoke(mutant));
        } catch (InvocationTargetException e) {
            StackTraceElement top = e.getCause().getStackTrace()[0];
            assertThat(top.getMethodName()).isEqualTo("four");
            assertThat(top.getLineNumber()).isEqualTo(mutant.site().line());
            return e.getCause();
        }
    }

    @Test
    void switchesOfTheLabTextAndWhatEveryObjectHasAreNoPlaces() {
        List<MutationSite> sites = Mutator.sites(Mutator.classFile(Fixture.class.getName()));
        assertThat(sites).extracting(MutationSite::method).doesNotContain("toString", "<init>", "<clinit>");
        // What is left is the last line.
        assertThat(sites.stream()
                        .filter(site -> site.method().equals("guarded"))
                        .map(MutationSite::line)
                        .distinct())
                .hasSize(1);
    }
}
