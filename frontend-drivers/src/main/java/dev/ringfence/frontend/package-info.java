// SPDX-License-Identifier: Apache-2.0
/**
 * The front-end kit: what every guest needs to reach its drivers, whatever the device.
 *
 * <pre>
 *   FrontendHandshake     one device's side of the xenbus handshake
 *     DeviceFrontend      what a device class adds to it: rings, channels, geometry
 *   FrontendConnection    region, channels and place in the store of one device
 *     GuestFrontend       what a guest does with it, whatever it is
 *   ShadowedQueue         a queue of requests that are answered in any order: ids, waiters, replay; a device class says what they are
 *     Submission          a request in flight
 *   AsyncQueue            such a queue for many threads: futures instead of polling
 *   GrantedFrames         pages granted for as long as the connection lasts
 * </pre>
 *
 * <p>Start reading at {@link dev.ringfence.frontend.FrontendHandshake}.
 */
package dev.ringfence.frontend;
