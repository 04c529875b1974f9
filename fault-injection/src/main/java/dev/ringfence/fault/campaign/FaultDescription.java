// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A fault of one trial, as ledgers and reports write it.
 *
 * @param family "process", "code", "protocol" or "device"
 * @param name of the fault among its family; of a code fault its operator, such as "branch"
 * @param part of a code fault: "device", "kit" or "journal", whose classes it is in; otherwise empty
 * @param place of a code fault: {@code Class.method:line}; otherwise what it was done to, or empty
 * @param edit what was changed, in words; may be empty
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record FaultDescription(String family, String name, String part, String place, String edit) {
    public FaultDescription {
        part = part == null ? "" : part;
        place = place == null ? "" : place;
        edit = edit == null ? "" : edit;
    }

    /** The same, with what was changed. */
    FaultDescription withEdit(String newEdit) {
        return new FaultDescription(family, name, part, place, newEdit);
    }

    /** {@code branch in FileDevice.read:57 (device): IFLE -> always}. */
    public String inWords() {
        return name
                + (place.isEmpty() ? "" : " in " + place)
                + (part.isEmpty() ? "" : " (" + part + ")")
                + (edit.isEmpty() ? "" : ": " + edit);
    }
}
