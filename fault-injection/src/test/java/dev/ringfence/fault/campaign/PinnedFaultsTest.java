// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.fault.lab.CodeFault;
import dev.ringfence.fault.lab.DriverPair;
import dev.ringfence.fault.lab.FaultyRun;
import dev.ringfence.fault.lab.FaultyRun.Result;
import dev.ringfence.fault.lab.Lab;
import dev.ringfence.fault.mutation.MutationSite;
import dev.ringfence.fault.mutation.Mutator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Faults whose end is known: each oracle finds what it is there for, and nothing else. */
@Execution(ExecutionMode.SAME_THREAD)
final class PinnedFaultsTest {
    private static final int SEEDS = 200;

    private static Lab lab;
    private static DriverPair drivers;

    @BeforeAll
    static void open() {
        lab = new Lab();
        drivers = new DriverPair(lab);
    }

    @AfterAll
    static void close() {
        drivers.close();
        lab.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BackendConnection | close | throw | parks for ever | NOT_ACTIVATED | false",
                "block.FileDevice           | read       | pointer      | memory -> null                        | CRASH               | true",
                "block.FileDevice           | write      | branch       | IFLE -> always                        | SILENT_CORRUPTION   | false",
                "block.FileDevice           | read       | branch       | IFLE -> IFGT                          | SILENT_CORRUPTION   | false",
                "block.BlockTransfer        | execute    | throw        | parks for ever                        | HANG                | true",
                "block.BlockTransfer        | execute    | throw        | throws Error                          | CRASH               | true",
                "block.BlockTransfer        | discard    | nop          | no call of BlockTransfer.status, -1   | DETECTED_DATA_ERROR | false",
                "block.BlockService         | respond    | source       | load of index -> status               | PROTOCOL_VIOLATION  | true",
                "RequestService             | complete   | io           | no call of RequestService.unpin       | PROTOCOL_VIOLATION  | true",
                "QueueMeter                 | idle       | throw        | spins for ever                        | HANG                | true",
            })
    void endsAsItMust(
            String className, String method, String operator, String edit, OutcomeClass outcome, boolean recovered) {
        endsAs(
                FaultyRun.BLOCK,
                fault("dev.ringfence.backend." + className, method, operator, edit),
                outcome,
                recovered);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Tunnel          | receive  | throw | throws Error                          | NOT_ACTIVATED       | false",
                "Uplink          | passNext | throw | throws Error                          | CRASH               | true",
                "ReceiveService  | deliver  | throw | throws Error                          | CRASH               | true",
                "TransmitService | perform  | throw | parks for ever                        | HANG                | true",
                // Nobody looks whether somebody reads the uplink.
                "Uplink          | passNext | throw | parks for ever                        | HANG                | false",
                "PacketSender    | unpin    | nop   | no call of GrantMap.unpin             | PROTOCOL_VIOLATION  | true",
                "PostedBuffers   | giveBack | nop   | no call of ReceivePages.release       | PROTOCOL_VIOLATION  | true",
                "SwitchPort      | send     | nop   | no call of EthernetSwitch.pass, -1    | DETECTED_DATA_ERROR | false",
                "Inboxes         | put      | nop   | no call of IoVector.send, -1 instead  | DETECTED_DATA_ERROR | false",
                "PostedCatcher   | settle   | nop   | no call of Window.copyTo              | SILENT_CORRUPTION   | false",
                "PacketSender    | gather   | nop   | no call of TxPacket.bytes, -1 instead | SILENT_CORRUPTION   | false",
            })
    void endsAsItMustAtANic(
            String className, String method, String operator, String edit, OutcomeClass outcome, boolean recovered) {
        endsAs(
                FaultyRun.NET,
                fault("dev.ringfence.backend.net." + className, method, operator, edit),
                outcome,
                recovered);
    }

    private static void endsAs(String driver, CodeFault fault, OutcomeClass outcome, boolean recovered) {
        Result result = FaultyRun.run(FaultyRun.Setting.of(lab, drivers), driver, fault);

        assertThat(Verdict.of(result)).as("%s of %s", result, fault).isEqualTo(outcome);
        assertThat(Verdict.recovered(result)).as("%s", result).isEqualTo(recovered);
        assertThat(result.hits() > 0).isEqualTo(outcome != OutcomeClass.NOT_ACTIVATED);
    }

    /** What is wrong without tags is told with them; where the driver alone was wrong, its heir's data are right. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "block.FileDevice  | write | branch  | IFLE -> always | false",
                "block.FileDevice  | read  | branch  | IFLE -> IFGT   | true",
            })
    void tagsLeaveNothingSilent(String className, String method, String operator, String edit, boolean recovered) {
        CodeFault fault = fault("dev.ringfence.backend." + className, method, operator, edit);
        FaultyRun.Setting setting = FaultyRun.Setting.of(lab, drivers);

        assertThat(Verdict.of(FaultyRun.run(setting, fault))).isEqualTo(OutcomeClass.SILENT_CORRUPTION);
        Result result = FaultyRun.run(setting.withTags(), fault);

        assertThat(Verdict.of(result)).as("%s of %s", result, fault).isEqualTo(OutcomeClass.DETECTED_DATA_ERROR);
        assertThat(result.end()).isEqualTo(FaultyRun.End.DISTRUSTED);
        assertThat(Verdict.recovered(result)).as("%s", result).isEqualTo(recovered);
    }

    @Test
    void aRightDriverPassesUnderTags() {
        CodeFault fault = fault("dev.ringfence.backend.BackendConnection", "close", "throw", "parks for ever");

        Result result = FaultyRun.run(FaultyRun.Setting.of(lab, drivers).withTags(), fault);

        assertThat(result.violations()).isEmpty();
        assertThat(result.end()).isEqualTo(FaultyRun.End.RETIRED);
    }

    /** The first place and seed that make such an edit. */
    private static CodeFault fault(String className, String method, String operator, String edit) {
        byte[] classFile = Mutator.classFile(className);
        for (MutationSite site : Mutator.sites(classFile)) {
            if (site.method().startsWith(method) && site.operator().word().equals(operator)) {
                for (long seed = 0; seed < SEEDS; seed++) {
                    if (Mutator.apply(classFile, site.index(), seed).edit().startsWith(edit)) {
                        return new CodeFault(className, site.index(), seed);
                    }
                }
            }
        }
        throw new AssertionError("no such fault: " + className + "." + method + " " + operator + ": " + edit);
    }
}
