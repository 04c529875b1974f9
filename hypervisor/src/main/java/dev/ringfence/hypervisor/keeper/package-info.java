// SPDX-License-Identifier: Apache-2.0
/**
 * The keeper: a small process that holds what a machine can't lose when its hypervisor dies, and understands none of it.
 *
 * <pre>
 *   hypervisor                                    keeper
 *   KeeperClient  -- keep key, note, descriptors --&gt;  KeeperProcess
 *                 -- drop key --&gt;                       Holdings: Kept by key
 *   its successor -- list --&gt;
 *                 &lt;-- everything --
 * </pre>
 *
 * <p>A descriptor store like systemd's FDSTORE. To keep wants no answer: what has been sent is with the kernel, and the
 * keeper reads it even if its sender dies at once.
 *
 * <p>Start reading at {@link dev.ringfence.hypervisor.keeper.KeeperProcess}.
 */
package dev.ringfence.hypervisor.keeper;
