// SPDX-License-Identifier: Apache-2.0
/**
 * How a running machine is watched and told what to do: HTTP and JSON over a UNIX socket that only its owner can open.
 *
 * <pre>
 *   GET  /v1/machine                               MachineStatus
 *   POST /v1/domains/{name}/kill?how=spin          204
 *   POST /v1/guests/{guest}/devices/{as}/attach    204; /detach likewise
 *   POST /v1/shutdown                              204 at once, the machine goes down after it
 *   GET  /v1/events                                [MachineEvent, ...], the recent ones
 *   GET  /v1/events?follow=true                    a MachineEvent a line: the recent ones, then each as it happens
 *   GET  /metrics                                  MachineStatus for Prometheus
 *   anything that fails                            4xx or 5xx and {"error": "..."}
 * </pre>
 *
 * {@code curl --unix-socket .../control.sock http://machine/v1/machine} speaks it too. Start reading at
 * {@link dev.ringfence.hypervisor.control.MachineControl}.
 */
package dev.ringfence.hypervisor.control;
