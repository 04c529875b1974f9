// SPDX-License-Identifier: Apache-2.0
/**
 * What Ringfence needs of a host, and whether this one has it.
 *
 * <pre>
 *   Doctor            all checks, in the order they are shown
 *     SystemChecks      Java, kernel, /proc, cores, limits
 *     SandboxChecks     bubblewrap, user namespaces, seccomp
 *     StateChecks       the directory for sockets and logs
 *     ToolChecks        programs worth having
 *   Host              where the checks look: /proc, /sys, PATH
 *   Finding           ok, warn or missing; what it costs; how to get it
 * </pre>
 *
 * Start reading at {@link dev.ringfence.cli.doctor.Doctor}.
 */
package dev.ringfence.cli.doctor;
