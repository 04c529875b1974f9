// SPDX-License-Identifier: Apache-2.0
/**
 * The {@code ringfence} command: composes the other modules, holds no logic of its own.
 *
 * <pre>
 *   Ringfence            options for all, errors to words and exit codes: 0 ok, 1 failed, 2 bad input
 *     up FILE            UpCommand: lock, launch, control socket, events until it ends; DetachedStart
 *     down, kill, attach, detach, list, events
 *                        by ControlClient, to the machine that MachineChoice finds
 *     store ...          StoreCommand: by StoreClient, on xenstored.sock
 *     validate FILE      the machine file's problems
 *     doctor             the host's: package doctor
 * </pre>
 *
 * Start reading at {@link dev.ringfence.cli.Ringfence}.
 */
package dev.ringfence.cli;
