// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Who may do what to a node. The first entry names the owner, who may do everything, and what domains that are not
 * listed may do; each further one what the listed domain may. Domain 0 may do everything to every node.
 */
public record StorePermissions(List<Entry> entries) {
    /** One entry; on the wire a letter and a domain id, {@code "r5"}. */
    public record Entry(int domid, Access access) {
        private static final int DOMID_MAX = 0xffff;

        public Entry {
            if (domid < 0 || domid > DOMID_MAX) {
                throw new IllegalArgumentException("domid must be 0..65535: domid=" + domid);
            }
        }

        /** Throws a {@link StoreException} with {@code EINVAL} for what is no entry. */
        public static Entry parse(String text) {
            if (!text.matches("[nrwb][0-9]{1,5}")) {
                throw new StoreException(StoreError.EINVAL, text);
            }
            int domid = Integer.parseInt(text.substring(1));
            if (domid > DOMID_MAX) {
                throw new StoreException(StoreError.EINVAL, text);
            }
            return new Entry(domid, Access.of(text.charAt(0)));
        }

        @Override
        public String toString() {
            return access.letter + Integer.toString(domid);
        }
    }

    /** What an entry allows. In this order the ordinal's lowest bit stands for reading, the next for writing. */
    public enum Access {
        NONE("n"),
        READ("r"),
        WRITE("w"),
        BOTH("b");

        private final String letter;

        Access(String letter) {
            this.letter = letter;
        }

        boolean allows(Access wanted) {
            return (ordinal() & wanted.ordinal()) == wanted.ordinal();
        }

        private static Access of(char letter) {
            return values()["nrwb".indexOf(letter)];
        }
    }

    public StorePermissions {
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("entries must name an owner: entries=[]");
        }
        entries = List.copyOf(entries);
    }

    /** A node of that owner, with what all others may do. */
    public static StorePermissions owner(int domid, Access others) {
        return new StorePermissions(List.of(new Entry(domid, others)));
    }

    /** The same with one more listed domain. */
    public StorePermissions with(int domid, Access access) {
        List<Entry> more = new ArrayList<>(entries);
        more.add(new Entry(domid, access));
        return new StorePermissions(more);
    }

    public int owner() {
        return entries.get(0).domid();
    }

    /** What a domain other than Domain 0 may do. */
    public Access accessOf(int domid) {
        if (owner() == domid) {
            return Access.BOTH;
        }
        for (Entry entry : entries.subList(1, entries.size())) {
            if (entry.domid() == domid) {
                return entry.access();
            }
        }
        return entries.get(0).access();
    }

    /** What a node below one with these permissions starts with if that domain creates it. */
    StorePermissions ownedBy(int domid) {
        List<Entry> owned = new ArrayList<>(entries);
        owned.set(0, new Entry(domid, entries.get(0).access()));
        return new StorePermissions(owned);
    }

    boolean names(int domid) {
        return entries.stream().anyMatch(entry -> entry.domid() == domid);
    }

    /** The same without that domain: what it owned falls to Domain 0. */
    StorePermissions without(int domid) {
        List<Entry> fewer = new ArrayList<>(owner() == domid ? ownedBy(0).entries : entries);
        fewer.subList(1, fewer.size()).removeIf(entry -> entry.domid() == domid);
        return new StorePermissions(fewer);
    }

    List<String> texts() {
        return entries.stream().map(Entry::toString).toList();
    }

    static StorePermissions parse(List<String> texts) {
        return new StorePermissions(texts.stream().map(Entry::parse).toList());
    }

    @Override
    public String toString() {
        return entries.stream().map(Entry::toString).collect(Collectors.joining(","));
    }
}
