// SPDX-License-Identifier: Apache-2.0
/**
 * The front-end kit: what every guest needs to reach its drivers, whatever the device.
 *
 * <pre>
 *   FrontendHandshake     one device's side of the xenbus handshake
 *     DeviceFrontend      what a device class adds to it: rings, channels, geometry
 *   FrontendConnection    region, channels and place in the store of one device
 *   GrantedFrames         pages granted for as long as the connection lasts
 * </pre>
 *
 * <p>Start reading at {@link dev.ringfence.frontend.FrontendHandshake}.
 */
package dev.ringfence.frontend;
