// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

/** A share that the report tells of. */
record Rate(String name, Proportion share) {}
