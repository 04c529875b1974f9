// SPDX-License-Identifier: Apache-2.0
/**
 * Which pages of a guest a driver domain may use: Xen's grant tables, version 1, one for each connection.
 *
 * <pre>
 *   guest domain                 I/O region                       driver domain
 *   GrantTable                   RegionLayout                     GrantMap        validates at every use, pins
 *     grantAccess  -- entry -->  | grant table | guest frames |   GrantCopy       copies between domains
 *     endAccess    &lt;-- in use -                               &lt;--
 *     acceptTransfer  -- an empty frame -->                     PageTransfer    gives a full frame for it: the page flip
 *     endTransfer  &lt;-- a full frame --                         GuardedPages    dies of touching what it gave away
 *                                  control region               OwnershipTable  who owns which frame; PagePools to begin with
 * </pre>
 *
 * <p>Start reading at {@link dev.ringfence.grant.RegionLayout}, then {@link dev.ringfence.grant.GrantTable} and
 * {@link dev.ringfence.grant.GrantMap}; of flips, at {@link dev.ringfence.grant.PageTransfer}.
 */
package dev.ringfence.grant;
