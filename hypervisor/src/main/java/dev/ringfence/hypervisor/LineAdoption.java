// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.domain.Message;
import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.keeper.Kept;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes on with the processes of a driver domain whose hypervisor is gone, as it saw them last. Those that have died since will
 * be found dead like any other; a process that was only being started is ended, for nobody knows how far it came.
 */
final class LineAdoption {
    private static final Logger LOG = LoggerFactory.getLogger(LineAdoption.class);
    private static final long PATIENCE_MILLIS = 10_000;

    private final String name;
    private final DriverLauncher launcher;
    private final Standbys standbys;
    private final Connections connections;

    LineAdoption(String name, DriverLauncher launcher, Standbys standbys, Connections connections) {
        this.name = name;
        this.launcher = launcher;
        this.standbys = standbys;
        this.connections = connections;
    }

    /** Fills the standbys; whoever was the owner. */
    Optional<Claimant> adopt(Notes.Line left, List<Kept> processes) {
        launcher.adopt(left.inFront().stream().map(Path::of).toList());
        Optional<Claimant> owner = Optional.empty();
        for (Kept kept : processes) {
            int number = Keeper.read(kept.note(), Notes.Running.class).number();
            if (number == left.owner()) {
                owner = Optional.of(launcher.adopt(kept));
            } else if (left.standbys().contains(number)) {
                standbys.add(launcher.adopt(kept));
            } else {
                launcher.end(kept);
            }
        }
        resume(owner);
        return owner;
    }

    /**
     * Everything is said again that may not have been said; who has heard it takes no notice, and tells which threads of it
     * wait. Nobody's leases are touched before that is known of everybody who lives.
     */
    private void resume(Optional<Claimant> owner) {
        owner.ifPresent(claimant -> claimant.process().send(new Message.Promote()));
        for (Connection connection : connections.living()) {
            if (!owner.map(claimant -> isServed(claimant, connection)).orElse(false)) {
                // Dead, or about to be: then it is for the standbys, whether the dead ever held its leases or not.
                LOG.info(
                        "{}: nobody serves {} at the moment",
                        name,
                        connection.spec().name());
            }
            standbys.inOrder().forEach(claimant -> attach(claimant, connection));
        }
        List<Claimant> living = new ArrayList<>(standbys.all());
        owner.ifPresent(living::add);
        for (Claimant claimant : living) {
            if (claimant.isAlive() && !claimant.joinLine(PATIENCE_MILLIS)) {
                end(claimant);
            }
        }
    }

    private static void attach(Claimant standby, Connection connection) {
        if (standby.isAlive() && !standby.attach(connection, PATIENCE_MILLIS)) {
            end(standby);
        }
    }

    private static void end(Claimant stuck) {
        stuck.process().kill(KillReason.STUCK);
        stuck.process().pidfd().awaitDeath(-1);
    }

    private static boolean isServed(Claimant owner, Connection connection) {
        try {
            if (owner.isAlive()) {
                owner.serve(connection);
            }
            return owner.isAlive();
        } catch (ControlException e) {
            return false;
        }
    }
}
