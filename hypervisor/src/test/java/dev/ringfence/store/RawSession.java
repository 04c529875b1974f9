// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import java.util.ArrayList;
import java.util.List;

/** A session driven packet by packet, as a peer that need not keep to the rules would. */
final class RawSession {
    private final List<StoreMessage> inbox = new ArrayList<>();
    private final StoreSession session;
    private int lastRequestId;

    RawSession(XenStore store, int domid) {
        session = store.connect(
                domid, packet -> inbox.add(StoreMessage.parse(packet).orElseThrow()));
    }

    StoreSession session() {
        return session;
    }

    /** The reply: always the next packet, events caused by the request come after it. */
    StoreMessage ask(StoreMessageType type, String... strings) {
        return ask(type.value(), 0, StoreMessage.strings(strings));
    }

    StoreMessage askIn(int transactionId, StoreMessageType type, String... strings) {
        return ask(type.value(), transactionId, StoreMessage.strings(strings));
    }

    StoreMessage ask(int type, int transactionId, byte[] payload) {
        int at = inbox.size();
        session.receive(new StoreMessage(type, ++lastRequestId, transactionId, payload).packet());
        return inbox.get(at);
    }

    /** The reply as text; strings separated by a vertical bar. */
    String answer(StoreMessageType type, String... strings) {
        return ask(type, strings).text().replace('\0', '|');
    }

    String write(String path, String value) {
        byte[] payload = StoreMessage.joined(StoreMessage.strings(path), StoreMessage.bytes(value));
        return ask(StoreMessageType.WRITE.value(), 0, payload).text();
    }

    String writeIn(int transactionId, String path, String value) {
        byte[] payload = StoreMessage.joined(StoreMessage.strings(path), StoreMessage.bytes(value));
        return ask(StoreMessageType.WRITE.value(), transactionId, payload).text();
    }

    int startTransaction() {
        return Integer.parseInt(ask(StoreMessageType.TRANSACTION_START, "").text());
    }

    /** The events since last asked, each as path, space, token. */
    List<String> events() {
        List<String> events = inbox.stream()
                .filter(message -> message.is(StoreMessageType.WATCH_EVENT))
                .map(message -> String.join(" ", message.strings()))
                .toList();
        inbox.clear();
        return events;
    }
}
