// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.IntPredicate;
import java.util.stream.Stream;

/** A process whose code is replaced while it runs; says what it sees, and dies without cleaning up. */
final class AgentLife {
    private static volatile int seen;

    private AgentLife() {}

    public static void main(String[] arguments) throws IOException {
        MappedByteBuffer hits = map(Path.of(arguments[0]));
        Activation.countIn(hits, Integer.BYTES);
        Thread worker = new Thread(AgentLife::work, "worker");
        worker.setDaemon(true);
        worker.start();
        await(value -> value == 4);
        System.out.println("mine " + Fixture.four() + ", worker's " + seen);
        install(Operator.BIT);
        await(value -> value != 4);
        System.out.println("mine " + (Fixture.four() != 4 ? "changed" : "4"));
        MutantAgent.restore();
        await(value -> value == 4);
        int counted = hits.getInt(Integer.BYTES);
        System.out.println("mine " + Fixture.four() + ", hits " + (counted > 0));
        install(Operator.THROW);
        System.out.println("thrown " + thrown());
        // The mutant of before is taken back when there is another one.
        installIn("absolute");
        System.out.println("mine " + Fixture.four() + ", of the other " + Fixture.absolute(5));
        System.out.println("stillborn " + MutantAgent.replace(Fixture.class.getName(), Outcomes.invalid("four")));
        System.out.println("mine " + Fixture.four() + ", of the other " + Fixture.absolute(5));
        System.out.println("of the drivers' classes " + stillborn() + " stillborn");
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    /** One mutant of each class. */
    private static long stillborn() {
        return Stream.of(Part.values())
                .flatMap(part -> part.classes("block").stream())
                .filter(name -> MutantAgent.install(name, Mutator.apply(Mutator.classFile(name), 0, 0))
                        .isPresent())
                .count();
    }

    private static MappedByteBuffer map(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, 2 * Integer.BYTES);
        }
    }

    private static void work() {
        while (true) {
            try {
                seen = Fixture.four();
            } catch (RuntimeException e) {
                seen = -1;
            }
        }
    }

    private static void await(IntPredicate condition) {
        while (!condition.test(seen)) {
            Thread.onSpinWait();
        }
    }

    private static String thrown() {
        try {
            return "nothing but " + Fixture.four();
        } catch (RuntimeException e) {
            return e.getMessage();
        }
    }

    private static void install(Operator operator) {
        String words = operator == Operator.THROW ? "throws RuntimeException" : "";
        MutationSite site = Outcomes.sites("four", operator).get(0);
        install(site, words);
    }

    private static void installIn(String method) {
        install(Outcomes.sites(method, Operator.BRANCH).get(0), "IFGE -> never");
    }

    private static void install(MutationSite site, String words) {
        byte[] original = Mutator.classFile(site.className());
        long seed = 0;
        while (!Mutator.apply(original, site.index(), seed).edit().contains(words)) {
            seed++;
        }
        MutantAgent.install(site.className(), Mutator.apply(Mutator.classFile(site.className()), site.index(), seed))
                .ifPresent(System.out::println);
    }
}
