// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.hypervisor.control.ControlException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The replacement of an owner by order, at most one at a time: its successor first, then its end. On the domain's thread.
 *
 * <p>An upgrade raises the generation of what is started, and accepts no standby of an earlier one.
 */
final class Replacement {
    private final String domain;
    private final DriverLauncher launcher;
    private final Standbys standbys;
    private Optional<CompletableFuture<Void>> ordered = Optional.empty();
    private int generation;

    Replacement(String domain, DriverLauncher launcher, Standbys standbys) {
        this.domain = domain;
        this.launcher = launcher;
        this.standbys = standbys;
    }

    /**
     * Begins.
     *
     * @param upgrade how the processes to come are run; empty: a standby that is there already will do
     * @return done when the successor is in office
     */
    CompletableFuture<Void> order(Optional<DomainStarter.Program> upgrade) {
        if (ordered.isPresent()) {
            throw new ControlException(409, domain + " is being restarted already");
        }
        upgrade.ifPresent(launcher::upgrade);
        generation = upgrade.isPresent() ? launcher.generation() : 0;
        CompletableFuture<Void> done = new CompletableFuture<>();
        ordered = Optional.of(done);
        return done;
    }

    /** True when somebody has to be started for it. */
    boolean lacksSuccessor() {
        return ordered.isPresent() && standbys.all().stream().noneMatch(this::accepts);
    }

    private boolean accepts(Claimant claimant) {
        return claimant.generation() >= generation;
    }

    /** Ends the owner, if there is somebody to follow it. */
    void proceed(DomainProcess owner) {
        if (ordered.isEmpty() || lacksSuccessor()) {
            return;
        }
        // Those before the upgrade go first, so that the kernel can't choose one of them.
        standbys.all().stream().filter(claimant -> !accepts(claimant)).forEach(old -> {
            old.end();
            standbys.remove(old.process());
        });
        standbys.order(owner);
        owner.kill(KillReason.COMMAND);
    }

    /** Somebody has followed the owner. */
    void succeeded(Claimant successor) {
        if (ordered.isPresent() && accepts(successor)) {
            ordered.get().complete(null);
            ordered = Optional.empty();
        }
    }

    /** There will be no successor; what is started from now on is what was started before. */
    void giveUp(Throwable cause) {
        ordered.ifPresent(done -> {
            launcher.revert(generation);
            ordered = Optional.empty();
            done.completeExceptionally(cause);
        });
    }
}
