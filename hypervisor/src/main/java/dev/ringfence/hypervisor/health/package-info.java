// SPDX-License-Identifier: Apache-2.0
/**
 * The health monitor: looks at drivers from outside, and ends those that hang or take too much.
 *
 * <pre>
 *   what is outstanding, what moves on    journal and ring      QueueReading
 *   what the worker does                  /proc/PID/task/TID    ThreadSample, by ThreadProbe
 *   is that a hang                        a pure state machine  QueueJudge
 *   what the process uses                 /proc/PID             Usage, by UsageProbe
 *   is that greed                         another one           UsageJudge
 *   what follows                          a Finding             an event, and SIGKILL where it says so
 * </pre>
 *
 * <p>Two rules decide what counts. Wall time proves nothing about a thread that waits for a processor. And what a guest can
 * write, its ring above all, never alone condemns a driver that serves other guests: the driver is rung first, so that
 * it can look for itself.
 *
 * <p>Start reading at {@link dev.ringfence.hypervisor.health.HealthMonitor}, then
 * {@link dev.ringfence.hypervisor.health.QueueJudge}.
 */
package dev.ringfence.hypervisor.health;
