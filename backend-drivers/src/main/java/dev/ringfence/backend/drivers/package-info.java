// SPDX-License-Identifier: Apache-2.0
/** The list of all drivers, for those who start machines: {@link dev.ringfence.backend.drivers.Drivers}. */
package dev.ringfence.backend.drivers;
