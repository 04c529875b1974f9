// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.hypervisor.control.ConnectionStatus;
import dev.ringfence.hypervisor.control.DomainStatus;
import dev.ringfence.hypervisor.control.MachineStatus;
import dev.ringfence.hypervisor.machine.ByteSize;
import dev.ringfence.hypervisor.machine.GuestSpec;
import dev.ringfence.hypervisor.machine.ListenAddress;
import dev.ringfence.hypervisor.machine.MachineFile;
import dev.ringfence.hypervisor.machine.ProgramSpec;
import java.io.PrintWriter;
import java.util.stream.Collectors;

/** What {@code up} has started, a line each, with what to do next. */
final class StartReport {
    private StartReport() {}

    static void print(MachineFile file, MachineStatus status, PrintWriter out) {
        status.domains().forEach(domain -> out.println(line(domain)));
        status.connections().forEach(connection -> out.println(line(connection)));
        for (GuestSpec guest : file.guests()) {
            guest.programs().forEach(program -> out.println("guest " + guest.name() + " runs " + line(program)));
        }
        out.println("machine " + status.machine() + " is up (pid " + status.pid()
                + "); Ctrl-C or \"ringfence down\" stops it");
        out.flush();
    }

    private static String line(DomainStatus domain) {
        String kind = domain.kind().equals("driver") ? "driver domain " : "guest ";
        String standbys = domain.standbys().isEmpty()
                ? ""
                : ", standby " + domain.standbys().stream().map(String::valueOf).collect(Collectors.joining(", "));
        return kind + domain.name() + ": pid " + domain.pid() + standbys + ", sandbox " + domain.sandbox();
    }

    private static String line(ConnectionStatus connection) {
        String name = connection.guest() + "/" + connection.as() + " is " + connection.backend() + ": ";
        String queues = connection.queues() + (connection.queues() == 1 ? " queue" : " queues");
        if (connection.bytes() == 0) {
            return "device " + name + queues;
        }
        String mode = connection.mode().equals("w") ? "read-write" : "read-only";
        return "disk " + name + ByteSize.format(connection.bytes()) + ", " + mode + ", " + queues;
    }

    private static String line(ProgramSpec program) {
        if (program instanceof ProgramSpec.Nbd nbd) {
            return "NBD for " + nbd.device() + " at " + nbd.listen() + "; try: nbdinfo '" + uri(nbd.listen()) + "'";
        }
        if (program instanceof ProgramSpec.Tap tap) {
            String where =
                    tap.tap().namespace().map(name -> " in namespace " + name).orElse("");
            return "the interface " + tap.tap().name() + where + " for " + tap.device();
        }
        return ((ProgramSpec.Java) program).className();
    }

    private static String uri(ListenAddress address) {
        return address instanceof ListenAddress.Unix unix
                ? "nbd+unix:///?socket=" + unix.path()
                : "nbd://" + address.toString().substring("tcp:".length());
    }
}
