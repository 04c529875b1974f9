// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.control;

/** An answer that isn't JSON. */
record TextPage(String contentType, String text) {}
