// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.control;

/** @param directory where the machine keeps its sockets and logs; exists, and its lock is held by the caller */
public record MachineOptions(MachineDirectory directory) {}
